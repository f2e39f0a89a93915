"""Images in a local directory instead of their buckets."""

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from groundtrain.images.image_file import ImageError, Part, StoredObject


class DirectoryStore:
    """Finds `s3://bucket/key` as DIR/bucket/key, else DIR/key, else DIR/name, and never outside of DIR.

    A file that is not found under its bucket's name belongs to the first URI that asked for it. Another URI
    is refused, since the file may not be its own.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = os.path.abspath(directory)  # noqa: PTH100  links stay as they are
        self._within = os.path.join(self._directory, "")  # noqa: PTH118  a root keeps its single slash
        self._owners: dict[str, str] = {}

    def locate(
        self, uris: Iterable[str], *, on_progress: Callable[[int], object] = bool
    ) -> Iterator[tuple[str, StoredObject | None]]:
        """Each URI in order with its size; None when there is no file, or only another URI's."""
        for uri in uris:
            try:
                found: StoredObject | None = StoredObject(self.path_of(uri).stat().st_size)
            except (ImageError, OSError):
                found = None
            yield uri, found
            on_progress(1)

    def why_missing(self, uri: str) -> str:
        """Where it was searched, or to which URI the file belongs."""
        try:
            return f"{self.path_of(uri)} cannot be read"
        except ImageError as error:
            return f"{error.message} ({error.fix})"

    def read_range(self, uri: str, start: int, length: int) -> Part:
        """Some bytes of the file.

        Raises:
            ImageError: missing, ambiguous, or may not be read.
        """
        path = self._find(uri)
        try:
            file = os.open(path, os.O_RDONLY)
            try:
                size = os.fstat(file).st_size
                return Part(_read(file, start, max(min(length, size - start), 0)), StoredObject(size))
            finally:
                os.close(file)
        except OSError as error:
            raise ImageError(f"{path} cannot be read ({error.strerror})") from error

    def path_of(self, uri: str) -> Path:
        """The file for a URI.

        Raises:
            ImageError: there is none, or it is another URI's.
        """
        return Path(self._find(uri))

    def _find(self, uri: str) -> str:
        place = uri.partition("://")[2] if "://" in uri else uri
        key = place.partition("/")[2] if "://" in uri else uri
        if (path := self._file(place)) is not None:
            return path
        name = key.rpartition("/")[2]
        path = self._file(key) or self._file(name)
        if path is None:
            shown = f"{self._directory}/{place}"
            raise ImageError(f"there is no file {shown}, nor {key} or {name} there", fix=f"put it at {shown}")
        owner = self._owners.setdefault(path, uri)
        if owner != uri:
            raise ImageError(
                f"{path} may be this image or {owner}", fix="keep the images in folders named as in S3"
            )
        return path

    def _file(self, relative: str) -> str | None:
        path = os.path.normpath(f"{self._directory}/{relative}")
        return path if path.startswith(self._within) and os.path.isfile(path) else None  # noqa: PTH113  says False to odd names


def _read(file: int, start: int, length: int) -> bytes:
    """These bytes; fewer when the file became shorter."""
    data = os.pread(file, length, start)
    while 0 < len(data) < length and (more := os.pread(file, length - len(data), start + len(data))):
        data += more
    return data
