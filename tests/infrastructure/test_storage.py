"""Promises of what outlives everything else."""

import json
import re

import pytest

from template_review.template_copies import ROOT

BUCKET, POLICY = "AWS::S3::Bucket", "AWS::S3::BucketPolicy"


def test_there_are_buckets_for_labels_datasets_models_and_access_logs(dev):
    kinds = ("AccessLogs", "Datasets", "Labeling", "Models")
    assert all(dev.one(BUCKET, kind) for kind in kinds)
    assert len(dev.all(BUCKET)) == len(kinds)


def test_a_labeling_bucket_that_is_not_wanted_is_made_and_nobody_is_told_or_let_in(dev, unusual):
    """CloudFormation cannot take back what another stack imports, so that the settings may change later."""
    assert unusual.one(BUCKET, "Labeling")
    assert "LabelingBucketName" in dev.outputs()
    assert "LabelingBucketName" not in unusual.outputs()
    for role in ("ConvertHandlerRole", "TrainingRole", "LabelingRole", "SweepHandlerRole"):
        assert [resource for resource in dev.allowed(role) if resource.startswith("labeling")]
        assert not [resource for resource in unusual.allowed(role) if resource.startswith("labeling/")]


def test_buckets_are_encrypted_with_the_environments_own_key(cloud):
    [key] = cloud.all("AWS::KMS::Key")
    for name, bucket in cloud.all(BUCKET).items():
        [rule] = bucket["Properties"]["BucketEncryption"]["ServerSideEncryptionConfiguration"]
        by = rule["ServerSideEncryptionByDefault"]
        if name.startswith("AccessLogs"):  # S3 delivers logs to no bucket with a key of one's own
            assert by == {"SSEAlgorithm": "AES256"}
        else:
            assert by == {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": f"${{{key}.Arn}}"}


def test_the_key_is_turned_over_every_year(cloud):
    [key] = cloud.properties("AWS::KMS::Key")
    assert key["EnableKeyRotation"] is True


def test_no_bucket_is_public(cloud):
    for bucket in cloud.properties(BUCKET):
        assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
        assert bucket["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}


def test_buckets_speak_tls_only(cloud):
    policies = {
        policy["Bucket"]: policy["PolicyDocument"]["Statement"] for policy in cloud.properties(POLICY)
    }
    for name in cloud.all(BUCKET):
        [deny] = [s for s in policies[f"${{{name}}}"] if "aws:SecureTransport" in str(s)]
        assert deny["Action"] == "s3:*"
        assert deny["Principal"] == {"AWS": "*"}
        assert deny["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
        assert deny["Resource"] == [f"${{{name}.Arn}}", f"${{{name}.Arn}}/*"]


def denials(cloud, sid):
    statements = {p["Bucket"]: p["PolicyDocument"]["Statement"] for p in cloud.properties(POLICY)}
    return {bucket[2:-1]: s for bucket, those in statements.items() for s in those if s.get("Sid") == sid}


def test_buckets_are_closed_to_other_accounts_whatever_their_policies_say(cloud):
    assert denials(cloud, "OtherAccounts").keys() == cloud.all(BUCKET).keys()
    for bucket, deny in denials(cloud, "OtherAccounts").items():
        assert (deny["Effect"], deny["Action"], deny["Principal"]) == ("Deny", "s3:*", {"AWS": "*"})
        assert deny["Resource"] == [f"${{{bucket}.Arn}}", f"${{{bucket}.Arn}}/*"]
        assert deny["Condition"].keys() == {"StringNotEquals", "BoolIfExists"}
        assert deny["Condition"]["BoolIfExists"] == {"aws:PrincipalIsAWSService": "false"}
        [account] = deny["Condition"]["StringNotEquals"].values()
        assert account in ("${AWS::AccountId}", "111122223333")


def test_what_is_uploaded_is_encrypted_by_kms_or_refused(cloud):
    said = "s3:x-amz-server-side-encryption"
    with_key = {name for name in cloud.all(BUCKET) if not name.startswith("AccessLogs")}
    assert denials(cloud, "OtherEncryption").keys() == with_key
    for bucket, deny in denials(cloud, "OtherEncryption").items():
        assert (deny["Effect"], deny["Action"]) == ("Deny", "s3:PutObject")
        assert deny["Resource"] == f"${{{bucket}.Arn}}/*"
        assert deny["Condition"] == {"Null": {said: "false"}, "StringNotEquals": {said: "aws:kms"}}


def test_buckets_let_in_nobody_but_the_log_delivery_of_this_account(cloud):
    for policy in cloud.properties(POLICY):
        for statement in policy["PolicyDocument"]["Statement"]:
            if statement["Effect"] == "Allow":
                assert statement["Principal"] == {"Service": "logging.s3.amazonaws.com"}
                assert statement["Condition"]["StringEquals"]["aws:SourceAccount"]


def test_buckets_keep_versions(cloud):
    for bucket in cloud.properties(BUCKET):
        assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}


@pytest.mark.parametrize(("name", "days"), [("dev", 30), ("prod", 90), ("unusual", 5)])
def test_replaced_versions_stay_as_long_as_the_settings_say(clouds, name, days):
    for bucket in clouds[name].properties(BUCKET):
        rule = bucket["LifecycleConfiguration"]["Rules"][0]
        assert "Prefix" not in rule
        assert rule["NoncurrentVersionExpiration"] == {"NoncurrentDays": days}
        assert rule["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 7}


def test_nothing_but_access_logs_and_what_a_map_over_images_leaves_ever_expires(cloud):
    for name, bucket in cloud.all(BUCKET).items():
        rules = bucket["Properties"]["LifecycleConfiguration"]["Rules"]
        expiring = [rule.get("Prefix", "") for rule in rules if "ExpirationInDays" in rule]
        of_images = ["image-checks/"] if cloud.looks_at_every_pixel and name.startswith("Datasets") else []
        assert expiring == ([""] if name.startswith("AccessLogs") else of_images)


def test_every_bucket_with_data_writes_access_logs(cloud):
    [logs] = [name for name in cloud.all(BUCKET) if name.startswith("AccessLogs")]
    for name, bucket in cloud.all(BUCKET).items():
        if name != logs:
            assert bucket["Properties"]["LoggingConfiguration"]["DestinationBucketName"] == f"${{{logs}}}"


def test_the_labeling_bucket_has_the_cors_rule_that_ground_truth_needs(dev):
    bucket = dev.one(BUCKET, "Labeling")["Properties"]
    assert bucket["CorsConfiguration"]["CorsRules"] == [
        {
            "AllowedMethods": ["GET"],
            "AllowedOrigins": ["*"],
            "ExposedHeaders": ["Access-Control-Allow-Origin"],
        }
    ]


def test_the_operations_page_gives_existing_buckets_the_same_cors_rule(dev):
    page = (ROOT / "docs" / "operations.md").read_text("utf-8")
    [text] = re.findall(r"```json\n(\{\"CORSRules.*?)\n```", page, re.DOTALL)
    [said] = json.loads(text)["CORSRules"]
    [ours] = dev.one(BUCKET, "Labeling")["Properties"]["CorsConfiguration"]["CorsRules"]
    said["ExposedHeaders"] = said.pop("ExposeHeaders")  # so does S3 spell it; CloudFormation does not
    assert said == ours


def test_prod_keeps_buckets_when_the_stack_goes(prod):
    for resource in prod.all(BUCKET).values():
        assert resource["DeletionPolicy"] == "RetainExceptOnCreate"
        assert resource["UpdateReplacePolicy"] == "Retain"


def test_buckets_go_with_the_stack_only_when_the_settings_say_so(unusual):
    for bucket in unusual.all(BUCKET).values():
        assert bucket["DeletionPolicy"] == "Delete"


def test_the_key_is_kept_whatever_the_settings_say(cloud):
    """A bucket that cannot be deleted, as it is not empty, would be unreadable without it."""
    [key] = cloud.all("AWS::KMS::Key").values()
    assert key["DeletionPolicy"] == "RetainExceptOnCreate"
    assert key["UpdateReplacePolicy"] == "Retain"


def test_registered_models_belong_to_no_stack_so_that_one_made_again_finds_them(cloud):
    assert cloud.all("AWS::SageMaker::ModelPackageGroup") == {}


def custom(templates):
    """Types of resources that run code of ours when a stack changes."""
    kinds = {it["Type"] for template in templates.values() for it in template["Resources"].values()}
    return [kind for kind in kinds if kind.startswith("Custom::") or "CustomResource" in kind]


def test_nothing_empties_a_bucket(cloud):
    assert custom(cloud.templates) == []


@pytest.mark.parametrize("kind", ["Custom::S3AutoDeleteObjects", "AWS::CloudFormation::CustomResource"])
def test_what_empties_a_bucket_would_be_found(cloud, kind):
    assert custom({**cloud.templates, "more": {"Resources": {"It": {"Type": kind}}}}) == [kind]


def test_people_find_the_buckets_in_the_outputs(dev):
    assert {"LabelingBucketName", "DatasetsBucketName", "ModelsBucketName"} <= dev.outputs().keys()


def test_only_a_bucket_that_manifests_are_put_into_sends_events(dev, unusual, uploads):
    sending = [
        name
        for cloud in (dev, unusual, uploads)
        for name, it in cloud.all("AWS::S3::Bucket").items()
        if "NotificationConfiguration" in it["Properties"]
    ]
    [name] = sending
    assert name.startswith("Labeling")
    configuration = uploads.all("AWS::S3::Bucket")[name]["Properties"]["NotificationConfiguration"]
    assert configuration == {"EventBridgeConfiguration": {"EventBridgeEnabled": True}}
