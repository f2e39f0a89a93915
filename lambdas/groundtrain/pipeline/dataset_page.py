"""The page to look at beside a dataset: gathered while the dataset is made, and no condition of it."""

from collections.abc import Callable, Sequence
from pathlib import Path

from msgspec.structs import replace

from groundtrain.dataset.convert import Conversion
from groundtrain.dataset.description import REPORT_PAGE, Dataset
from groundtrain.dataset.outputs import Outputs
from groundtrain.dataset.passes.decisions import Decision
from groundtrain.dataset.passes.earlier_pass import PassSettings
from groundtrain.dataset.passes.single_pass import LinesRead, Watch
from groundtrain.manifest.source import ManifestSource
from groundtrain.observability import logger
from groundtrain.reporting.contents import contents_of
from groundtrain.reporting.gathering import GatheringPasses
from groundtrain.reporting.page_file import write_page
from groundtrain.reporting.subject import subject_of
from groundtrain.rules.advice import DEPLOYED
from groundtrain.settings.environment import Environment

_SHOWN = 40  # records, without images


class DatasetPage:
    """Gathers what the page shows, and writes it.

    Args:
        title: what the page is called.
        image_exists: whether the object at an address exists; None assumes that all do.
    """

    def __init__(self, title: str, image_exists: Callable[[str], bool] | None) -> None:
        self._title, self._passes = title, GatheringPasses(_SHOWN, image_exists)
        self._given_up = False

    def read_lines(self, source: ManifestSource, given: PassSettings, outputs: Outputs) -> LinesRead:
        """A pass over the manifest, see `ReadLines`, which goes on where the page cannot."""
        return self._passes.read_lines(source, given, outputs, self._guarded)

    def written(
        self, dataset: Dataset, conversion: Conversion, environment: Environment, directory: Path
    ) -> Dataset:
        """The dataset with its page; without one where it cannot be made, which keeps none from training."""
        if self._given_up:
            return dataset
        try:
            assert self._passes.gathered is not None
            subject = subject_of(conversion, environment, self._passes.gathered, self._title)
            write_page(contents_of(subject, DEPLOYED), f"{self._title}: groundtrain report", directory)
        except Exception as error:  # noqa: BLE001 - as above
            self._give_up(error)
            return dataset
        return replace(dataset, page=REPORT_PAGE)

    def _guarded(self, watch: Watch) -> Watch:
        def watch_unless_given_up(decisions: Sequence[Decision]) -> None:
            if not self._given_up:
                try:
                    watch(decisions)
                except Exception as error:  # noqa: BLE001 - see `written`
                    self._give_up(error)

        return watch_unless_given_up

    def _give_up(self, error: Exception) -> None:
        self._given_up = True
        logger.error("The report could not be made", error=type(error).__name__)
