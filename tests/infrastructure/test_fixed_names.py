"""What stands fixed in the templates: names, and texts that CloudFormation cannot change later.

A name is taken while its owner lives, so that nothing is replaced under it. A text that can only be set at
creation replaces its resource when a word of it changes. So each of them is listed here, word for word.
"""

import pytest

from template_review.sections.resource_schemas import replacing_paths, unique_properties

REGIONS = {
    "dev": "eu-west-1",
    "prod": "eu-west-1",
    "unusual": "eu-central-1",
    "uploads": "eu-west-1",
}
NAMES = {  # {name} is the environment's
    ("AWS::CloudWatch::Dashboard", "DashboardName"): "groundtrain-{name}-{region}",
    ("AWS::KMS::Alias", "AliasName"): "alias/groundtrain-{name}",  # of the region; goes with the stack
    ("AWS::Lambda::EventInvokeConfig", "Qualifier"): "$LATEST",
    ("AWS::Lambda::Permission", "Action"): "lambda:InvokeFunction",
    ("AWS::Lambda::Permission", "Principal"): "events.amazonaws.com",
    ("AWS::StepFunctions::StateMachine", "StateMachineName"): "groundtrain-{name}-check-images",
    ("AWS::SNS::Subscription", "Protocol"): "email",  # its logical id follows the address
    ("AWS::SNS::Subscription", "Endpoint"): "yard@example.com",
}
WITHIN_A_ROLE = ("AWS::IAM::Policy", "PolicyName")  # others may be called alike
OF_ALL_REGIONS = ("AWS::CloudWatch::Dashboard", "AWS::IAM::", "AWS::S3::Bucket", "AWS::Route53::")


def fixed_texts(templates):
    """Properties that name a resource, or can only be set when it is made, where they are plain text."""
    for template in templates.values():
        for resource in template["Resources"].values():
            kind, properties = resource["Type"], resource.get("Properties", {})
            for name in {*unique_properties(kind), *(str(path[1]) for path in replacing_paths(kind))}:
                value = properties.get(name)
                if value is not None and not str(value).startswith("${") and (kind, name) != WITHIN_A_ROLE:
                    yield kind, name, value


@pytest.mark.parametrize("environment", REGIONS)
def test_every_fixed_name_and_text_is_known_word_for_word(clouds, environment):
    for kind, name, value in fixed_texts(clouds[environment].templates):
        expected = NAMES.get((kind, name), "")
        assert value == expected.format(name=environment, region=REGIONS[environment]), (kind, name)


def test_every_text_that_is_listed_is_there(clouds):
    found = {(kind, name) for cloud in clouds.values() for kind, name, _ in fixed_texts(cloud.templates)}
    assert found == NAMES.keys()


@pytest.mark.parametrize("environment", REGIONS)
def test_a_name_that_is_taken_in_all_regions_says_its_region(clouds, environment):
    """The same environment may be deployed in a second region, or be moved there."""
    texts = [it for it in fixed_texts(clouds[environment].templates) if it[0].startswith(OF_ALL_REGIONS)]
    assert texts
    assert all(REGIONS[environment] in value for _, _, value in texts)


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("AWS::S3::Bucket", "BucketName"),
        ("AWS::SQS::Queue", "QueueName"),
        ("AWS::Events::Rule", "Name"),
        ("AWS::IAM::Role", "RoleName"),
        ("AWS::IAM::ManagedPolicy", "ManagedPolicyName"),
        ("AWS::IAM::ManagedPolicy", "Description"),
        ("AWS::SageMaker::ModelPackageGroup", "ModelPackageGroupDescription"),
        ("AWS::CloudWatch::Alarm", "AlarmName"),
        ("AWS::Logs::LogGroup", "LogGroupName"),
    ],
)
def test_a_name_that_somebody_adds_would_be_found(kind, name):
    added = {"storage": {"Resources": {"It": {"Type": kind, "Properties": {name: "mine"}}}}}
    assert list(fixed_texts(added)) == [(kind, name, "mine")]
