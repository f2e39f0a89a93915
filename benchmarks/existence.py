"""Do 100,000 images exist? How many requests the question takes where keys are dense, and at what price."""

from bisect import bisect_right
from threading import Lock

from rich.console import Console
from rich.table import Table

from benchmarks.manifests import BUCKET, image_uri
from benchmarks.tables import number_columns
from groundtrain.images.existence import ListedPage, locate
from groundtrain.images.image_file import StoredObject
from groundtrain.images.request_cost import RequestPlan

KEYS = 100_000
_PAGE = 1000
_MISSING_ONE_IN = 200


class CountedBucket:
    """A bucket in memory that answers as S3 does, and counts the requests."""

    def __init__(self, keys: list[str]) -> None:
        self._keys = sorted(keys, key=str.encode)
        self._stored = dict.fromkeys(keys, StoredObject(1))
        self._lock = Lock()
        self.heads = self.lists = 0

    def find(self, _: str, key: str) -> StoredObject | None:
        """As HeadObject."""
        with self._lock:
            self.heads += 1
        return self._stored.get(key)

    def list_page(self, _: str, prefix: str, after: str) -> ListedPage:
        """As ListObjectsV2, whose pages hold 1,000 keys."""
        with self._lock:
            self.lists += 1
        start = bisect_right(self._keys, max(after, prefix))
        page = [key for key in self._keys[start : start + _PAGE] if key.startswith(prefix)]
        last = page[-1] if len(page) == _PAGE else None
        return ListedPage({key: self._stored[key] for key in page}, last)


def run(keys: int = KEYS) -> None:
    """Ask, and print a table."""
    table = Table("of the bucket's objects", *number_columns("wanted", "missing", "LIST", "HEAD", "price"))
    for one_in in (1, 10, 100):
        bucket, missing = ask(keys, one_in)
        plan = RequestPlan(bucket.lists, bucket.heads)
        counts = (f"{count:,}" for count in (keys, missing, bucket.lists, bucket.heads))
        table.add_row(f"one in {one_in}" if one_in > 1 else "all", *counts, f"${plan.dollars:.4f}")
    console = Console(width=100)
    console.print(f"existence: requests that tell which of {keys:,} images exist")
    console.print(table)


def ask(keys: int, one_in: int) -> tuple[CountedBucket, int]:
    """Ask for one in so many objects; some of those wanted are not there."""
    wanted = [image_uri(number * one_in) for number in range(keys)]
    gone = set(wanted[::_MISSING_ONE_IN])
    there = (image_uri(number) for number in range(keys * one_in))
    bucket = CountedBucket([uri.removeprefix(f"s3://{BUCKET}/") for uri in there if uri not in gone])
    missing = sum(found is None for _, found in locate(bucket, wanted))
    if missing != len(gone):
        raise SystemExit(f"{missing} images were told to be missing, and {len(gone)} are")
    return bucket, missing
