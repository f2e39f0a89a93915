from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.embedded_aws import EmbeddedAws
from tests.local.conftest import labeling_job_request


def test_a_job_is_described_as_it_was_created(sagemaker: Any, unique: str) -> None:
    sagemaker.create_labeling_job(**labeling_job_request(unique))
    job = sagemaker.describe_labeling_job(LabelingJobName=unique)
    assert job["LabelAttributeName"] == "boxes"
    assert job["LabelingJobStatus"] == "InProgress"


def test_the_arn_has_the_name_in_lower_case_and_the_job_as_typed(sagemaker: Any, unique: str) -> None:
    name = f"Street-{unique}"
    arn = sagemaker.create_labeling_job(**labeling_job_request(name))["LabelingJobArn"]
    assert arn.endswith(f":labeling-job/street-{unique}")
    job = sagemaker.describe_labeling_job(LabelingJobName=name.lower())
    assert job["LabelingJobName"] == name


def test_a_repeated_name_is_refused_whatever_its_case(sagemaker: Any, unique: str) -> None:
    sagemaker.create_labeling_job(**labeling_job_request(unique))
    with pytest.raises(sagemaker.exceptions.ResourceInUse):
        sagemaker.create_labeling_job(**labeling_job_request(unique.upper()))


def test_an_unknown_job_is_not_found(sagemaker: Any) -> None:
    with pytest.raises(sagemaker.exceptions.ResourceNotFound):
        sagemaker.describe_labeling_job(LabelingJobName="nobody")


def test_a_name_that_aws_would_refuse_is_refused(sagemaker: Any) -> None:
    with pytest.raises(ClientError, match=r"ValidationException.*pattern"):
        sagemaker.create_labeling_job(**labeling_job_request("no_underscores"))


@pytest.mark.parametrize("name", ["source-ref", "boxes-metadata"])
def test_a_reserved_label_attribute_is_refused(sagemaker: Any, unique: str, name: str) -> None:
    with pytest.raises(ClientError, match="ValidationException"):
        sagemaker.create_labeling_job(**labeling_job_request(unique) | {"LabelAttributeName": name})


def test_a_finished_job_says_where_its_output_lies(aws: EmbeddedAws, sagemaker: Any, unique: str) -> None:
    name = f"Upper-{unique}"
    sagemaker.create_labeling_job(**labeling_job_request(name))
    aws.control("LocalFinishLabelingJob", LabelingJobName=name, LabelCounters={"TotalLabeled": 3})
    job = sagemaker.describe_labeling_job(LabelingJobName=name)
    assert job["LabelingJobStatus"] == "Completed"
    output = job["LabelingJobOutput"]["OutputDatasetS3Uri"]
    assert output == f"s3://labels/output/{name}/manifests/output/output.manifest"
    assert job["LabelCounters"]["TotalLabeled"] == 3


def test_a_finished_job_sends_the_event_that_aws_sends(
    aws: EmbeddedAws, sagemaker: Any, unique: str, events: Any
) -> None:
    sagemaker.create_labeling_job(**labeling_job_request(f"Upper-{unique}"))
    aws.control("LocalFinishLabelingJob", LabelingJobName=f"Upper-{unique}")
    [event] = [e for e in events() if e["resources"][0].endswith(unique)]
    assert event["source"] == "aws.sagemaker"
    assert event["detail-type"] == "SageMaker Ground Truth Labeling Job State Change"
    assert event["detail"] == {"LabelingJobStatus": "Completed"}
    assert event["resources"] == [f"arn:aws:sagemaker:eu-west-1:000000000000:labeling-job/upper-{unique}"]


def test_an_event_can_be_sent_more_than_once(
    aws: EmbeddedAws, sagemaker: Any, unique: str, events: Any
) -> None:
    sagemaker.create_labeling_job(**labeling_job_request(unique))
    aws.control("LocalFinishLabelingJob", LabelingJobName=unique, Events=3)
    assert len([e for e in events() if e["resources"][0].endswith(unique)]) == 3


def test_a_stopped_job_is_stopped_and_says_so(sagemaker: Any, unique: str, events: Any) -> None:
    sagemaker.create_labeling_job(**labeling_job_request(unique))
    sagemaker.stop_labeling_job(LabelingJobName=unique)
    assert sagemaker.describe_labeling_job(LabelingJobName=unique)["LabelingJobStatus"] == "Stopped"
    [event] = [e for e in events() if e["resources"][0].endswith(unique)]
    assert event["detail"] == {"LabelingJobStatus": "Stopped"}


def test_jobs_are_listed_page_by_page(sagemaker: Any, unique: str) -> None:
    for number in range(5):
        sagemaker.create_labeling_job(**labeling_job_request(f"{unique}-{number}"))
    pages = sagemaker.get_paginator("list_labeling_jobs").paginate(
        NameContains=unique, PaginationConfig={"PageSize": 2}
    )
    names = [job["LabelingJobName"] for page in pages for job in page["LabelingJobSummaryList"]]
    assert sorted(names) == [f"{unique}-{number}" for number in range(5)]


def test_jobs_are_listed_by_status(aws: EmbeddedAws, sagemaker: Any, unique: str) -> None:
    for name in (f"{unique}-a", f"{unique}-b"):
        sagemaker.create_labeling_job(**labeling_job_request(name))
    aws.control("LocalFinishLabelingJob", LabelingJobName=f"{unique}-b")
    found = sagemaker.list_labeling_jobs(NameContains=unique, StatusEquals="Completed")
    assert [job["LabelingJobName"] for job in found["LabelingJobSummaryList"]] == [f"{unique}-b"]


def test_a_stopped_job_names_the_output_that_it_would_have(sagemaker: Any, unique: str) -> None:
    sagemaker.create_labeling_job(**labeling_job_request(f"Upper-{unique}"))
    sagemaker.stop_labeling_job(LabelingJobName=f"Upper-{unique}")
    job = sagemaker.describe_labeling_job(LabelingJobName=f"Upper-{unique}")
    output = job["LabelingJobOutput"]["OutputDatasetS3Uri"]
    assert output == f"s3://labels/output/Upper-{unique}/manifests/output/output.manifest"


def test_work_teams_are_listed(aws: EmbeddedAws, sagemaker: Any, unique: str) -> None:
    aws.control("LocalAddWorkteam", WorkteamName=unique)
    [team] = sagemaker.list_workteams(NameContains=unique)["Workteams"]
    assert team["WorkteamArn"].endswith(f":workteam/private-crowd/{unique}")
