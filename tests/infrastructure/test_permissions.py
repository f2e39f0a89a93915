"""Promises about who may do what: each role's list, whole."""

import re

import pytest

from groundtrain.settings.environment_file import load_environment
from groundtrain.training.algorithms.registry import BUILT_IN
from groundtrain.training.plan import possible_plans
from groundtrain.training.settings_checks import training_mistakes
from stacks.permissions.grants import allow
from template_review.template_copies import ROOT
from tests.infrastructure.cloud import as_list, short

OWN_LOG = {"its log": {"logs:CreateLogStream", "logs:PutLogEvents"}}
TRACES = {"xray:PutTraceSegments", "xray:PutTelemetryRecords"}
CONSUME = {
    "sqs:ReceiveMessage",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    "sqs:ChangeMessageVisibility",
}
LOG_DELIVERIES = {
    *(f"logs:{verb}LogDelivery" for verb in ("Create", "Get", "Update", "Delete")),
    *("logs:ListLogDeliveries", "logs:PutResourcePolicy"),
    *("logs:DescribeResourcePolicies", "logs:DescribeLogGroups"),
}
SAMPLING = {"xray:GetSamplingRules", "xray:GetSamplingTargets"}
USE_KEY = {"kms:Decrypt", "kms:GenerateDataKey"}
PULL = {"ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"}

FUNCTIONS = {
    "Convert": {
        "labeling-job/*": {"sagemaker:DescribeLabelingJob"},
        "labeling/*": {"s3:GetObject"},
        "labeling": {"s3:ListBucket"},
        "datasets/datasets/*": {"s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload"},
        "datasets": {"s3:ListBucket"},
        "event-bus/default": {"events:PutEvents"},
        "topic": {"sns:Publish"},
        "datasets/messages/*": {"s3:GetObject", "s3:PutObject"},
        "key": USE_KEY,
        "convert queue": CONSUME,
        "*": TRACES,
        **OWN_LOG,
    },
    "StartTraining": {
        "training-job/groundtrain-dev-*": {
            "sagemaker:CreateTrainingJob",
            "sagemaker:AddTags",
            "sagemaker:DescribeTrainingJob",
        },
        "training role": {"iam:PassRole"},
        "datasets/datasets/*": {"s3:GetObject"},
        "datasets": {"s3:ListBucket"},
        "topic": {"sns:Publish"},
        "datasets/messages/*": {"s3:GetObject", "s3:PutObject"},
        "key": USE_KEY,
        "training queue": CONSUME,
        "*": TRACES | {"sagemaker:ListTrainingJobs"},
        **OWN_LOG,
    },
    "RecordOutcome": {
        "training-job/groundtrain-dev-*": {"sagemaker:DescribeTrainingJob"},
        "model-package-group/groundtrain-dev": {
            "sagemaker:CreateModelPackage",
            "sagemaker:CreateModelPackageGroup",
            "sagemaker:DescribeModelPackageGroup",
        },
        "model-package/groundtrain-dev/*": {"sagemaker:CreateModelPackage"},
        "event-bus/default": {"events:PutEvents"},
        "datasets/datasets/*": {"s3:GetObject"},
        "datasets": {"s3:ListBucket"},
        "topic": {"sns:Publish"},
        "datasets/messages/*": {"s3:GetObject", "s3:PutObject"},
        "key": USE_KEY,
        "outcome queue": CONSUME,
        "*": TRACES,
        **OWN_LOG,
    },
    "Sweep": {
        "labeling-job/*": {"sagemaker:DescribeLabelingJob"},
        "labeling/*": {"s3:GetObject"},
        "labeling": {"s3:ListBucket"},
        "datasets/datasets/*": {"s3:GetObject"},
        "datasets/messages/*": {"s3:GetObject"},
        "datasets": {"s3:ListBucket"},
        "convert queue": {"sqs:SendMessage", "sqs:GetQueueAttributes"},
        "outcome queue": {"sqs:SendMessage"},
        "dead letters": {"sqs:SendMessage"},
        "training-job/groundtrain-dev-*": {"sagemaker:DescribeTrainingJob"},
        "key": {"kms:Decrypt"},
        "*": TRACES | {"sagemaker:ListLabelingJobs", "sagemaker:ListTrainingJobs"},
        **OWN_LOG,
    },
}


