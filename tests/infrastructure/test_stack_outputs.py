"""Promises of `make outputs`: every output says what it is for, and one can be had alone."""

import re

import pytest
from botocore.exceptions import ClientError

from groundtrain.aws.stack_outputs import Output
from stacks.commands import stack_outputs
from stacks.commands.stack_outputs import UnreadableOutputsError, value_of
from template_review.template_copies import ROOT

STORAGE = {
    "KeyArn": {"Value": "arn:key", "Description": "the key"},
    "ExportsOutputKey": {"Value": "arn:key", "Export": {"Name": "storage:Key"}},
}
PIPELINE = {"LabelingRoleArn": {"Value": "arn:role", "Description": "for labeling jobs"}}


class CloudFormation:
    """Knows stacks by name, and answers as the real one."""

    def __init__(self):
        self.stacks = {}

    def describe_stacks(self, **call):
        if call["StackName"] not in self.stacks:
            said = {"Code": "ValidationError", "Message": f"Stack with id {call['StackName']} does not exist"}
            raise ClientError({"Error": said}, "DescribeStacks")
        outputs = self.stacks[call["StackName"]].items()
        return {
            "Stacks": [
                {
                    "Outputs": [
                        {"OutputKey": name, "OutputValue": it["Value"]} | told(it) for name, it in outputs
                    ]
                }
            ]
        }


def told(output):
    return {"Description": output["Description"]} if "Description" in output else {}


@pytest.fixture
def cloudformation():
    return CloudFormation()


@pytest.fixture
def deployed(cloudformation):
    cloudformation.stacks |= {"groundtrain-dev-storage": STORAGE, "groundtrain-dev-pipeline": PIPELINE}


@pytest.fixture
def shown(monkeypatch, tmp_path, capsys, cloudformation):
    """Runs the command for an environment "dev": exit code, output and errors."""
    (tmp_path / "dev.toml").write_text('region = "eu-west-1"\n', "utf-8")
    monkeypatch.setattr("stacks.environments.FOLDER", tmp_path)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setattr("stacks.commands.stack_outputs.boto3.client", lambda *_, **__: cloudformation)

    def shown(*arguments):
        return (stack_outputs.main(["dev", *arguments]), *capsys.readouterr())

    return shown


@pytest.mark.usefixtures("deployed")
def test_every_output_is_shown_with_what_it_is_for_and_exports_are_not(shown):
    assert shown() == (0, "KeyArn: the key\n  arn:key\nLabelingRoleArn: for labeling jobs\n  arn:role\n", "")


@pytest.mark.usefixtures("deployed")
def test_one_output_is_had_alone_to_be_used_in_a_command(shown):
    assert shown("LabelingRoleArn") == (0, "arn:role\n", "")


def test_what_aws_answers_is_printed_as_text(monkeypatch, capsys):
    hostile = [Output("TopicArn", "arn:\x1b[2J\u202eZqx", "hear")]
    monkeypatch.setattr(stack_outputs, "environment_with_credentials", lambda _: None)
    monkeypatch.setattr(stack_outputs, "outputs_of_environment", lambda _: hostile)
    for names in ([], ["TopicArn"]):
        assert stack_outputs.main(["dev", *names]) == 0
        said = capsys.readouterr().out
        assert r"arn:\u001b[2J\u202eZqx" in said
        assert all(map(str.isprintable, said.splitlines()))


@pytest.mark.usefixtures("deployed")
def test_a_name_that_is_none_is_told_with_the_nearest(shown):
    code, out, err = shown("LabelingRole")
    assert (code, out) == (2, "")
    assert err == "groundtrain: there is no output LabelingRole: the nearest is LabelingRoleArn\n"


def test_an_environment_that_is_not_deployed_is_told_with_the_command_that_deploys_it(shown):
    code, out, err = shown()
    assert (code, out) == (2, "")
    assert "there is no stack groundtrain-dev-storage in this account and region" in err
    assert "make deploy ENV=dev" in err


def test_a_value_is_found_by_its_whole_name():
    listed = [Output("TopicArn", "arn:topic", "hear"), Output("KeyArn", "arn:key", "key")]
    assert value_of("KeyArn", listed) == "arn:key"
    with pytest.raises(UnreadableOutputsError, match="nearest"):
        value_of("Key", listed)


def test_every_output_for_people_says_what_it_is_for_and_no_other_does(cloud):
    for stack, template in cloud.templates.items():
        for name, output in template.get("Outputs", {}).items():
            assert ("Description" in output) == ("Export" not in output), name
            assert stack.split("/")[1] in stack_outputs._STACKS or "Export" in output, name


def test_make_outputs_is_for_the_environment_that_is_named():
    [recipe] = re.findall(r"^outputs:.*\n\t(.*)", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert recipe == '@python -m stacks.commands.stack_outputs "$(ENV)" $(NAME)'
