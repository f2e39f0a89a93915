"""One image that a person names, in place of the object that a line names."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from groundtrain.images.image_file import ImageError, Part, StoredObject


class NamedImage:
    """This file for one address; there is no other."""

    def __init__(self, path: Path, uri: str) -> None:
        self._path, self._uri = path, uri

    def locate(
        self, uris: Iterable[str], *, on_progress: Callable[[int], object] = bool
    ) -> Iterator[tuple[str, StoredObject | None]]:
        """Each URI in order; see `ImageStore.locate`."""
        for uri in uris:
            yield uri, StoredObject(self._path.stat().st_size) if uri == self._uri else None
            on_progress(1)

    def why_missing(self, uri: str) -> str:
        """See `ImageStore.why_missing`."""
        return f"{uri} was not named: name a folder by --image-dir"

    def read_range(self, uri: str, start: int, length: int) -> Part:
        """Some bytes of the file.

        Raises:
            ImageError: it is another URI, or the file cannot be read.
        """
        if uri != self._uri:
            raise ImageError(f"{self.why_missing(uri)}")
        try:
            with self._path.open("rb") as file:
                size = self._path.stat().st_size
                file.seek(start)
                return Part(file.read(max(min(length, size - start), 0)), StoredObject(size))
        except OSError as error:
            raise ImageError(f"{self._path} cannot be read ({error.strerror})") from error
