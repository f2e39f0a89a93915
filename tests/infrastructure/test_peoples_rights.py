"""The policies of docs/operations.md, which people attach: they allow what is promised, and are policies."""

import hashlib
import json
import re

import pytest
from msgspec.structs import replace

from groundtrain.cli.application import run
from groundtrain.dataset.description import DESCRIPTION, dump_dataset
from template_review.template_copies import ROOT
from tests.datasets import FOLDER, KEYS, a_dataset
from tests.infrastructure.cloud import as_list
from tests.mocked_aws import ROLE, aws, clients
from tests.permissions.comparing import refused
from tests.permissions.evaluator import Need
from tests.permissions.granted import OWN_KEY, world_of
from tests.permissions.needs import needs_of, objects_key
from tests.permissions.recording import recorded
from tests.published import (
    coco_folder,
    completed,
    deploy_storage,
    put_dataset,
    register,
    settings_file,
    start_job,
)
from tests.sagemaker_fake import ACCOUNT, REGION

__all__ = ["aws", "clients"]

WORLD = world_of("dev")
STANDS_FOR = {
    "LABELING_BUCKET": "labels",
    "DATASETS_BUCKET": "datasets",
    "MODELS_BUCKET": "models",
    "KEY_ARN": OWN_KEY,
    "LABELING_ROLE_ARN": f"arn:aws:iam::{ACCOUNT}:role/labeling",
    "TRAINING_ROLE_ARN": ROLE,
    "REGION": REGION,
    "ACCOUNT": ACCOUNT,
    "PREFIX": "groundtrain",
    "ENVIRONMENT": "dev",
}
PAGE = (ROOT / "docs" / "operations.md").read_text("utf-8")
TEXTS = re.findall(r"```json\n(\{\"Version\".*?)\n```", PAGE, re.DOTALL)


def policy(number):
    text = TEXTS[number]
    for name in sorted(STANDS_FOR, key=len, reverse=True):
        text = text.replace(name, STANDS_FOR[name])
    return json.loads(text)["Statement"]


STACKS = ("stack/groundtrain-dev-storage/1-2", "stack/groundtrain-dev-pipeline/1-2")
MANAGERS, OPERATORS, PUBLISHERS, ENDPOINTS, LABELING_ROLES = range(5)
TO_SAGEMAKER = {"iam:PassedToService": "sagemaker.amazonaws.com"}


def test_there_are_five_policies():
    assert len(TEXTS) == 5


@pytest.mark.parametrize("text", TEXTS)
def test_every_name_in_capitals_is_one_that_the_page_explains(text):
    names = set(re.findall(r"\b[A-Z]{3,}(?:_[A-Z]+)*\b", text))
    assert names - {"AWS"} <= STANDS_FOR.keys()


@pytest.mark.parametrize("number", range(5))
def test_actions_are_spelled_out_and_only_lists_and_metrics_are_on_everything(number):
    for statement in policy(number):
        assert not [action for action in as_list(statement["Action"]) if "*" in action]
        if statement["Resource"] == "*":
            assert statement["Sid"] in {"Count", "Metrics"}


@pytest.mark.parametrize("number", range(5))
def test_a_policy_fits_into_a_managed_one(number):
    assert len(json.dumps(policy(number), separators=(",", ":"))) < 6144


def test_a_labeling_manager_may_put_images_into_the_bucket_and_give_the_role_to_a_job():
    image = "arn:aws:s3:::labels/images/1.jpg"
    needs = [
        Need("s3:PutObject", image),
        Need("s3:GetObject", image),
        *objects_key("kms:GenerateDataKey", "labels", WORLD),
        *objects_key("kms:Decrypt", "labels", WORLD),
        Need("s3:ListBucket", "arn:aws:s3:::labels"),
        Need("iam:PassRole", STANDS_FOR["LABELING_ROLE_ARN"], TO_SAGEMAKER),
    ]
    assert refused(policy(MANAGERS), needs) == []
    assert len(refused(policy(ENDPOINTS), needs)) == 5, "all but the key's decryption"


