"""`python -m local.finish_labeling_job`, as a person ends a labeling job on the embedded AWS."""

from pathlib import Path
from typing import Any

import pytest

from local.embedded_aws import EmbeddedAws
from local.finish_labeling_job import main
from tests.local.conftest import labeling_job_request


@pytest.fixture
def job(aws: EmbeddedAws, sagemaker: Any, unique: str) -> str:
    aws.client("s3").create_bucket(
        Bucket=unique, CreateBucketConfiguration={"LocationConstraint": aws.region}
    )
    sagemaker.create_labeling_job(**labeling_job_request(unique, unique))
    return unique


def where(aws: EmbeddedAws) -> list[str]:
    return ["--port", str(aws.port), "--region", aws.region]


def test_a_file_becomes_the_output_of_a_completed_job_and_its_event_is_sent(
    aws: EmbeddedAws, sagemaker: Any, job: str, events: Any, tmp_path: Path, capsys: Any
) -> None:
    manifest = tmp_path / "output.manifest"
    manifest.write_text('{"a": 1}\n{"a": 2}\n')
    assert main([job, "--manifest", str(manifest), *where(aws)]) == 0
    address = f"s3://{job}/output/{job}/manifests/output/output.manifest"
    assert address in capsys.readouterr().out
    described = sagemaker.describe_labeling_job(LabelingJobName=job)
    assert described["LabelingJobStatus"] == "Completed"
    assert described["LabelingJobOutput"]["OutputDatasetS3Uri"] == address
    assert described["LabelCounters"]["TotalLabeled"] == 2
    [event] = [event for event in events() if event["resources"] == [described["LabelingJobArn"]]]
    assert event["detail"] == {"LabelingJobStatus": "Completed"}


def test_a_manifest_in_s3_and_another_status_can_be_named(aws: EmbeddedAws, sagemaker: Any, job: str) -> None:
    aws.client("s3").put_object(Bucket=job, Key="mine", Body=b"{}\n")
    assert main([job, "--manifest", f"s3://{job}/mine", "--status", "Stopped", *where(aws)]) == 0
    described = sagemaker.describe_labeling_job(LabelingJobName=job)
    assert described["LabelingJobStatus"] == "Stopped"
    assert described["LabelingJobOutput"]["OutputDatasetS3Uri"] == f"s3://{job}/mine"


@pytest.mark.parametrize("manifest", ["s3://{job}/none", "none.manifest", ""])
def test_without_its_manifest_a_job_is_not_ended(
    aws: EmbeddedAws, sagemaker: Any, job: str, manifest: str, capsys: Any
) -> None:
    assert main([job, "--manifest", manifest.format(job=job), *where(aws)]) == 2
    assert (manifest.format(job=job) or job) in capsys.readouterr().err
    assert sagemaker.describe_labeling_job(LabelingJobName=job)["LabelingJobStatus"] == "InProgress"


def test_a_job_that_nobody_made_and_an_aws_that_nobody_runs_are_told(aws: EmbeddedAws, capsys: Any) -> None:
    assert main(["nobodys", *where(aws)]) == 2
    assert "nobodys" in capsys.readouterr().err
    assert main(["nobodys", "--port", "1"]) == 2
    assert "groundtrain local" in capsys.readouterr().err
