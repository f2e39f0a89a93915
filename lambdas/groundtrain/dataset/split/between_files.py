"""Images and groups that are in several of the manifests by which a split is given."""

from collections.abc import Sequence

from groundtrain.dataset.passes.decisions import Decision, Kept, Rejected
from groundtrain.dataset.passes.earlier_pass import PassSettings
from groundtrain.dataset.split.given_files import GivenFiles
from groundtrain.dataset.split.split_rule import SplitRule
from groundtrain.manifest.repeated_sources import LinesSeen, fingerprint
from groundtrain.rules.findings import Finding


class BetweenFiles:
    """Remembers on which line of which manifest an image, and a group, was first; asked in their order."""

    def __init__(self, files: GivenFiles, given: PassSettings) -> None:
        self._files, self._active, self._key = files, given.active, given.keys.source
        self._sources = LinesSeen()
        named = given.settings.group_by or given.settings.group_attribute
        self._groups = (SplitRule(given.settings), LinesSeen()) if named else None

    def without_leaks(self, decisions: Sequence[Decision]) -> Sequence[Decision]:
        """The same, with records left out whose image is in an earlier manifest (GT431).

        Records whose group is there too are told (GT432).
        """
        return [self._look_at(each) if isinstance(each, Kept) else each for each in decisions]

    def _look_at(self, kept: Kept) -> Decision:
        first = self._sources.add(kept.fingerprint, kept.number)
        if "GT431" in self._active and self._is_elsewhere(first, kept.number):
            return self._left_out(kept, f"{self._files.in_words(first)} has the same source")
        if self._groups is not None:
            self._look_at_group(kept, *self._groups)
        return kept

    def _look_at_group(self, kept: Kept, rule: SplitRule, groups: LinesSeen) -> None:
        name, kept.is_grouped = rule.group(kept.record.source, kept.line)
        first = groups.add(fingerprint(name), kept.number) if kept.is_grouped else 0
        if "GT432" in self._active and self._is_elsewhere(first, kept.number):
            message = f"{self._files.in_words(first)} is of the same group"
            finding = Finding("GT432", kept.number, f"$.{self._key}", message, kept.record.source)
            kept.logged = (*kept.logged, finding)

    def _is_elsewhere(self, first: int, number: int) -> bool:
        return bool(first) and self._files.of_line(first) != self._files.of_line(number)

    def _left_out(self, kept: Kept, message: str) -> Rejected:
        finding = Finding("GT431", kept.number, f"$.{self._key}", message, kept.record.source)
        logged = (*kept.logged, finding)
        return Rejected(
            kept.number, kept.line, kept.record.source, (finding,), kept.as_read, logged, kept.fixed
        )
