"""Images that a call reads, which it never writes over."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from groundtrain.calls.files import refuse_overwriting
from groundtrain.images.directory_store import DirectoryStore
from groundtrain.images.image_file import ImageError


def refuse_overwriting_images(
    directory: Path, addresses: Iterable[str], outputs: Mapping[str, Path | None]
) -> None:
    """Check that no output is one of these images in a folder of them.

    Raises:
        GroundtrainError
    """
    store = DirectoryStore(directory)
    for address in addresses:
        try:
            path = store.path_of(address)
        except ImageError:
            continue
        refuse_overwriting([path], outputs)
