"""Gather what a report shows while a manifest is read: distributions, and the records that are chosen."""

from collections.abc import Callable, Sequence

from groundtrain.dataset.outputs import Outputs
from groundtrain.dataset.passes.decisions import Decision
from groundtrain.dataset.passes.earlier_pass import PassSettings
from groundtrain.dataset.passes.single_pass import LinesRead, Watch, read_alone
from groundtrain.dataset.split.given_files import GivenFiles
from groundtrain.manifest.label_types.label_type import LabelType
from groundtrain.manifest.source import ManifestSource
from groundtrain.reporting.choice import SAMPLE, RecordChoice
from groundtrain.reporting.distributions import MEASURES, Distributions
from groundtrain.reporting.seen_record import SeenRecord, seen

COUNTED = 128 << 20
"""Bytes of a manifest of which every record is counted; of a larger one, one record in so many."""


class Gathered:
    """Gathers record by record.

    Args:
        label_type: of the labels.
        source_key: the attribute that holds the source.
        most: records that are chosen.
        step: of how many records one is counted, and may be chosen without a finding.

    Attributes:
        distributions: of the records that are used.
        choice: remembers those that may be shown.
    """

    def __init__(self, label_type: LabelType, source_key: str, most: int = SAMPLE, step: int = 1) -> None:
        self.distributions, self.choice = Distributions(step), RecordChoice(label_type, most)
        self._measure, self._source_key = MEASURES.get(label_type.name), source_key

    def add(self, one: SeenRecord) -> None:
        """Look at a record."""
        self.choice.add(one)
        if one.side is not None:
            self.distributions.add(one, self._measure, self._source_key)

    def add_decisions(self, decisions: Sequence[Decision], files: GivenFiles | None) -> None:
        """Look at decided lines of a manifest, or of several that give a split."""
        step = self.distributions.step
        for decision in decisions:
            if step == 1 or decision.number % step == 0:
                self.add(seen(decision, files))
            elif decision.logged:
                self.choice.add(seen(decision, files))


class GatheringPasses:
    """Reads a manifest, and gathers anew in each pass, so that what the last one has seen remains.

    Args:
        most: records that are chosen.
        image_exists: see `read_manifest`.

    Attributes:
        gathered: of the last pass; None before the first.
    """

    def __init__(self, most: int = SAMPLE, image_exists: Callable[[str], bool] | None = None) -> None:
        self._most, self._image_exists = most, image_exists
        self.gathered: Gathered | None = None

    def read_lines(
        self,
        source: ManifestSource,
        given: PassSettings,
        outputs: Outputs,
        guarded: Callable[[Watch], Watch] = lambda watch: watch,
    ) -> LinesRead:
        """One pass, see `ReadLines`; `guarded` may keep what gathering raises from ending the pass."""
        step = 1 + source.size // COUNTED
        gathered = self.gathered = Gathered(given.label_type, given.keys.source, self._most, step)
        watch = guarded(lambda lines: gathered.add_decisions(lines, given.files))
        return read_alone(source, given, outputs, self._image_exists, watch)
