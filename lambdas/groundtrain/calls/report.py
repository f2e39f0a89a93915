"""Make a page to look at, as a call says."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from groundtrain.calls.datasets import LocatedDataset, find_dataset
from groundtrain.calls.files import read_category_file, refuse_other_than_folder, refuse_overwriting
from groundtrain.calls.image_files import refuse_overwriting_images
from groundtrain.calls.manifests import Watch, opened_manifest
from groundtrain.calls.settings import environment_of
from groundtrain.calls.sides import opened_split, sides_given
from groundtrain.dataset.description import DESCRIPTION, REJECTED, REPORT
from groundtrain.errors import WrongCallError
from groundtrain.gate.verdict import Verdict
from groundtrain.manifest.label_types.registry import LABEL_TYPES
from groundtrain.manifest.source import FileManifest, ManifestSource
from groundtrain.output_files import replaced_file
from groundtrain.predictions.evaluated_predictions import evaluate_predictions
from groundtrain.reporting.choice import MOST_SHOWN, SAMPLE
from groundtrain.reporting.compared_predictions import compared
from groundtrain.reporting.contents import Compare, contents_of
from groundtrain.reporting.made_dataset import dataset_subject
from groundtrain.reporting.page_file import page_pieces
from groundtrain.reporting.pictures import Thumbnails
from groundtrain.reporting.subject import Subject, read_subject
from groundtrain.rules.advice import Audience


class Reported(Struct, frozen=True):
    """A page that was written, what it is about, and the number of records that it shows."""

    output: Path
    subject: Subject
    verdict: Verdict
    pictures: int


def report(
    manifest: str,
    output: Path,
    *,
    validation_manifest: str | None = None,
    test_manifest: str | None = None,
    image_dir: Path | None = None,
    predictions: str | None = None,
    sample: int = SAMPLE,
    settings: Path | None = None,
    category_file: Path | None = None,
    audience: Audience,
    watch: Watch = nullcontext,
    **options: Any,
) -> Reported:
    """Write the page, which replaces `output` as a whole.

    The options are those of the command line; those of the dataset are read by `environment_of`, and say
    nothing of one that was made already. `audience` is who reads the page, and `watch` tells how far it is.

    Raises:
        WrongCallError, SettingsError, ManifestError, LabelAttributeError, GroundtrainError
    """
    if sample > MOST_SHOWN:
        raise WrongCallError(
            f"`--sample {sample}` are more records than a page can show", fix=f"write at most {MOST_SHOWN}"
        )
    sides = sides_given([manifest], validation_manifest, test_manifest, options)
    inputs = [*(sides.values() or [manifest]), settings, category_file, predictions]
    refuse_overwriting(inputs, {"--output": output})
    gate = "the gate" if settings is not None else "the gate of the default settings"
    located = None if sides else find_dataset(manifest)
    refuse_overwriting(_names_of_files(located), {"--output": output})
    if located is not None:
        _refuse_settled({**options, "category_file": category_file})
        files, environment = _files_of(located), environment_of(settings)
        subject = dataset_subject(located.dataset, files, environment, title=manifest, gate=gate, most=sample)
        labels = [files(side.manifest) for side in located.dataset.sides if side.records]
        compare = _comparison(labels, predictions, subject.contents.label)
    else:
        environment = environment_of(settings, **options)
        classes = read_category_file(category_file) if category_file else None
        with opened_split(manifest, sides) as found, watch(found) as source:
            gated = settings is not None
            subject = read_subject(source, environment, gated=gated, classes=classes, most=sample)
            compare = _comparison([source], predictions, subject.contents.label)
    if image_dir is not None:
        refuse_other_than_folder("--image-dir", image_dir)
        refuse_overwriting_images(image_dir, _images_of(subject), {"--output": output})
    contents = contents_of(subject, audience, _thumbnails(image_dir), compare=compare)
    with replaced_file(output) as file:
        file.writelines(page_pieces(contents, f"{contents.title}: groundtrain report"))
    verdict = replace(subject.verdict, because=tuple(map(audience.worded, subject.verdict.because)))
    return Reported(output, subject, verdict, len(contents.pictures))


def report_document(reported: Reported) -> dict[str, Any]:
    """What is said of the page, as one JSON document."""
    subject = reported.subject
    return {
        "report": str(reported.output),
        "manifest": subject.title,
        "verdict": str(reported.verdict),
        "records": subject.contents.source.records,
        "rejected": subject.contents.rejected,
        "findings": subject.counts,
        "pictures": reported.pictures,
    }


def _refuse_settled(options: Mapping[str, Any]) -> None:
    """A dataset was made by settings that are settled."""
    given = [name for name, value in options.items() if value not in (None, (), {})]
    if given:
        option = f"`--{given[0].replace('_', '-')}`"
        raise WrongCallError(
            f"{option} says how a manifest becomes a dataset, and this is one already",
            fix=f"leave out {option}, or name the manifest",
        )


def _names_of_files(located: LocatedDataset | None) -> Iterator[Path]:
    """The files of a dataset here; its page is one that may be made again."""
    if located is not None and located.directory is not None:
        yield from (located.directory / name for name in (DESCRIPTION, REPORT, REJECTED))
        yield from (located.directory / side.manifest for side in located.dataset.sides)


def _images_of(subject: Subject) -> Iterator[str]:
    """Addresses of the images and masks that the page may show."""
    by_reference = LABEL_TYPES[subject.contents.type].by_reference
    for one in subject.chosen:
        yield one.seen.source
        if by_reference and one.seen.record is not None:
            yield one.seen.record.label


def _files_of(located: LocatedDataset) -> Callable[[str], ManifestSource]:
    """Opens files of a dataset by their names."""
    directory, folder = located.directory, located.folder
    if directory is not None:
        return lambda name: FileManifest(directory / name)
    from groundtrain.aws.manifest_store import manifest_in_s3  # boto3 takes a second to load

    assert folder is not None
    return lambda name: manifest_in_s3(str(folder.beside(name)))


def _comparison(labels: Sequence[ManifestSource], predictions: str | None, label: str) -> Compare | None:
    """What was found beside what is labeled; the predictions are read at once."""
    if predictions is None:
        return None
    with opened_manifest(predictions) as found:
        evaluated = evaluate_predictions(labels, found, label=label)
    return partial(compared, evaluated)


def _thumbnails(directory: Path | None) -> Thumbnails | None:
    if directory is None:
        return None
    # Pillow takes a moment to load, which a report without pictures spares
    from groundtrain.images.directory_store import DirectoryStore
    from groundtrain.reporting.thumbnails import StoredThumbnails

    return StoredThumbnails(DirectoryStore(directory))
