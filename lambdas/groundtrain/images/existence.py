"""Find out which images exist and their sizes, by LIST requests where keys are dense, else by HEAD requests.

A LIST request covers up to 1,000 consecutive keys, and costs as much as 12.5 HEAD requests. So the wanted
keys are sorted as S3 sorts them, and each LIST starts at the next key without an answer, which skips any gap.
After a LIST that answered for too few keys come HEAD requests, twice as many each time, before the next LIST
is tried. This costs at most about twice the optimum.
"""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from hashlib import blake2b
from itertools import islice
from os.path import commonprefix
from threading import Event
from typing import Protocol

from msgspec import Struct

from groundtrain.images.image_file import StoredObject
from groundtrain.images.request_cost import HEADS_PER_LISTING
from groundtrain.s3_addresses import find_s3_address

BATCH = 100_000  # what a labeling job holds at most; some 50 MB while their answers are collected
WORKERS = 10  # botocore keeps as many connections open
SMALLEST_SHARE = 250
"""Keys that are worth a thread of their own, which begins with a listing."""

_CONTROL = re.compile(r"[\x00-\x1f\ufffe\uffff]")
_LONGEST_PAUSE = 800  # single questions between two tries of a listing


class ListedPage(Struct, frozen=True):
    """Consecutive keys of a bucket with their objects; `last` is None when no keys follow."""

    objects: dict[str, StoredObject]
    last: str | None


class Bucket(Protocol):
    """The two S3 requests that tell whether keys exist."""

    def find(self, bucket: str, key: str) -> StoredObject | None:
        """One object; None when it is missing."""
        ...

    def list_page(self, bucket: str, prefix: str, after: str) -> ListedPage:
        """Up to 1,000 keys with the prefix that sort after `after` by their UTF-8 bytes."""
        ...


def locate(
    bucket: Bucket,
    uris: Iterable[str],
    *,
    batch: int = BATCH,
    workers: int = WORKERS,
    on_progress: Callable[[int], object] = bool,
    smallest_share: int = SMALLEST_SHARE,
) -> Iterator[tuple[str, StoredObject | None]]:
    """Each URI in order with its object; None when there is none, or it is not an `s3://bucket/key`.

    URIs are taken from the iterator in batches; memory holds one batch. `on_progress` is called with the
    number of keys just answered, from several threads; each has `smallest_share` of a bucket's keys or more.

    Raises:
        GroundtrainError: the bucket may not be listed.
    """
    remaining = iter(uris)
    while wanted := list(islice(remaining, batch)):
        found = _locate_batch(bucket, set(wanted), workers, on_progress, smallest_share)
        for uri in wanted:
            yield uri, found.get(find_s3_address(uri) or ("", ""))


def existence_of(bucket: Bucket, uris: Iterable[str]) -> Callable[[str], bool]:
    """A function `exists(uri)`; its first call looks up all `uris`, further calls make no request.

    Only missing URIs are remembered, in 8 bytes each, so a URI that is not among `uris` counts as existing.
    The first call raises what `locate` and the iterator raise.
    """

    @cache
    def missing() -> frozenset[bytes]:
        return frozenset(_digest(uri) for uri, found in locate(bucket, uris) if found is None)

    return lambda uri: _digest(uri) not in missing()


def _digest(uri: str) -> bytes:
    return blake2b(uri.encode("utf-8", "surrogatepass"), digest_size=8).digest()


def _locate_batch(
    bucket: Bucket,
    uris: set[str],
    workers: int,
    on_progress: Callable[[int], object],
    smallest_share: int,
) -> dict[tuple[str, str], StoredObject]:
    stop = Event()

    def look_up(share: tuple[str, Sequence[str]]) -> dict[tuple[str, str], StoredObject]:
        found = {}
        for key, stored in _Seeker(bucket, *share).answers():
            on_progress(1)
            if stored is not None:
                found[share[0], key] = stored
            if stop.is_set():
                break
        return found

    pool = ThreadPoolExecutor(workers)
    try:
        shares = pool.map(look_up, _shares(uris, workers, smallest_share))
        return {place: stored for share in shares for place, stored in share.items()}
    finally:
        stop.set()
        pool.shutdown(cancel_futures=True)


def _shares(uris: set[str], workers: int, smallest: int) -> Iterator[tuple[str, Sequence[str]]]:
    """Each bucket with runs of its wanted keys, sorted; code points sort as UTF-8 bytes do."""
    keys_of = defaultdict(list)
    for place in filter(None, map(find_s3_address, uris)):
        keys_of[place[0]].append(place[1])
    for name, keys in keys_of.items():
        keys.sort()
        size = max(smallest, -(-len(keys) // workers))
        for start in range(0, len(keys), size):
            yield name, keys[start : start + size]


def _repeatable(start: str) -> str:
    """As much of a key's start as a listing can say again: it is XML, which holds no control character."""
    return _CONTROL.split(start, maxsplit=1)[0]


def _common_folder(first: str, last: str) -> str:
    """Common prefix of all sorted keys between the two, up to a slash; policies often allow no more."""
    common = _repeatable(commonprefix([first, last]))  # noqa: RUF071  keys are no paths
    return common[: common.rfind("/") + 1]


class _Seeker:
    """Walks along sorted keys of one bucket, and chooses LIST or HEAD for the next."""

    def __init__(self, bucket: Bucket, name: str, keys: Sequence[str]) -> None:
        self._bucket = bucket
        self._name = name
        self._keys = keys
        self._folder = _common_folder(keys[0], keys[-1])
        self._pause = HEADS_PER_LISTING
        self._singles = 0

    def answers(self) -> Iterator[tuple[str, StoredObject | None]]:
        at = 0
        while at < len(self._keys):
            listing = not self._singles and len(self._keys) - at > HEADS_PER_LISTING
            answered = self._list(at) if listing else self._ask(at)
            yield from answered
            at += len(answered)

    def _ask(self, at: int) -> list[tuple[str, StoredObject | None]]:
        self._singles = max(0, self._singles - 1)
        return [(self._keys[at], self._bucket.find(self._name, self._keys[at]))]

    def _list(self, at: int) -> list[tuple[str, StoredObject | None]]:
        """Answers for all keys that the page covers; none when it ends before the first wanted key."""
        key = self._keys[at]
        page = self._bucket.list_page(self._name, self._folder, after=_repeatable(key[:-1]))
        end = len(self._keys) if page.last is None else bisect_right(self._keys, page.last, at)
        self._judge(end - at)
        return [(key, page.objects.get(key)) for key in self._keys[at:end]]

    def _judge(self, answered: int) -> None:
        if answered > HEADS_PER_LISTING:
            self._pause = HEADS_PER_LISTING
        else:
            self._singles = self._pause
            self._pause = min(2 * self._pause, _LONGEST_PAUSE)
