"""The convert step of one uploaded manifest, a process: `python convert_step_process.py LABEL SPLIT FIGURES`.

It makes the dataset as the function does, by boto3 against AWS_ENDPOINT_URL, and writes into the file FIGURES
what it left in its scratch space. It imports nothing of the benchmarks, so that another environment's
interpreter measures another groundtrain.
"""

import json
import sys
from pathlib import Path

from groundtrain.aws import s3 as objects
from groundtrain.aws.clients import connect
from groundtrain.events.object_created import UploadedObject
from groundtrain.pipeline.make_dataset_once import Buckets, MadeDataset, make_dataset_once
from groundtrain.pipeline.triggers.upload import labeled_by_upload
from groundtrain.settings.dataset_settings import DatasetSettings
from groundtrain.settings.environment import Environment

_upload = objects.upload
figures = {"scratch": 0}


def upload(s3, path: Path, address, *, content_type: str) -> None:  # type: ignore[no-untyped-def]
    """Everything is written when the first file is uploaded."""
    figures["scratch"] = max(figures["scratch"], sum(file.stat().st_size for file in path.parent.iterdir()))
    _upload(s3, path, address, content_type=content_type)


def main(label: str, split: str, into: str) -> None:
    objects.upload = upload
    settings = DatasetSettings(label=label, split=split)  # type: ignore[arg-type]
    environment = Environment(name="dev", region="eu-west-1", dataset=settings)
    aws = connect()
    labeled = labeled_by_upload(UploadedObject("manifests", "in/labels.manifest"), aws, "datasets")
    made = make_dataset_once(labeled, environment, Buckets("datasets", ["manifests", "street-scenes"]), aws)
    assert isinstance(made, MadeDataset)
    dataset = made.dataset
    figures.update(records=dataset.source.records, rejected=dataset.rejected)
    Path(into).write_text(json.dumps(figures), "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
