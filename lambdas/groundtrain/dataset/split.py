"""Which side of the split a record is on: told from its group alone, so that it stays there for ever.

A digest of the group's name decides, not chance and not order: when the dataset grows, no image changes
sides, and records of one group (frames of one video, say) are never split apart.
"""

import re

from groundtrain.manifest.sources_seen import fingerprint


class SplitRule:
    """The share that validates, and what makes a group.

    Args:
        validation: share of the groups that validates, between 0 and 1.
        group_by: regular expression looked for in the source; its first group, or the whole match, names the
            record's group. Without one, and for a source that it does not match, the source is its own group.

    Attributes:
        has_matched: whether the expression has named a group so far.
    """

    def __init__(self, validation: float, group_by: str | None = None) -> None:
        self._threshold = int(validation * (1 << 64)).to_bytes(8, "big")
        self._pattern = re.compile(group_by) if group_by else None
        self.has_matched = False

    def validates(self, source: str, mark: bytes | None = None) -> bool:
        """True for a record of the validation side; `mark` is the source's fingerprint, if it is known."""
        if mark is None or self._pattern is not None:
            mark = fingerprint(self.group(source))
        return mark < self._threshold

    def group(self, source: str) -> str:
        """Name of the source's group."""
        match = self._pattern.search(source) if self._pattern else None
        if match is None:
            return source
        name = match[1] if match.re.groups else match[0]
        self.has_matched = self.has_matched or bool(name)
        return name or source