YARD = ("yard-images", "yard-labels")
CHECK_IMAGES = {
    **{f"{bucket}/*": {"s3:GetObject"} for bucket in YARD},
    **{bucket: {"s3:ListBucket"} for bucket in YARD},
    "datasets/image-checks/*/images.jsonl": {"s3:GetObject"},
    "datasets/image-checks/*/findings/*": {"s3:PutObject"},
    "key": USE_KEY,
    "key/*": {"kms:Decrypt"},
    "*": TRACES,
    **OWN_LOG,
}
MAP_RUN = {
    "datasets/image-checks/*/shards.jsonl": {"s3:GetObject"},
    "key": {"kms:Decrypt"},
    "stateMachine:groundtrain-unusual-check-images": {"states:StartExecution"},
    "execution:groundtrain-unusual-check-images:*": {"states:DescribeExecution", "states:StopExecution"},
    "execution:groundtrain-unusual-check-images/CheckImages:*": {"states:RedriveExecution"},
    "check_images": {"lambda:InvokeFunction"},
    "*": TRACES | SAMPLING | LOG_DELIVERIES,
}
MORE_OF_CONVERT = {
    "stateMachine:groundtrain-unusual-check-images": {"states:StartExecution"},
    "execution:groundtrain-unusual-check-images:*": {"states:DescribeExecution"},
    "datasets/image-checks/*": {"s3:GetObject", "s3:PutObject"},
}


def test_what_looks_at_images_may_do_what_it_does_and_nothing_else(unusual):
    assert unusual.allowed("CheckImagesHandlerRole") == CHECK_IMAGES
    assert unusual.allowed("CheckImagesMapRole") == MAP_RUN


def test_convert_may_start_the_map_where_there_is_one(unusual):
    allowed = unusual.allowed("ConvertHandlerRole")
    of_the_map = {name for name in allowed if "check" in name}
    assert {name: allowed[name] for name in of_the_map} == MORE_OF_CONVERT


@pytest.mark.parametrize(("step", "list_"), FUNCTIONS.items())
def test_a_function_may_do_what_it_calls_and_nothing_else(dev, step, list_):
    assert dev.allowed(f"{step}HandlerRole") == list_


def test_the_training_role_reads_data_and_writes_models_checkpoints_and_logs(dev):
    allowed = dev.allowed("TrainingRole")
    logs = {"logs:CreateLogGroup", "logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"}
    assert allowed == {
        "labeling/*": {"s3:GetObject"},
        "labeling": {"s3:ListBucket"},
        "datasets/datasets/*": {"s3:GetObject"},
        "datasets": {"s3:ListBucket"},
        "models": {"s3:ListBucket"},
        "models/training/*": {"s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload"},
        "models/checkpoints/*": {"s3:GetObject", "s3:PutObject", "s3:DeleteObject"},
        "key": {"kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"},
        "log-group:/aws/sagemaker/TrainingJobs:*": logs,
        **dict.fromkeys((f"repository/{algorithm.name}" for algorithm in BUILT_IN), PULL),
        "*": {"cloudwatch:PutMetricData", "ecr:GetAuthorizationToken"},
    }


def test_the_labeling_role_reads_and_writes_the_labeling_buckets_only(dev):
    s3 = {
        resource
        for resource, actions in dev.allowed("LabelingRole").items()
        if any("s3:" in a for a in actions)
    }
    assert s3 == {"labeling", "labeling/*"}


def test_metrics_go_into_the_namespaces_of_sagemaker_only(cloud, uploads):
    labeling = [] if cloud is uploads else [("LabelingRole", ["AWS/SageMaker/Workteam"])]
    for role, more in [("TrainingRole", []), *labeling]:
        [put] = [s for s in cloud.grants(role) if s["Action"] == "cloudwatch:PutMetricData"]
        [condition] = put["Condition"]["StringLike"].values()
        assert as_list(condition) == ["/aws/sagemaker/*", *more]


def test_existing_labeling_buckets_are_reached_by_name(unusual):
    for role in ("ConvertHandlerRole", "TrainingRole", "LabelingRole"):
        assert {"yard-images/*", "yard-labels/*"} <= unusual.allowed(role).keys()


def test_of_a_bucket_of_uploads_only_manifests_and_label_category_files_are_read(unusual):
    found = {
        resource: actions
        for resource, actions in unusual.allowed("ConvertHandlerRole").items()
        if "yard-uploads" in resource
    }
    assert found == {
        "yard-uploads/incoming/*.manifest": {"s3:GetObject", "s3:GetObjectVersion"},
        "yard-uploads/incoming/*.classes.json": {"s3:GetObject"},
        "yard-uploads": {"s3:ListBucket"},
    }


