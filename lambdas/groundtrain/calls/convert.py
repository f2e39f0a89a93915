"""Convert a manifest as a call says."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from msgspec import Struct

from groundtrain.calls.files import read_category_file, refuse_overwriting
from groundtrain.calls.manifests import Watch, workers_for
from groundtrain.calls.relabel import refuse_own_folder, relabel_request
from groundtrain.calls.settings import environment_of
from groundtrain.calls.sides import TEST_OPTION, VALIDATION_OPTION, opened_split, sides_given
from groundtrain.dataset import convert as dataset_convert
from groundtrain.dataset.description import DESCRIPTION, REJECTED, Dataset, dataset_pieces
from groundtrain.dataset.directory import replaced_directory
from groundtrain.dataset.passes.line_reading import Workers
from groundtrain.dataset.split.sides import Side
from groundtrain.errors import GroundtrainError
from groundtrain.gate.decision import make_dataset
from groundtrain.manifest.classes.class_change_checks import proposed_renames
from groundtrain.manifest.label_types.registry import LABEL_TYPES
from groundtrain.manifest.source import ManifestSource
from groundtrain.record_keys import Keys
from groundtrain.relabeling.relabel import Relabeled, RelabelFormat, RelabelRequest
from groundtrain.relabeling.relabel import relabel as write_to_label_again
from groundtrain.rules.advice import option_words
from groundtrain.settings.environment import Environment
from groundtrain.shell_commands import shell_command


class Converted(Struct, frozen=True):
    """A dataset that was written, and what else came of the call.

    Attributes:
        output: the dataset's directory.
        sides: the manifests by side, where a split was given.
        relabeled: what is to be labeled again; None where that was not asked for.
    """

    dataset: Dataset
    output: Path
    environment: Environment
    sides: Mapping[Side, str]
    relabeled: Relabeled | None

    @property
    def renames(self) -> dict[str, str]:
        """One name for each class that is spelled in several ways."""
        of_type = LABEL_TYPES[self.dataset.type]
        return proposed_renames(self.dataset.manifest_findings, self.environment.dataset.classes, of_type)


def convert(
    manifests: Sequence[str],
    output: Path,
    *,
    validation_manifest: str | None = None,
    test_manifest: str | None = None,
    settings: Path | None = None,
    category_file: Path | None = None,
    workers: int | None = None,
    relabel: Path | None = None,
    relabel_rules: tuple[str, ...] = (),
    relabel_format: RelabelFormat | None = None,
    relabel_keep_labels: bool = False,
    watch: Watch = nullcontext,
    on_relabeled: Callable[[Relabeled], object] = bool,
    **options: Any,
) -> Converted:
    """Write a dataset into the directory `output`, which is replaced as a whole.

    The options are those of the command line; those of the dataset are read by `environment_of`. `watch`
    tells how far it is, and `on_relabeled` is called with what was written to be labeled again where there
    is no dataset beside it.

    Raises:
        WrongCallError, SettingsError, ManifestError, LabelAttributeError, GroundtrainError
    """
    request = relabel_request(relabel, relabel_rules, relabel_format, keep_labels=relabel_keep_labels)
    environment = environment_of(settings, **options)
    sides = sides_given(manifests, validation_manifest, test_manifest, options)
    manifest = _only(manifests)
    for one in sides.values() or (manifest,):
        _refuse_own_input(one, output)
    if request is not None:
        refuse_own_folder(request, output, sides)
        refuse_overwriting([manifest, settings, category_file], {"--relabel": request.output})
    classes = read_category_file(category_file) if category_file else None
    with (
        opened_split(manifest, sides) as found,
        watch(found) as source,
        replaced_directory(output) as directory,
    ):
        writing = _Writing(source, environment, directory, request)
        dataset, relabeled = writing.dataset(classes, workers_for(source, workers), on_relabeled)
    return Converted(dataset, output, environment, sides, relabeled)


class _Writing(Struct):
    """A dataset that is being written, and what is to be labeled again."""

    source: ManifestSource
    environment: Environment
    directory: Path
    request: RelabelRequest | None

    def dataset(
        self, classes: Sequence[str] | None, workers: Workers, on_relabeled: Callable[[Relabeled], object]
    ) -> tuple[Dataset, Relabeled | None]:
        """What is to be labeled again is written also where there is nothing else."""
        settings = self.environment.dataset
        try:
            conversion = dataset_convert.convert(
                self.source, settings, self.directory, classes=classes, workers=workers
            )
        except dataset_convert.NoUsableRecordError as error:
            if written := self._relabeled(error.keys, error.type):
                on_relabeled(written)
            raise
        dataset = make_dataset(conversion, self.environment, self.directory)
        with (self.directory / DESCRIPTION).open("wb") as file:
            file.writelines(dataset_pieces(dataset))
        return dataset, self._relabeled(conversion.keys, dataset.type)

    def _relabeled(self, keys: Keys, type_name: str) -> Relabeled | None:
        if self.request is None:
            return None
        rejected = self.directory / REJECTED
        settings = self.environment.dataset
        return write_to_label_again(self.source, rejected, keys, type_name, settings, self.request)


def _only(manifests: Sequence[str]) -> str:
    if len(manifests) > 1:
        merge = shell_command("groundtrain", "merge", *manifests, "--output", "FILE")
        raise GroundtrainError(
            f"convert makes a dataset of one manifest, and {len(manifests)} were named",
            fix=f"join them first: {merge}; if they are the sides of a split, name that for training, and"
            f" the others by `{VALIDATION_OPTION}` and `{TEST_OPTION}`",
        )
    return manifests[0]


def _refuse_own_input(manifest: str, output: Path) -> None:
    """The directory is replaced as a whole, with all that is in it."""
    if Path(manifest).exists() and Path(manifest).resolve().parent == output.resolve():
        words = option_words(("--output", output))
        raise GroundtrainError(
            f"{words} would overwrite {manifest}, which is read", fix="name another directory"
        )
