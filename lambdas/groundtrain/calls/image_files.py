"""Where a call reads images, and that it never writes over them."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from groundtrain.calls.files import identity_of_file, refuse_overwriting
from groundtrain.images.directory_store import DirectoryStore
from groundtrain.images.image_file import ImageError
from groundtrain.images.image_store import ImageStore


def image_store(directory: Path | None) -> ImageStore:
    """The images in a folder, or in S3 where there is None."""
    if directory is not None:
        return DirectoryStore(directory)
    # boto3 takes a second to load, which local images spare
    from groundtrain.aws.clients import connect
    from groundtrain.aws.image_store import S3ImageStore

    return S3ImageStore(connect().s3)


def image_paths(store: DirectoryStore, addresses: Iterable[str]) -> Iterator[Path]:
    """The files of images in a folder; those that are not found are passed over, and told when read."""
    for address in addresses:
        try:
            path = store.path_of(address)
        except ImageError:
            continue
        yield path


def refuse_overwriting_images(
    directory: Path, addresses: Iterable[str], outputs: Mapping[str, Path | None]
) -> None:
    """Check that no output is one of these images in a folder of them.

    Raises:
        GroundtrainError
    """
    written = {identity_of_file(path) for path in outputs.values() if path is not None}
    for path in image_paths(DirectoryStore(directory), addresses):
        if identity_of_file(path) in written:
            refuse_overwriting([path], outputs)