def test_unknown_keys_open_objects_of_existing_labeling_buckets_and_nothing_else(unusual):
    [statement] = [
        s for s in unusual.grants("ConvertHandlerRole") if short(as_list(s["Resource"])[0]) == "key/*"
    ]
    buckets = ["arn:aws:s3:::yard-images", "arn:aws:s3:::yard-labels", "arn:aws:s3:::yard-uploads"]
    assert statement["Action"] == "kms:Decrypt"
    assert statement["Condition"] == {
        "StringEquals": {"kms:ViaService": ["s3.eu-central-1.amazonaws.com"]},
        "StringLike": {
            "kms:EncryptionContext:aws:s3:arn": [*buckets, *(f"{bucket}/*" for bucket in buckets)]
        },
    }


def test_a_labeling_job_may_write_where_an_unknown_key_encrypts(unusual):
    [statement] = [s for s in unusual.grants("LabelingRole") if short(as_list(s["Resource"])[0]) == "key/*"]
    assert statement["Action"] == ["kms:Decrypt", "kms:GenerateDataKey"]
    assert statement["Condition"]["StringEquals"] == {"kms:ViaService": ["s3.eu-central-1.amazonaws.com"]}
    assert "yard-labels/*" in str(statement["Condition"]["StringLike"])


def uses_unknown_keys(cloud, role):
    return [s for s in cloud.grants(role) if "key/*" in str(s["Resource"])]


@pytest.mark.parametrize("role", ["ConvertHandlerRole", "TrainingRole", "LabelingRole"])
def test_where_no_bucket_existed_no_unknown_key_is_used(dev, unusual, role):
    assert uses_unknown_keys(dev, role) == []
    assert uses_unknown_keys(unusual, role), "the search finds them where buckets existed"


