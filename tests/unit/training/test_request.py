import msgspec
import pytest

from groundtrain.durations import Duration
from groundtrain.settings.environment import Environment
from groundtrain.settings.training_settings import Training
from groundtrain.training.request import BucketsAndRole, UntrainableError
from tests.datasets import FOLDER, FOLDER_ADDRESS, a_dataset, a_split
from tests.training_plans import planned_request

BUCKETS = BucketsAndRole(
    FOLDER_ADDRESS, "models", "arn:aws:iam::123456789012:role/training", "arn:aws:kms:eu-west-1:1:key/k"
)


def a_request(dataset=None, *, buckets=BUCKETS, attempt=0, **training):
    environment = Environment(name="dev", region="eu-west-1", training=Training(**training))
    return planned_request(dataset or a_dataset(), environment, buckets, attempt=attempt)


def test_both_channels_stream_the_attributes_in_their_order():
    for channel, name in zip(a_request()["InputDataConfig"], ("train", "validation"), strict=True):
        source = channel["DataSource"]["S3DataSource"]
        assert channel["ChannelName"] == name
        assert source["S3Uri"] == f"{FOLDER}{name}.manifest"
        assert source["AttributeNames"] == ["source-ref", "boxes"]


def test_only_the_train_channel_is_shuffled():
    train, validation = a_request(shuffle_seed=9)["InputDataConfig"]
    assert train["ShuffleConfig"] == {"Seed": 9}
    assert "ShuffleConfig" not in validation


def test_spot_has_checkpoints_of_its_own_and_waits_at_least_as_long_as_it_runs():
    request = a_request()
    assert request["EnableManagedSpotTraining"]
    assert request["CheckpointConfig"]["S3Uri"] == f"s3://models/checkpoints/{request['TrainingJobName']}/"
    limits = request["StoppingCondition"]
    assert limits["MaxWaitTimeInSeconds"] >= limits["MaxRuntimeInSeconds"]


def test_without_spot_there_is_no_longest_wait():
    request = a_request(spot=False)
    assert not request["EnableManagedSpotTraining"]
    assert request["StoppingCondition"] == {"MaxRuntimeInSeconds": 14400}
    assert "CheckpointConfig" not in request


def test_the_volume_has_no_key_of_its_own():
    assert "VolumeKmsKeyId" not in a_request()["ResourceConfig"]


def test_results_are_encrypted_with_the_key_where_there_is_one():
    assert a_request()["OutputDataConfig"]["KmsKeyId"] == BUCKETS.key_arn
    without = msgspec.structs.replace(BUCKETS, key_arn="")
    assert "KmsKeyId" not in a_request(buckets=without)["OutputDataConfig"]


def test_tags_of_everything_are_tags_of_a_job_too_and_its_own_come_before_them():
    training = Training(tags={"owner": "models", "model": "pallets"})
    everything = {"owner": "yard", "cost-center": "1234"}
    environment = Environment(name="dev", region="eu-west-1", training=training, tags=everything)
    tags = {tag["Key"]: tag["Value"] for tag in planned_request(a_dataset(), environment, BUCKETS)["Tags"]}
    assert {name: tags[name] for name in ("owner", "model", "cost-center")} == {
        "owner": "models",
        "model": "pallets",
        "cost-center": "1234",
    }


def test_tags_lead_back_to_labeling_job_and_dataset():
    tags = {tag["Key"]: tag["Value"] for tag in a_request()["Tags"]}
    assert tags == {
        "groundtrain:environment": "dev",
        "groundtrain:labeling-job": "Pallets-07",
        "groundtrain:dataset": FOLDER,
    }


def test_a_dataset_without_a_labeling_job_has_no_tag_for_it():
    tags = a_request(a_dataset(labeling_job=""))["Tags"]
    assert "groundtrain:labeling-job" not in {tag["Key"] for tag in tags}


def test_the_first_instance_type_of_the_settings_is_asked_for():
    assert a_request(instance_types=("ml.g6.4xlarge",))["ResourceConfig"]["InstanceType"] == "ml.g6.4xlarge"


@pytest.mark.parametrize(
    "nothing",
    [
        {"train": a_split("train.manifest", 0)},
        {"validation": a_split("validation.manifest", 0)},
        {"classes": ()},
    ],
)
def test_nothing_to_train_on_is_refused(nothing):
    with pytest.raises(UntrainableError):
        a_request(a_dataset(**nothing))


def test_the_example_of_2018_is_a_setting():
    request = a_request(
        instance_types=("ml.p3.2xlarge",), volume_gb=50, spot=False, max_runtime=Duration(360_000)
    )
    assert request["ResourceConfig"] == {
        "InstanceType": "ml.p3.2xlarge",
        "InstanceCount": 1,
        "VolumeSizeInGB": 50,
    }
    assert request["StoppingCondition"] == {"MaxRuntimeInSeconds": 360_000}
