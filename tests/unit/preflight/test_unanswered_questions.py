"""What AWS does not answer is a finding that names the permission; it is never taken for fine."""

import pytest
from botocore.exceptions import ClientError

from groundtrain.aws.preflight.unanswered import PERMISSIONS
from groundtrain.preflight.run import answered, verdict_of
from groundtrain.preflight.situation import Question
from tests.ready_account import World

CODES = {  # how each service says it
    "ec2": "UnauthorizedOperation",
    "s3": "AccessDenied",
    "sns": "AuthorizationError",
    "cloudformation": "AccessDenied",
}
OPERATIONS = sorted(PERMISSIONS.keys() - {"GetCallerIdentity"})  # without it the command ends


def asked_without_a_stack(operation: str) -> bool:
    return operation in {"ListBuckets", "ListTrainingJobs"}


def denied(world: World, operation: str) -> None:
    if asked_without_a_stack(operation):
        world.no_stack()
    service = PERMISSIONS[operation].partition(":")[0]
    world.answers.refuse(operation, CODES.get(service, "AccessDeniedException"))


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_denied_call_is_a_finding_that_names_the_permission(in_vpc: World, operation: str) -> None:
    denied(in_vpc, operation)
    found = {finding.message for finding in in_vpc.findings() if finding.code == "GT801"}
    assert len(found) == 1
    assert f"{operation} is refused, which needs {PERMISSIONS[operation]}" in found.pop()


@pytest.mark.parametrize("operation", ["GetBucketCors", "ListServiceQuotas"])
def test_a_check_that_was_not_answered_is_not_fine_and_the_verdict_is_not_ready(
    world: World, operation: str
) -> None:
    denied(world, operation)
    checked = world.run()
    assert verdict_of(checked) == "not-ready"
    assert [one.check.about for one in checked if one.findings] == [
        "buckets" if operation == "GetBucketCors" else "quotas"
    ]


def test_a_service_that_is_busy_is_a_finding_of_its_own(world: World) -> None:
    world.answers.refuse("ListServiceQuotas", "ThrottlingException")
    [found] = world.findings("quotas")
    assert found.code == "GT802"
    assert "ListServiceQuotas was refused" in found.message
    assert found.advice


def test_credentials_that_may_not_be_renewed_are_told_in_the_words_of_aws(world: World) -> None:
    """Any call may renew them, by an operation that preflight itself does not ask for."""

    def renew(**_: object) -> None:
        answer = {"Error": {"Code": "AccessDenied", "Message": "not yours to assume"}}
        raise ClientError(answer, "AssumeRole")

    events = world.client("service-quotas").meta.events
    events.register("before-call.service-quotas", renew, unique_id="renew")
    try:
        [found] = world.findings("quotas")
    finally:
        events.unregister("before-call.service-quotas", unique_id="renew")
    assert found.code == "GT802"
    assert "AssumeRole was refused: not yours to assume" in found.message


def test_what_one_question_lacks_keeps_no_other_from_being_asked(world: World) -> None:
    world.answers.refuse("GetBucketPolicy", "AccessDenied")
    world.client("s3").delete_bucket_cors(Bucket="yard-images")
    assert world.codes("buckets") == {"GT801", "GT815"}


def test_denials_cannot_be_ignored(world: World) -> None:
    world.changes.append(("[dataset]", '[dataset]\nignore = ["GT8"]'))
    from groundtrain.cli.commands.preflight import _ignored

    ignored = _ignored(world.situation().environment)
    assert "GT815" in ignored
    assert not {"GT801", "GT802"} & ignored


def test_an_error_of_our_own_is_no_answer_of_aws() -> None:
    def fails():
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        answered(Question(fails))


def test_each_bucket_that_is_not_answered_for_is_named(world: World) -> None:
    world.changes.append(('["yard-images"]', '["yard-images", "others-images"]'))
    world.answers.refuse("HeadBucket", "403")
    assert {finding.message.partition(":")[0] for finding in world.findings("buckets")} == {
        "bucket yard-images",
        "bucket others-images",
    }
    assert all("or the bucket belongs to another account" in it.message for it in world.findings("buckets"))