@pytest.mark.parametrize("where", ["local", "in S3"])
def test_an_operator_may_train_by_hand(aws, clients, tmp_path, where):
    (tmp_path / "dev.toml").write_text(
        f'region = "{REGION}"\n[training]\nincremental = true\nmax_jobs_per_day = 5\n', "utf-8"
    )
    line, calls, data = b"{}\n", [], a_dataset()
    digest = hashlib.sha256(line).hexdigest()
    train, validation = (replace(split, sha256=digest) for split in (data.train, data.validation))
    data = dump_dataset(replace(data, train=train, validation=validation))
    aws.put(f"{KEYS}{DESCRIPTION}", data, bucket="datasets")
    dataset = FOLDER
    if where == "local":
        aws.clients.s3.delete_object(Bucket="datasets", Key=f"{KEYS}{DESCRIPTION}")
        dataset = tmp_path / "dataset"
        dataset.mkdir()
        (dataset / DESCRIPTION).write_bytes(data)
        for name in ("train.manifest", "validation.manifest", "rejected.jsonl", "report.json"):
            (dataset / name).write_bytes(line)
    places = ("--role", ROLE, "--models", "s3://models", "--datasets", "s3://datasets")
    with recorded(clients, calls):
        run(["train", str(dataset), "--settings", str(tmp_path / "dev.toml"), *places, "--override-gate"])
    assert "CreateTrainingJob" in {call.operation for call in calls}
    needs = [need for call in calls for need in needs_of(call, WORLD)]
    assert refused(policy(OPERATORS), needs) == []
    assert refused(policy(MANAGERS), needs)


def test_an_operator_may_look_at_stop_and_redrive_image_checks():
    execution = WORLD.arn("states", "execution:groundtrain-dev-check-images:0123456789abcdef-1")
    needs = [Need(f"states:{verb}Execution", execution) for verb in ("Describe", "Stop", "Redrive")]
    assert refused(policy(OPERATORS), needs) == []
    assert len(refused(policy(MANAGERS), needs)) == len(needs)


def test_an_operator_may_redrive_read_outputs_and_send_events():
    queue = WORLD.arn("sqs", "groundtrain-dev-pipeline-ConvertDeadLettersA1BF64FC-x")
    read = ("ReceiveMessage", "ChangeMessageVisibility", "SendMessage", "DeleteMessage")
    needs = [
        *(Need(f"sqs:{action}", queue) for action in read),
        Need("logs:FilterLogEvents", WORLD.arn("logs", "log-group:groundtrain-dev-pipeline-Convert-x:*")),
        *(Need("cloudformation:DescribeStacks", WORLD.arn("cloudformation", stack)) for stack in STACKS),
        Need("events:PutEvents", WORLD.arn("events", "event-bus/default"), {"events:source": "groundtrain"}),
    ]
    assert refused(policy(OPERATORS), needs) == []
    assert len(refused(policy(MANAGERS), needs)) == len(needs)


def test_whoever_publishes_may_upload_and_wait_for_the_model(aws, clients, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    settings_file(tmp_path)
    deploy_storage(aws, monkeypatch)
    source, calls = str(coco_folder(tmp_path)), []
    with recorded(clients, calls):
        assert run(["publish", source, "--env", "dev"]) == 0
    dataset = put_dataset(aws)
    completed(aws, job := start_job(aws, dataset))
    register(aws, job, dataset)
    [record] = [key for key in aws.written("labels") if ".uploads" in key]
    clients.s3.delete_object(Bucket="labels", Key=record)  # so that images are asked for
    with recorded(clients, calls):
        assert run(["publish", source, "--env", "dev", "--wait"]) == 0
    needs = [need for call in calls for need in needs_of(call, WORLD)]
    needs.append(Need("cloudformation:DescribeStacks", WORLD.arn("cloudformation", STACKS[0])))
    assert {need.action for need in needs} == {
        action for statement in policy(PUBLISHERS) for action in as_list(statement["Action"])
    }
    assert refused(policy(PUBLISHERS), needs) == []
    assert refused(policy(ENDPOINTS), needs)


def test_the_role_of_an_endpoint_may_read_the_model_and_use_its_key():
    model = "arn:aws:s3:::models/training/groundtrain-dev-x/output/model.tar.gz"
    needs = [Need("s3:GetObject", model), *objects_key("kms:Decrypt", "models", WORLD)]
    assert refused(policy(ENDPOINTS), needs) == []


def test_a_labeling_role_of_ones_own_has_what_the_stacks_has_on_bucket_key_and_logs(clouds):
    ours = clouds["dev"].grants("LabelingRole")
    own = {action for statement in policy(LABELING_ROLES) for action in as_list(statement["Action"])}
    assert own == {action for statement in ours for action in as_list(statement["Action"])}
