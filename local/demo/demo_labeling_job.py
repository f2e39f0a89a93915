"""Create a labeling job and its data in the embedded AWS, and finish it as workers would."""

import re

from groundtrain.manifest.classes.category_file import dump_category_file
from local.demo.deployed_stage import Deployment
from local.demo.labeled_data import LabeledData
from local.demo.labels_in_s3 import put_images

_AWS_LAMBDAS = "arn:aws:lambda:eu-west-1:568282634449:function"
_ATTRIBUTE = re.compile(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,126}")


def put_labels(data: LabeledData, deployment: Deployment) -> None:
    """Upload images, label category file and output manifest."""
    put_images(data, deployment)
    s3 = deployment.aws.client("s3")
    s3.put_object(Bucket=deployment.labeling_bucket, Key=_manifest_key(data), Body=data.manifest)
    if data.classes:
        s3.put_object(
            Bucket=deployment.labeling_bucket, Key=_CATEGORIES, Body=dump_category_file(data.classes)
        )


_CATEGORIES = "label-categories.json"


def _manifest_key(data: LabeledData) -> str:
    return f"output/{data.job}/manifests/output/output.manifest"


def create_labeling_job(data: LabeledData, deployment: Deployment) -> None:
    """Create the job, as a person or a notebook would."""
    bucket = f"s3://{deployment.labeling_bucket}"
    categories = {"LabelCategoryConfigS3Uri": f"{bucket}/{_CATEGORIES}"} if data.classes else {}
    deployment.aws.client("sagemaker").create_labeling_job(
        LabelingJobName=data.job,
        LabelAttributeName=data.label if _ATTRIBUTE.fullmatch(data.label) else "label",
        InputConfig={"DataSource": {"S3DataSource": {"ManifestS3Uri": f"{bucket}/input.manifest"}}},
        OutputConfig={"S3OutputPath": f"{bucket}/output/"},
        RoleArn=deployment.labeling_role,
        **categories,
        HumanTaskConfig={
            "WorkteamArn": "arn:aws:sagemaker:eu-west-1:000000000000:workteam/private-crowd/street",
            "UiConfig": {"UiTemplateS3Uri": f"{bucket}/template.liquid"},
            "PreHumanTaskLambdaArn": f"{_AWS_LAMBDAS}:PRE-BoundingBox",
            "TaskTitle": "Draw boxes",
            "TaskDescription": "Draw a box around every car, pedestrian, bicycle and sign",
            "NumberOfHumanWorkersPerDataObject": 1,
            "TaskTimeLimitInSeconds": 300,
            "AnnotationConsolidationConfig": {
                "AnnotationConsolidationLambdaArn": f"{_AWS_LAMBDAS}:ACS-BoundingBox"
            },
        },
    )


def finish_labeling_job(data: LabeledData, deployment: Deployment, *, events: int = 1) -> None:
    """End the job as Completed, with an event (or the same event several times)."""
    deployment.aws.control(
        "LocalFinishLabelingJob",
        LabelingJobName=data.job,
        LabelAttributeName=data.label,  # an old manifest may have a name that the API no longer takes
        LabelCounters=data.counters,
        Events=events,
    )
