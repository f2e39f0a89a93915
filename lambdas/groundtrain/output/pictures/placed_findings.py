"""Where in a record its findings are, by the path that each names."""

import re
from collections.abc import Iterable

from groundtrain.output.pictures.subject import Subject
from groundtrain.rules.findings import Finding

_ITEM = re.compile(r"\.?(?:annotations(?:\.entities)?)?\[(\d+)\]")


def item_findings(subject: Subject) -> dict[int, tuple[Finding, ...]]:
    """Findings on single items of the label, by the item's place in its list."""
    found: dict[int, tuple[Finding, ...]] = {}
    for finding in subject.findings:
        place = _item(finding, subject.keys.label)
        if place is not None:
            found[place] = (*found.get(place, ()), finding)
    return found


def codes(findings: Iterable[Finding]) -> str:
    """Each code once, such as "GT204 GT301"."""
    return " ".join(dict.fromkeys(finding.code for finding in findings))


def _item(finding: Finding, label: str) -> int | None:
    start = f"$.{label}"
    found = _ITEM.match(finding.path, len(start)) if finding.path.startswith(start) else None
    return int(found[1]) if found and len(found[1]) < 10 else None
