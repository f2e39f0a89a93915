"""Notes on changes that cost money; without amounts, which depend on region and use."""

from collections.abc import Iterator

from template_review.difference import Change, Path
from template_review.notes import Note, Section, name_of, turned

FIXED_CHARGES = {
    "AWS::CloudWatch::Alarm": "charged by the month",
    "AWS::CloudWatch::Dashboard": "charged by the month",
    "AWS::EC2::NatGateway": "charged by the hour, and by what passes",
    "AWS::EC2::VPCEndpoint": "charged by the hour, and by what passes",
    "AWS::KMS::Key": "charged by the month",
    "AWS::SecretsManager::Secret": "charged by the month",
}
_BY_USE = {
    ("AWS::Lambda::Function", "MemorySize"): "function time costs by its memory",
    ("AWS::Lambda::Function", "Timeout"): "the longest a function runs",
    ("AWS::Lambda::Function", "EphemeralStorage"): "more than 512 MB costs by the second",
    ("AWS::Lambda::Function", "ReservedConcurrentExecutions"): "how many run at once",
    ("AWS::Lambda::EventSourceMapping", "ScalingConfig"): "how many run at once",
    ("AWS::Lambda::EventSourceMapping", "ProvisionedPollerConfig"): "charged by the hour",
    ("AWS::Events::Rule", "ScheduleExpression"): "how often it runs",
    ("AWS::StepFunctions::StateMachine", "DefinitionString"): "how many functions run at once, and how often",
    ("AWS::Logs::LogGroup", "RetentionInDays"): "how long logs are stored",
    ("AWS::S3::Bucket", "LifecycleConfiguration"): "how long objects are stored",
    ("AWS::S3::Bucket", "ReplicationConfiguration"): "copies are stored and transferred",
}
_SETTINGS = ("Properties", "Environment", "Variables", "GROUNDTRAIN_SETTINGS")


def cost_notes(change: Change) -> Iterator[Note]:
    """Notes on new or removed resources with a fixed charge, and on settings that affect usage."""
    if change.type in FIXED_CHARGES and (change.before is None or change.after is None):
        state = "new" if change.before is None else "gone"
        yield Note(Section.COST, f"{name_of(change)} is {state}: {FIXED_CHARGES[change.type]}")
    if change.before is None or change.after is None:
        return
    for edit in change.edits:
        if edit.path[:5] == (*_SETTINGS, "training"):
            setting = ".".join(map(str, edit.path[4:]))
            text = f"setting `{setting}`, GPU time: {turned(edit.before, edit.after)}"
            yield Note(Section.COST, text, (edit.path,))
        elif why := _BY_USE.get((change.type, _property(edit.path))):
            dotted_path = ".".join(map(str, edit.path[1:]))
            text = f"{name_of(change)} {dotted_path}, {why}: {turned(edit.before, edit.after)}"
            yield Note(Section.COST, text, (edit.path,))


def _property(path: Path) -> str:
    return str(path[1]) if path[:1] == ("Properties",) and len(path) > 1 else ""
