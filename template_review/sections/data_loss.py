"""Notes on resources with data that are removed, replaced, or keep it for a shorter time."""

from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from typing import Any

from template_review.difference import Change, Path
from template_review.notes import Note, Section, code, name_of, turned
from template_review.sections.resource_schemas import replacing_paths

HOLDS_DATA = (
    "AWS::DynamoDB::Table",
    "AWS::EFS::FileSystem",
    "AWS::KMS::Key",
    "AWS::Logs::LogGroup",
    "AWS::S3::Bucket",
    "AWS::SNS::Subscription",
    "AWS::SNS::Topic",
    "AWS::SQS::Queue",
    "AWS::SageMaker::ModelPackageGroup",
    "AWS::SecretsManager::Secret",
)
_POLICIES = {"DeletionPolicy": "leaves the stack", "UpdateReplacePolicy": "is replaced"}
_FOR_EVER = float("inf")
_KEPT = {  # and how long where the template says nothing
    "ExpirationInDays": ("objects expire after days", _FOR_EVER),
    "NoncurrentDays": ("replaced objects expire after days", _FOR_EVER),
    "RetentionInDays": ("log lines are kept for days", _FOR_EVER),
    "MessageRetentionPeriod": ("messages are kept for seconds", 345_600),
}


def data_notes(change: Change, others: Sequence[Change]) -> Iterator[Note]:
    """Notes on deletions and replacements, weaker removal policies, and shorter retention."""
    if change.type in HOLDS_DATA:
        if change.after is None:
            yield _removed(change, others)
        elif change.before is not None:
            yield from _removed_more_easily(change)
            yield from _kept_for_less_long(change)
            if made_anew(change):
                yield _replaced(change)


def made_anew(change: Change) -> tuple[Path, ...]:
    """Changed properties that cannot be updated in place, so that CloudFormation replaces the resource."""
    if change.before is None or change.after is None:
        return ()
    if change.before.get("Type") != change.after.get("Type"):
        return (("Type",),)
    fixed = replacing_paths(change.type)
    return tuple(edit.path for edit in change.edits if any(_touches(edit.path, path) for path in fixed))


def _removed(change: Change, others: Sequence[Change]) -> Note:
    assert change.before is not None
    policy = change.before.get("DeletionPolicy", "Delete")
    fate = "**deleted**" if policy == "Delete" else f"taken out of the stack and kept ({policy})"
    alike = [other.name for other in others if _may_be_the_same(change, other)]
    nearest = get_close_matches(change.name, alike, n=1, cutoff=0)
    renamed = f"; {code(nearest[0])} is new and of the same type: renamed, it starts empty" if nearest else ""
    return Note(Section.DATA, f"{name_of(change)} ({change.type}) is {fate}{renamed}", ((),))


def _may_be_the_same(gone: Change, other: Change) -> bool:
    return other.before is None and (other.stack, other.type) == (gone.stack, gone.type)


def _replaced(change: Change) -> Note:
    assert change.before is not None
    paths = made_anew(change)
    because = ", ".join(code(".".join(map(str, path[1:] or path))) for path in paths)
    kept = change.before.get("UpdateReplacePolicy", "Delete") != "Delete"
    fate = "the old one is kept outside the stack" if kept else "the old one is **deleted**"
    text = f"{name_of(change)} ({change.type}) is **replaced** by an empty one, for {because}; {fate}"
    return Note(Section.DATA, text, paths)


def _removed_more_easily(change: Change) -> Iterator[Note]:
    weaker: dict[str, list[Path]] = {}
    for edit in change.edits:
        if str(edit.path[0]) in _POLICIES and edit.after in {None, "Delete"}:
            weaker.setdefault(turned(edit.before, edit.after), []).append(edit.path)
    for how, paths in weaker.items():
        when = " or ".join(_POLICIES[str(path[0])] for path in paths)
        yield Note(Section.DATA, f"{name_of(change)} is deleted when it {when}: {how}", tuple(paths))


def _kept_for_less_long(change: Change) -> Iterator[Note]:
    for key, (what, without) in _KEPT.items():
        before, after = (min(_values(side, key), default=without) for side in (change.before, change.after))
        if after < before:
            text = f"{name_of(change)} {what}: {turned(_or_none(before), _or_none(after))}"
            paths = tuple(edit.path for edit in change.edits if edit.path[-1] == key)
            yield Note(Section.DATA, text, paths)


def _values(value: Any, key: str) -> Iterator[float]:
    """All numbers under a key, at any depth; other values count as 0."""
    if isinstance(value, dict):
        for name, item in value.items():
            if name == key:
                yield item if isinstance(item, int) else 0
            else:
                yield from _values(item, key)
    elif isinstance(value, list):
        for item in value:
            yield from _values(item, key)


def _or_none(number: float) -> float | None:
    return None if number == _FOR_EVER else number


def _touches(path: Path, fixed: Path) -> bool:
    """Whether one path is a prefix of the other; `*` in a fixed path matches any item."""
    return all(part in {"*", mine} for mine, part in zip(path, fixed, strict=False))
