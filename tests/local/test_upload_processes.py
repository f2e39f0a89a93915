"""Many images are put by several processes, each once, and held against their digests."""

import hashlib
from pathlib import Path
from typing import Any

import pytest

from groundtrain.aws.clients import Clients
from groundtrain.aws.upload_store import UploadStore
from groundtrain.publishing.image_upload import (
    WORTH_PROCESSES,
    UnfinishedUploadError,
    Upload,
    upload_images,
)
from groundtrain.publishing.settled_image import LocalImage
from groundtrain.publishing.upload_processes import on_all_cores
from groundtrain.s3_addresses import S3Address
from local.embedded_aws import EmbeddedAws

IMAGES = WORTH_PROCESSES + 60


@pytest.fixture
def images(tmp_path: Path) -> list[LocalImage]:
    found = []
    for number in range(IMAGES):
        path = tmp_path / f"{number}.jpg"
        path.write_bytes(str(number).encode() * 20)
        found.append(LocalImage(path.name, path, path.stat().st_size))
    return found


@pytest.fixture
def folder(aws: EmbeddedAws, unique: str, monkeypatch: pytest.MonkeyPatch) -> S3Address:
    for name, value in aws.settings().items():
        monkeypatch.setenv(name, value)
    aws.client("s3").create_bucket(
        Bucket=unique, CreateBucketConfiguration={"LocationConstraint": aws.region}
    )
    return S3Address(unique, "images/")


def put(images: list[LocalImage], folder: S3Address, tell: Any = lambda *_: None) -> Upload:
    aws = Clients()
    return upload_images(
        images, folder, UploadStore(aws.uploads), tell, spread=on_all_cores(folder, aws, processes=2)
    )


def test_every_image_is_there_once_with_its_digest_and_is_found_the_next_time(
    aws: EmbeddedAws, images: list[LocalImage], folder: S3Address
) -> None:
    told: list[tuple[int, int]] = []
    first = put(images, folder, lambda *what: told.append(what))
    assert (first.new, first.there, first.replaced) == (IMAGES, 0, 0)
    assert told == [(1, size) for _, size in told]
    assert sum(size for _, size in told) == first.bytes == sum(image.size for image in images)
    digests = {image.key: hashlib.sha256(image.path.read_bytes()).hexdigest() for image in images}
    assert first.sha256 == digests
    s3 = aws.client("s3")
    for image in images[::50]:
        answer = s3.get_object(Bucket=folder.bucket, Key=folder.key + image.key)
        assert answer["Body"].read() == image.path.read_bytes()
        assert answer["ContentType"] == "image/jpeg"
    again = put(images, folder)
    assert (again.new, again.there, again.sha256) == (0, IMAGES, digests)


def test_an_image_that_cannot_be_read_ends_the_upload_in_words_and_the_others_are_kept(
    images: list[LocalImage], folder: S3Address
) -> None:
    lost = images[100].path
    content = lost.read_bytes()
    lost.unlink()
    with pytest.raises(UnfinishedUploadError, match=f"{lost} cannot be read") as ended:
        put(images, folder)
    assert ended.value.fix.endswith("run the same again, which goes on from there")
    lost.write_bytes(content)
    rest = put(images, folder)
    assert rest.there > 0
    assert rest.new + rest.there == IMAGES
