"""Folders that SageMaker copies from S3 and back."""

from pathlib import Path
from typing import Any

from groundtrain.s3_addresses import bucket_of, key_of


def split_uri(uri: str) -> tuple[str, str]:
    """Bucket and key of an S3 address; the key as it is, never decoded."""
    return bucket_of(uri), key_of(uri)


def download_folder(s3: Any, uri: str, folder: Path) -> None:
    """Every object below the address, into files of the same names."""
    bucket, key = split_uri(uri)
    prefix = f"{key.rstrip('/')}/"
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for one in page.get("Contents", []):
            target = folder / one["Key"].removeprefix(prefix)
            target.parent.mkdir(parents=True, exist_ok=True)
            s3.download_file(bucket, one["Key"], str(target))


def upload_folder(s3: Any, folder: Path, uri: str) -> None:
    """Every file of the folder, to keys of the same names."""
    bucket, key = split_uri(uri)
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        s3.upload_file(str(path), bucket, f"{key.rstrip('/')}/{path.relative_to(folder).as_posix()}")
