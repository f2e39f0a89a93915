"""Read many images concurrently: their headers, or the whole files."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Protocol, TypeVar

from groundtrain.images.existence import WORKERS
from groundtrain.images.header import read_header, refuse_truncated
from groundtrain.images.image_file import LARGEST_IMAGE, ImageError, ImageHeader, Part, StoredObject

_WAITING_PER_WORKER = 4

T = TypeVar("T")
Look = Callable[[str], T]


class ImageStore(Protocol):
    """Where images are stored: S3, or a local directory in place of it."""

    def locate(
        self, uris: Iterable[str], *, on_progress: Callable[[int], object] = bool
    ) -> Iterator[tuple[str, StoredObject | None]]:
        """Each URI in order with the object stored there; None when there is none."""
        ...

    def why_missing(self, uri: str) -> str:
        """Why there is no object at a URI, in words: where it was searched."""
        ...

    def read_range(self, uri: str, start: int, length: int) -> Part:
        """Some bytes, with size and ETag of the whole file; none beyond its end.

        Raises:
            ImageError: missing, or may not be read.
        """
        ...


def look_at_each(
    look: Look[T],
    uris: Iterable[str],
    *,
    workers: int = WORKERS,
    on_progress: Callable[[int], object] = bool,
) -> Iterator[tuple[str, T | ImageError]]:
    """Each URI in order with the result of `look(uri)`, or the ImageError it raises; a few at a time.

    `workers` is the number of threads.
    `on_progress` is called with 1 for each image.
    """

    def attempt(uri: str) -> T | ImageError:
        try:
            return look(uri)
        except ImageError as error:
            return error

    pool = ThreadPoolExecutor(workers)
    waiting: deque[tuple[str, Future[T | ImageError]]] = deque()
    try:
        for uri in uris:
            waiting.append((uri, pool.submit(attempt, uri)))
            if len(waiting) >= workers * _WAITING_PER_WORKER:
                yield _first(waiting)
                on_progress(1)
        while waiting:
            yield _first(waiting)
            on_progress(1)
    finally:
        pool.shutdown(cancel_futures=True)


def look_at_header(store: ImageStore, uri: str) -> ImageHeader:
    """Header of one image, usually in 2 requests: one for the header, one for the end of the file.

    Raises:
        ImageError: missing, empty, not an image, truncated, or replaced while it was read.
    """
    fetch = _PinnedFetch(store, uri)
    header = read_header(fetch)
    refuse_truncated(fetch, fetch.size, header)
    return header


def read_image(store: ImageStore, uri: str, *, largest: int = LARGEST_IMAGE) -> bytes:
    """The whole file, for `decode_image` and `read_mask`.

    Raises:
        ImageError: missing, larger than `largest` bytes, or changed while it was read.
    """
    part = store.read_range(uri, 0, largest)
    if part.whole.size > largest:
        raise ImageError(
            f"the file has {part.whole.size:,} bytes, more than {largest:,}", fix="compress it more"
        )
    if len(part.data) != part.whole.size:
        raise ImageError("the file changed while it was read", fix="try again once nothing writes to it")
    return part.data


def _first(waiting: deque[tuple[str, Future[T]]]) -> tuple[str, T]:
    uri, future = waiting.popleft()
    return uri, future.result()


class _PinnedFetch:
    """Fetches ranges of one version of an object; `size` is known after the first."""

    def __init__(self, store: ImageStore, uri: str) -> None:
        self._store = store
        self._uri = uri
        self._whole: StoredObject | None = None

    def __call__(self, start: int, length: int) -> bytes:
        part = self._store.read_range(self._uri, start, length)
        if self._whole not in (None, part.whole):
            raise ImageError(
                "the file changed while it was read", fix="check again once nothing writes to it"
            )
        self._whole = part.whole
        return part.data

    @property
    def size(self) -> int:
        return self._whole.size if self._whole else 0
