"""Manifests of other people, as they are, from the event to the registered model.

Of the other types that an algorithm reads the corpus has too little, or files that rightly do not train (its
masks disagree on what 0 means); `test_every_algorithm.py` takes lines after the documentation's samples.
"""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from local.demo.deployed_stage import Deployment
from local.demo.job_follower import Follower
from local.demo.labeled_data import LabeledData
from local.demo.own_manifest import own_manifest
from local.demo.street_scenes import BUCKET
from tests.corpus import CORPUS
from tests.local.deployment import model_packages_of, needs_cdk, registered

pytestmark = [needs_cdk, pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not here")]
FILES = {
    "boxes": "aws__amazon-sagemaker-examples"
    "/archived__pytorch_yolov5_training_and_hpo__sample_output.manifest",
    "classes": "linuxus__ground-truth/manifest__train.manifest",
}


def in_one_bucket(file: Path, directory: Path) -> Path:
    """The manifest with its images in the bucket that the stage may read."""
    copy = directory / "corpus.manifest"
    copy.write_text(re.sub(r"s3://[^/\"]+/", f"s3://{BUCKET}/corpus/", file.read_text("utf-8")), "utf-8")
    return copy


@pytest.mark.parametrize("labels", FILES)
def test_a_real_manifest_becomes_a_registered_model(
    deployment: Deployment,
    follow: Callable[[LabeledData], Follower],
    unique: str,
    tmp_path: Path,
    labels: str,
) -> None:
    made = own_manifest(in_one_bucket(CORPUS / FILES[labels], tmp_path), None, None)
    data = replace(made, job=f"Corpus-{unique}", buckets=())
    dataset = registered(data, deployment, follow)
    assert dataset.source.records == dataset.train.records + dataset.validation.records + dataset.rejected
    assert len(model_packages_of(deployment, dataset)) == 1
