"""Notes on removed protection, and on public access."""

from collections.abc import Iterator

from template_review.difference import Change, Path
from template_review.notes import Note, Section, name_of, turned

_PROTECTION = {
    "AWS::S3::Bucket": (
        "BucketEncryption",
        "LoggingConfiguration",
        "OwnershipControls",
        "PublicAccessBlockConfiguration",
        "VersioningConfiguration",
    ),
    "AWS::KMS::Key": ("EnableKeyRotation",),
    "AWS::SQS::Queue": ("KmsMasterKeyId", "RedrivePolicy", "SqsManagedSseEnabled"),
    "AWS::SNS::Topic": ("KmsMasterKeyId",),
    "AWS::Lambda::Function": ("KmsKeyArn", "TracingConfig", "VpcConfig"),
    "AWS::Logs::LogGroup": ("KmsKeyId",),
    "AWS::StepFunctions::StateMachine": ("LoggingConfiguration", "TracingConfiguration"),
}
_ANYWHERE = ("0.0.0.0/0", "::/0")
_OPEN_TO_READ = ("PublicRead", "PublicReadWrite", "AuthenticatedRead")


def exposure_notes(change: Change) -> Iterator[Note]:
    """Notes on removed or changed protection, and on addresses and access lists open to everyone."""
    if change.after is None:
        return
    for edit in change.edits if change.before else ():
        if edit.before is not None and _protects(change.type, edit.path):
            yield _note(change, edit.path, turned(edit.before, edit.after))
    if change.before is None and change.type == "AWS::S3::Bucket" and not _blocks_public_access(change):
        yield Note(Section.EXPOSURE, f"{name_of(change)} is new and does not block public access")
    for path, value in _leaves(change.after, ()):
        if _is_open(path, value) and _is_new(change, path):
            yield _note(change, path, f"`{value}`: open to everyone")


def _protects(kind: str, path: Path) -> bool:
    return len(path) > 1 and path[0] == "Properties" and path[1] in _PROTECTION.get(kind, ())


def _note(change: Change, path: Path, text: str) -> Note:
    where = ".".join(map(str, path[1:]))
    return Note(Section.EXPOSURE, f"{name_of(change)} {where}: {text}", (path,))


def _blocks_public_access(change: Change) -> bool:
    assert change.after is not None
    block = change.after.get("Properties", {}).get("PublicAccessBlockConfiguration", {})
    return len(block) == 4 and set(block.values()) == {True}


def _is_open(path: Path, value: str) -> bool:
    return value in _ANYWHERE or (path[-1] == "AccessControl" and value in _OPEN_TO_READ)


def _is_new(change: Change, path: Path) -> bool:
    return any(edit.path == path[: len(edit.path)] for edit in change.edits)


def _leaves(value: object, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _leaves(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _leaves(item, (*path, index))
    elif isinstance(value, str):
        yield path, value
