"""Each fault that is put into an account is found by its code, and what is repaired is not found again."""

import pytest

from groundtrain.rules import RULES
from tests.ready_account import BUCKET, IMAGE, Change, Fault, World, is_found_and_repaired
from tests.sagemaker_fake import ACCOUNT, REGION

OTHERS = "444455556666"
NETWORK = {"GT825", "GT826", "GT827", "GT828", "GT829"}  # test_network_faults.py


def settings(old: str, new: str) -> tuple[Change, Change]:
    return lambda world: world.changes.append((old, new)), lambda world: world.changes.clear()


def bootstrapped(version: str) -> Change:
    name = "/cdk-bootstrap/hnb659fds/version"
    return lambda world: world.client("ssm").put_parameter(Name=name, Value=version, Overwrite=True)


def answers(operation: str, answer: dict[str, object]) -> Change:
    return lambda world: world.answers.give(operation, answer)


def refuses(operation: str, code: str) -> Change:
    return lambda world: world.answers.refuse(operation, code)


def forgets(operation: str) -> Change:
    return lambda world: world.answers.forget(operation)


def denies(**statement: object) -> Change:
    denial = {"Sid": "Fence", "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}
    return lambda world: world.policy({**denial, **statement})


def no_policy(world: World) -> None:
    world.client("s3").delete_bucket_policy(Bucket=BUCKET)


def own_key(world: World) -> None:
    world.encrypt_with(world.values["key"])


def ownership(kind: str) -> Change:
    rules = {"Rules": [{"ObjectOwnership": kind}]}
    return lambda world: world.client("s3").put_bucket_ownership_controls(
        Bucket=BUCKET, OwnershipControls=rules
    )


def versions(status: str) -> Change:
    return lambda world: world.client("s3").put_bucket_versioning(
        Bucket=BUCKET, VersioningConfiguration={"Status": status}
    )


def key_state(operation: str) -> Change:
    return lambda world: getattr(world.client("kms"), operation)(KeyId=world.values["key"].rpartition("/")[2])


def no_stack(world: World) -> None:
    world.no_stack()


def with_stack(world: World) -> None:
    world.stack()


def alias(world: World) -> None:
    world.no_stack()
    world.client("kms").create_alias(AliasName="alias/groundtrain-dev", TargetKeyId=world.values["key"])


def group(description: str) -> Change:
    def make(world: World) -> None:
        world.client("sagemaker").create_model_package_group(
            ModelPackageGroupName="groundtrain-dev", ModelPackageGroupDescription=description
        )

    return make


def left_group(world: World) -> None:
    world.no_stack()
    group("Models trained by groundtrain-dev")(world)


def no_group(world: World) -> None:
    """moto deletes none; AWS says ResourceNotFound of one that was."""
    world.answers.refuse("DescribeModelPackageGroup", "ResourceNotFound")


def left_job(world: World) -> None:
    world.no_stack()
    world.client("sagemaker").create_training_job(
        TrainingJobName="groundtrain-dev-yard-0123456789",
        RoleArn=f"arn:aws:iam::{ACCOUNT}:role/training",
        AlgorithmSpecification={"TrainingInputMode": "Pipe", "TrainingImage": IMAGE},
        OutputDataConfig={"S3OutputPath": "s3://models/"},
        ResourceConfig={"InstanceType": "ml.g5.2xlarge", "InstanceCount": 1, "VolumeSizeInGB": 1},
        StoppingCondition={"MaxRuntimeInSeconds": 60},
    )


def left_bucket(world: World) -> None:
    world.no_stack()
    world.client("s3").create_bucket(
        Bucket="groundtrain-dev-storage-labeling1-x", CreateBucketConfiguration={"LocationConstraint": REGION}
    )


def subscribed(arn: str) -> Change:
    return lambda world: world.subscription(arn)


FAULTS = {
    "credentials of another account": Fault(
        "GT803", "account and region", *settings(f'account = "{ACCOUNT}"', f'account = "{OTHERS}"')
    ),
    "no bootstrap": Fault(
        "GT805", "bootstrap", *settings("[labeling]", '[deployment]\nqualifier = "acme"\n[labeling]')
    ),
    "an old bootstrap": Fault("GT806", "bootstrap", bootstrapped("5"), bootstrapped("6")),
    "no quota": Fault("GT807", "quotas", lambda w: w.quotas(g5=0, g4dn=0), lambda w: w.quotas(g5=2, g4dn=2)),
    "no quota of the first type": Fault(
        "GT808", "quotas", lambda w: w.quotas(g5=0, g4dn=2), lambda w: w.quotas(g5=2, g4dn=2)
    ),
    "a quota that is not listed": Fault(
        "GT809", "quotas", lambda w: w.quotas(g5=2), lambda w: w.quotas(g5=2, g4dn=2)
    ),
    "a quota for one job of two": Fault(
        "GT810", "quotas", lambda w: w.quotas(g5=1, g4dn=1), lambda w: w.quotas(g5=2, g4dn=1)
    ),
    "fewer machines than a job has": Fault(
        "GT807", "quotas", *settings("spot = true", "spot = true\ninstance_count = 3")
    ),
    "no function is left beside a map": Fault(
        "GT838", "quotas", lambda w: w.functions(50), lambda w: w.functions(51)
    ),
    "a misspelt bucket": Fault("GT811", "buckets", *settings('["yard-images"]', '["yard-imagse"]')),
    "a bucket of another region": Fault(
        "GT812", "buckets", answers("HeadBucket", {"BucketRegion": "us-east-1"}), forgets("HeadBucket")
    ),
    "no events": Fault(
        "GT814",
        "buckets",
        answers("GetBucketNotificationConfiguration", {}),
        answers("GetBucketNotificationConfiguration", {"EventBridgeConfiguration": {}}),
    ),
    "no CORS": Fault(
        "GT815",
        "buckets",
        lambda w: w.client("s3").delete_bucket_cors(Bucket=BUCKET),
        lambda w: w.cors(),
    ),
    "CORS for one website": Fault(
        "GT815", "buckets", lambda w: w.cors(AllowedOrigins=["https://yard"]), lambda w: w.cors()
    ),
    "CORS that hides the origin": Fault(
        "GT815", "buckets", lambda w: w.cors(ExposeHeaders=["ETag"]), lambda w: w.cors()
    ),
    "a key of another account": Fault(
        "GT816", "buckets", lambda w: w.encrypt_with(f"arn:aws:kms:{REGION}:{OTHERS}:key/1"), own_key
    ),
    "a key of another region": Fault(
        "GT816", "buckets", lambda w: w.encrypt_with(f"arn:aws:kms:us-east-1:{ACCOUNT}:key/1"), own_key
    ),
    "a key that is gone": Fault(
        "GT817", "buckets", lambda w: w.encrypt_with(f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1"), own_key
    ),
    "a disabled key": Fault("GT817", "buckets", key_state("disable_key"), key_state("enable_key")),
    "a key for one person": Fault(
        "GT818",
        "buckets",
        lambda w: w.key_policy(f"arn:aws:iam::{ACCOUNT}:user/one"),
        lambda w: w.key_policy(f"arn:aws:iam::{ACCOUNT}:root"),
    ),
    "a policy that denies": Fault("GT819", "buckets", denies(Action="s3:GetObject"), no_policy),
    "a policy that denies all but some": Fault(
        "GT819",
        "buckets",
        denies(Condition={"StringNotLike": {"aws:PrincipalArn": "arn:aws:iam::1:role/x"}}),
        denies(Condition={"StringNotEquals": {"aws:PrincipalAccount": ACCOUNT}}),
    ),
    "a policy that denies whatever no service asks for this account": Fault(
        "GT819",
        "buckets",
        denies(Condition={"StringNotEquals": {"aws:SourceAccount": ACCOUNT}}),
        denies(
            Condition={
                "StringNotEquals": {"aws:SourceAccount": ACCOUNT},
                "Bool": {"aws:PrincipalIsAWSService": "true"},
            }
        ),
    ),
    "a policy that denies roles where the account of a service's request is missing": Fault(
        "GT819",
        "buckets",
        denies(Condition={"StringNotEqualsIfExists": {"aws:SourceAccount": ACCOUNT}}),
        denies(Condition={"StringNotEqualsIfExists": {"aws:PrincipalAccount": ACCOUNT}}),
    ),
    "a policy that denies all but services": Fault(
        "GT819",
        "buckets",
        denies(Condition={"Bool": {"aws:PrincipalIsAWSService": "false"}}),
        denies(Condition={"Bool": {"aws:PrincipalIsAWSService": "true"}}),
    ),
    "a policy that wants a header": Fault(
        "GT819",
        "buckets",
        denies(Condition={"StringNotEquals": {"s3:x-amz-server-side-encryption": "aws:kms"}}),
        denies(
            Condition={
                "Null": {"s3:x-amz-server-side-encryption": "false"},
                "StringNotEquals": {"s3:x-amz-server-side-encryption": "aws:kms"},
            }
        ),
    ),
    "objects of whoever writes": Fault(
        "GT820", "buckets", ownership("ObjectWriter"), ownership("BucketOwnerEnforced")
    ),
    "no versions": Fault("GT821", "buckets", versions("Suspended"), versions("Enabled")),
    "a region without Ground Truth": Fault(
        "GT822",
        "Ground Truth",
        lambda w: w.values.update(region="eu-north-1"),
        lambda w: w.values.update(region=REGION),
    ),
    "no labeling job": Fault(
        "GT823",
        "Ground Truth",
        answers("ListLabelingJobs", {"LabelingJobSummaryList": []}),
        *settings("[labeling]", "[labeling]\njobs = false")[:1],
    ),
    "no experiment": Fault(
        "GT824",
        "experiment",
        refuses("DescribeExperiment", "ResourceNotFound"),
        forgets("DescribeExperiment"),
    ),
    "no such tag": Fault(
        "GT830",
        "image",
        lambda w: w.values.update(image=IMAGE.replace(":1", ":2")),
        lambda w: w.values.update(image=IMAGE),
    ),
    "no such repository": Fault(
        "GT830",
        "image",
        lambda w: w.values.update(image=IMAGE.replace("pallets", "palets")),
        lambda w: w.values.update(image=IMAGE),
    ),
    "a stack that is being changed": Fault(
        "GT831", "stacks", lambda w: w.stack("UPDATE_IN_PROGRESS"), with_stack
    ),
    "a stack that cannot be deleted": Fault(
        "GT831", "stacks", lambda w: w.stack("DELETE_FAILED"), with_stack
    ),
    "an address that waits": Fault(
        "GT832", "e-mails", subscribed("PendingConfirmation"), subscribed("arn:aws:sns:::people:6d1")
    ),
    "an address that is not deployed": Fault(
        "GT832", "e-mails", *settings('"yard@example.com"', '"yard@example.com", "b@example.com"')
    ),
    "nobody who hears": Fault(
        "GT833",
        "e-mails",
        lambda w: (w.no_stack(), w.changes.append(('["yard@example.com"]', "[]"))),
        lambda w: w.changes.clear(),
    ),
    "a group of an earlier deployment": Fault("GT834", "model package group", left_group, no_group),
    "a group of somebody else": Fault("GT834", "model package group", group("Somebody else's"), no_group),
    "an alias that is taken": Fault("GT835", "names", alias, with_stack),
    "an earlier training job": Fault("GT836", "names", left_job, with_stack),
    "an earlier bucket": Fault(
        "GT837",
        "names",
        left_bucket,
        lambda w: w.changes.append(
            ('["yard-images"]', '["yard-images", "groundtrain-dev-storage-labeling1-x"]')
        ),
    ),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_fault_is_found_and_what_is_repaired_is_not_found_again(world: World, fault: Fault) -> None:
    is_found_and_repaired(world, fault)


def test_a_shell_of_another_region_is_told(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    assert world.codes("account and region") == {"GT804"}


def test_a_bucket_of_another_account_is_told(world: World) -> None:
    """moto looks at no owner: the same question is refused with the owner that is expected."""

    def refuse_owner(params, **_):
        refused = "ExpectedBucketOwner" in params
        world.answers.refuse("HeadBucket", "403") if refused else world.answers.forget("HeadBucket")

    events = world.client("s3").meta.events
    events.register("provide-client-params.s3.HeadBucket", refuse_owner, unique_id="owner")
    found = world.codes("buckets")
    events.unregister("provide-client-params.s3.HeadBucket", unique_id="owner")
    assert found == {"GT813"}


def test_default_quotas_count_where_none_was_applied(world: World) -> None:
    quotas = [
        {"QuotaName": f"ml.{family}.2xlarge for spot training job usage", "Value": 3.0}
        for family in ("g5", "g4dn")
    ]
    world.answers.give("ListServiceQuotas", {"Quotas": []})
    world.answers.give("ListAWSDefaultServiceQuotas", {"Quotas": quotas})
    assert world.codes("quotas") == set()


def test_without_a_quota_for_on_demand_after_spot_jobs_start_nonetheless(world: World) -> None:
    spot = [
        {"QuotaName": f"ml.{family}.2xlarge for {way}", "Value": value}
        for family in ("g5", "g4dn")
        for way, value in (("spot training job usage", 2.0), ("training job usage", 0.0))
    ]
    world.answers.give("ListServiceQuotas", {"Quotas": spot})
    assert world.codes("quotas") == set()
    world.changes.append(("spot = true", "spot = true\non_demand_after_spot = true"))
    assert world.codes("quotas") == {"GT808"}


def test_without_a_quota_for_spot_no_job_comes_to_on_demand_after_it(world: World) -> None:
    world.quotas(g5=0, g4dn=0)
    world.changes.append(("spot = true", "spot = true\non_demand_after_spot = true"))
    told = [(one.code, "for spot training job usage" in one.message) for one in world.findings("quotas")]
    assert told == [("GT807", True), ("GT807", True), ("GT808", False), ("GT808", False)]


def test_algorithms_that_ask_for_the_same_machines_are_told_together(world: World) -> None:
    world.changes += [('algorithm = "own-image"', 'algorithm = "auto"'), (f'image_uri = "{IMAGE}"\n', "")]
    world.quotas(g5=0, g4dn=2)
    [message] = [found.message for found in world.findings("quotas") if found.code == "GT808"]
    assert message.startswith(
        "object-detection, image-classification, semantic-segmentation and blazingtext: "
    )


def test_every_code_has_a_fault() -> None:
    in_tests_of_their_own = {"GT801", "GT802", "GT804", "GT813", *NETWORK}
    found = {fault.code for fault in FAULTS.values()}
    assert found | in_tests_of_their_own == {code for code in RULES if code.startswith("GT8")}
