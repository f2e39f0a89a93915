"""The page to look at beside a dataset: gathered while the dataset is made, and no condition of it."""

from collections.abc import Callable
from pathlib import Path

from msgspec.structs import replace

from groundtrain.dataset.convert import Conversion
from groundtrain.dataset.description import REPORT_PAGE, Dataset
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

    Attributes:
        read_lines: reads a pass over the manifest, see `ReadLines`.
    """

    def __init__(self, title: str, image_exists: Callable[[str], bool] | None) -> None:
        self._title, self._passes = title, GatheringPasses(_SHOWN, image_exists)
        self.read_lines = self._passes.read_lines

    def written(
        self, dataset: Dataset, conversion: Conversion, environment: Environment, directory: Path
    ) -> Dataset:
        """The dataset with its page; without one where it cannot be made, which keeps none from training."""
        try:
            assert self._passes.gathered is not None
            subject = subject_of(conversion, environment, self._passes.gathered, self._title)
            write_page(contents_of(subject, DEPLOYED), f"{self._title}: groundtrain report", directory)
        except Exception as error:  # noqa: BLE001 - as above
            logger.error("The report could not be made", error=type(error).__name__)
            return dataset
        return replace(dataset, page=REPORT_PAGE)