def test_only_the_training_role_is_passed_on_and_only_to_sagemaker(cloud):
    [passing] = [
        statement
        for policy in cloud.properties("AWS::IAM::Policy")
        for statement in policy["PolicyDocument"]["Statement"]
        if "iam:PassRole" in as_list(statement["Action"])
    ]
    assert passing["Resource"].startswith("${TrainingRole")
    assert passing["Condition"] == {"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}}


def test_training_runs_on_machines_of_the_settings_only(cloud):
    [start] = [
        statement
        for statement in cloud.grants("StartTrainingHandlerRole")
        if "sagemaker:CreateTrainingJob" in as_list(statement["Action"])
    ]
    condition = start["Condition"]
    types = condition["ForAllValues:StringEquals"]["sagemaker:InstanceTypes"]
    assert condition["Null"] == {"sagemaker:InstanceTypes": "false"}
    assert types
    assert all(name.startswith("ml.") and "*" not in name for name in types)


def test_machines_of_the_settings_alone_are_granted(dev):
    expected = {
        name
        for plan in possible_plans(load_environment(ROOT / "environments" / "dev.toml", training_mistakes))
        for name in plan.training.instance_types
    }
    [start] = [s for s in dev.grants("StartTrainingHandlerRole") if "ForAllValues" in str(s)]
    assert set(start["Condition"]["ForAllValues:StringEquals"]["sagemaker:InstanceTypes"]) == expected


def test_jobs_are_tagged_when_they_are_made_and_never_later(cloud):
    [tag] = [s for s in cloud.grants("StartTrainingHandlerRole") if s["Action"] == "sagemaker:AddTags"]
    assert tag["Condition"] == {"StringEquals": {"sagemaker:TaggingAction": "CreateTrainingJob"}}


def test_what_registers_a_model_cannot_approve_it(cloud):
    [forbidden] = [s for s in cloud.grants("RecordOutcomeHandlerRole") if s["Effect"] == "Deny"]
    assert forbidden["Action"] == ["sagemaker:CreateModelPackage", "sagemaker:UpdateModelPackage"]
    assert forbidden["Resource"] == "*"
    assert forbidden["Condition"] == {"StringEquals": {"sagemaker:ModelApprovalStatus": "Approved"}}


def changes_models(statements):
    """Actions that do more to registered models than read them."""
    actions = {
        action for each in statements if each["Effect"] == "Allow" for action in as_list(each["Action"])
    }
    reading = ("sagemaker:List", "sagemaker:Describe")
    return {it for it in actions if "modelpackage" in it.lower() and not it.startswith(reading)}


def test_nobody_else_may_touch_models(cloud, uploads):
    roles = cloud.all("AWS::IAM::Role").keys()
    registering = {role for role in roles if changes_models(cloud.grants(role))}
    assert len(roles) == (5 if cloud is uploads else 6) + 2 * cloud.looks_at_every_pixel
    assert [role for role in registering if not role.startswith("RecordOutcomeHandlerRole")] == []
    assert registering, "the search finds the one that may"


@pytest.mark.parametrize("verb", ["Create", "Update", "Delete", "Batch"])
def test_whoever_may_touch_models_would_be_found(cloud, verb):
    planted = {
        "Effect": "Allow",
        "Action": ["s3:GetObject", f"sagemaker:{verb}ModelPackage"],
        "Resource": "*",
    }
    for role in ("SweepHandlerRole", "TrainingRole", "LabelingRole"):
        assert changes_models([*cloud.grants(role), planted]) == {f"sagemaker:{verb}ModelPackage"}


def wildcards(statements):
    return [action for each in statements for action in as_list(each["Action"]) if "*" in action]


def test_no_action_has_a_wildcard(cloud, uploads):
    policies = cloud.properties("AWS::IAM::Policy")
    assert len(policies) == (5 if cloud is uploads else 6) + 2 * cloud.looks_at_every_pixel
    for policy in policies:
        assert wildcards(policy["PolicyDocument"]["Statement"]) == []


def test_a_wildcard_in_an_action_would_be_found(cloud):
    planted = [{"Action": "s3:*"}, {"Action": ["s3:GetObject", "kms:De*"]}]
    assert wildcards([*cloud.grants("SweepHandlerRole"), *planted]) == ["s3:*", "kms:De*"]


def test_everything_is_a_resource_only_where_aws_offers_nothing_narrower(cloud):
    found = {
        action
        for policy in cloud.properties("AWS::IAM::Policy")
        for statement in policy["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Allow" and "*" in as_list(statement["Resource"])
        for action in as_list(statement["Action"])
    }
    lists = {f"sagemaker:List{these}" for these in ("LabelingJobs", "TrainingJobs", "ModelPackages")}
    kinds = ("NetworkInterfaces", "Vpcs", "DhcpOptions", "Subnets", "SecurityGroups")
    describing = {f"ec2:Describe{kind}" for kind in kinds}
    others = {"cloudwatch:PutMetricData", "ecr:GetAuthorizationToken"}
    of_the_map = LOG_DELIVERIES | SAMPLING if cloud.looks_at_every_pixel else set()
    assert found <= lists | describing | TRACES | others | of_the_map
    assert found > TRACES, "the search finds those that are allowed to"


def test_the_key_opens_only_by_way_of_the_services_that_use_it(cloud):
    for step in FUNCTIONS:
        using = [s for s in cloud.grants(f"{step}HandlerRole") if "kms:" in str(s["Action"])]
        assert using
        for statement in using:
            assert "kms:ViaService" in statement["Condition"]["StringEquals"]


def test_every_function_has_a_role_of_its_own_without_managed_policies(cloud):
    used = [function["Role"] for function in cloud.properties("AWS::Lambda::Function")]
    assert len(set(used)) == len(used) == 4 + cloud.looks_at_every_pixel
    for role in cloud.properties("AWS::IAM::Role"):
        assert "ManagedPolicyArns" not in role


def test_sagemaker_takes_its_roles_for_this_account_only(cloud, uploads):
    for name in ("TrainingRole",) if cloud is uploads else ("TrainingRole", "LabelingRole"):
        [trust] = cloud.one("AWS::IAM::Role", name)["Properties"]["AssumeRolePolicyDocument"]["Statement"]
        assert trust["Principal"] == {"Service": "sagemaker.amazonaws.com"}
        assert trust["Condition"]["StringEquals"].keys() == {"aws:SourceAccount"}


def test_besides_the_account_only_its_alarms_and_logs_use_the_key(cloud):
    [key] = cloud.properties("AWS::KMS::Key")
    account, alarms, logs = key["KeyPolicy"]["Statement"]
    assert account["Principal"]["AWS"].endswith(":root")
    assert alarms["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert alarms["Condition"].keys() == {"StringEquals", "ArnLike"}
    assert re.fullmatch(r"logs\.[a-z0-9-]+\.amazonaws\.com", logs["Principal"]["Service"])
    [groups] = logs["Condition"]["ArnLike"].values()
    assert "log-group:groundtrain-" in groups


@pytest.mark.parametrize("actions", [["s3:*"], ["s3:GetObject", "kms:*"]])
def test_a_wildcard_among_actions_cannot_be_granted(actions):
    with pytest.raises(ValueError, match="spelled out"):
        allow(*actions, on=["arn:aws:s3:::bucket/key"])


def test_a_wildcard_among_resources_cannot_be_granted_without_its_reason():
    with pytest.raises(ValueError, match="reason"):
        allow("s3:GetObject", on=["arn:aws:s3:::bucket/*"])
