"""Put the images of labeled data into the embedded S3, and the manifest where it starts the pipeline."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from groundtrain.manifest.classes.category_file import dump_category_file
from groundtrain.settings.uploads import CLASS_FILE, MANIFEST
from local.demo.demo_settings import UPLOADS
from local.demo.deployed_stage import Deployment
from local.demo.labeled_data import LabeledData, Upload

_AT_ONCE = 8


def put_images(data: LabeledData, deployment: Deployment) -> None:
    """Make the buckets, and upload the images into them."""
    s3 = deployment.aws.client("s3")
    for bucket in data.buckets:
        s3.create_bucket(
            Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": deployment.aws.region}
        )
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        list(pool.map(lambda upload: _put(s3, upload), data.uploads))


def upload_manifest(data: LabeledData, deployment: Deployment) -> str:
    """Put the label category file and then the manifest into the watched folder; the manifest's key."""
    s3, key = deployment.aws.client("s3"), f"{UPLOADS}{data.job}{MANIFEST}"
    if data.classes:
        beside = f"{UPLOADS}{data.job}{CLASS_FILE}"
        body = dump_category_file(data.classes)
        s3.put_object(Bucket=deployment.labeling_bucket, Key=beside, Body=body)
    s3.put_object(Bucket=deployment.labeling_bucket, Key=key, Body=data.manifest)
    return key


def _put(s3: Any, upload: Upload) -> None:
    content = upload.content.read_bytes() if isinstance(upload.content, Path) else upload.content
    s3.put_object(Bucket=upload.bucket, Key=upload.key, Body=content)
