from bisect import bisect_right
from threading import Lock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groundtrain.errors import GroundtrainError
from groundtrain.images.existence import ListedPage, existence_of, locate
from groundtrain.images.image_file import StoredObject
from groundtrain.images.request_cost import DOLLARS_PER_LIST, DOLLARS_PER_READ
from groundtrain.s3_addresses import find_s3_address


class CountingBucket:
    """One bucket in memory that lists as S3 does, and counts."""

    def __init__(self, keys, page=1000, name="bkt"):
        self.name = name
        self.stored = {key: StoredObject(size=len(key), etag=f"{i:x}") for i, key in enumerate(keys)}
        self.sorted = sorted(self.stored, key=str.encode)
        self.page = page
        self.lists = self.heads = 0
        self._lock = Lock()

    def find(self, bucket, key):
        with self._lock:
            self.heads += 1
        return self.stored.get(key) if bucket == self.name else None

    def list_page(self, bucket, prefix, after):
        with self._lock:
            self.lists += 1
        if bucket != self.name:
            return ListedPage({}, None)
        start = bisect_right(self.sorted, max(after, prefix[:-1]))
        page = [key for key in self.sorted[start : start + self.page] if key.startswith(prefix)]
        more = start + self.page < len(self.sorted) and len(page) == self.page
        return ListedPage({key: self.stored[key] for key in page}, page[-1] if more else None)

    @property
    def dollars(self):
        return self.lists * DOLLARS_PER_LIST + self.heads * DOLLARS_PER_READ


def uris(keys, bucket="bkt"):
    return [f"s3://{bucket}/{key}" for key in keys]


def missing(bucket, wanted, **options):
    return {uri for uri, found in locate(bucket, wanted, **options) if found is None}


DENSE = [f"images/{i:06}.jpg" for i in range(100_000)]


@pytest.mark.parametrize("folder", ["a\0b/", "a\x1f", "", "\uffff/"])
def test_keys_with_control_characters_are_answered_and_in_no_listing(folder):
    keys = [f"{folder}{i:03}\x01{i % 7}.jpg" for i in range(900)]
    bucket = CountingBucket(keys[::2])
    asked, listing = [], bucket.list_page

    def list_page(name, prefix, after):
        asked.append(prefix + after)
        return listing(name, prefix, after)

    bucket.list_page = list_page
    assert missing(bucket, uris(keys)) == set(uris(keys[1::2]))
    assert asked
    assert not [text for text in asked if {"\0", "\x01", "\x1f", "\uffff"} & set(text)]


def test_dense_keys_are_answered_by_few_listings():
    bucket = CountingBucket(key for i, key in enumerate(DENSE) if i % 200)
    assert missing(bucket, uris(DENSE)) == set(uris(DENSE[::200]))
    assert bucket.lists + bucket.heads <= 200


def test_the_order_of_the_manifest_costs_nothing():
    wanted = sorted(uris(DENSE), key=lambda uri: uri[::-1])
    bucket = CountingBucket(DENSE)
    assert not missing(bucket, wanted)
    assert bucket.lists + bucket.heads <= 200


def test_a_folder_for_each_image_costs_no_listing_of_its_own():
    keys = [f"frames/{i:06}/front.png" for i in range(20_000)]
    bucket = CountingBucket(keys)
    assert not missing(bucket, uris(keys))
    assert bucket.lists + bucket.heads <= 40


def test_a_crowd_of_unwanted_objects_is_jumped_over():
    wanted = [f"a/{i:05}.jpg" for i in range(3000)] + [f"z/{i:05}.jpg" for i in range(3000)]
    bucket = CountingBucket([*wanted, *(f"m/{i:06}" for i in range(200_000))])
    assert not missing(bucket, uris(wanted))
    assert bucket.lists <= 20


@pytest.mark.parametrize("one_in", [1, 10, 40, 80, 160, 1000])
def test_no_density_costs_more_than_about_twice_the_better_way(one_in):
    keys = [f"p/{i:06}" for i in range(200_000)]
    wanted = keys[::one_in]
    bucket = CountingBucket(keys)
    assert not missing(bucket, uris(wanted))
    by_head = len(wanted) * DOLLARS_PER_READ
    by_list = (len(keys) / 1000 + 10) * DOLLARS_PER_LIST
    assert bucket.dollars <= 2.2 * min(by_head, by_list)


def test_sparse_keys_are_mostly_asked_for_one_by_one():
    keys = [f"p/{i:06}" for i in range(300_000)]
    bucket = CountingBucket(keys)
    assert not missing(bucket, uris(keys[::1000]))
    assert bucket.lists < 10


def test_a_handful_of_images_is_never_listed():
    bucket = CountingBucket(DENSE)
    missing(bucket, uris(DENSE[:12]))
    assert (bucket.lists, bucket.heads) == (0, 12)


def test_answers_come_in_the_order_of_the_questions_with_size_and_etag():
    bucket = CountingBucket(["b.jpg", "a.jpg"])
    wanted = uris(["b.jpg", "gone.jpg", "a.jpg", "b.jpg"])
    b, a = StoredObject(5, "0"), StoredObject(5, "1")
    assert list(locate(bucket, wanted)) == list(zip(wanted, [b, None, a, b], strict=True))


def test_an_object_in_another_bucket_does_not_count():
    bucket = CountingBucket(DENSE[:100])
    assert missing(bucket, uris(DENSE[:100], "other")) == set(uris(DENSE[:100], "other"))


@pytest.mark.parametrize(
    "uri", ["", "s3://", "s3://b", "s3://bkt/", "https://b/a.jpg", "a.jpg", "s3://bkt/\ud800"]
)
def test_what_is_no_address_of_an_object_does_not_exist(uri):
    assert missing(CountingBucket(["a.jpg"]), [uri]) == {uri}


@pytest.mark.parametrize("key", ["/a", "a//b", "a b+c%20d", "x", "é/ü.jpg", "\U0001f600", "a/", "s3://bkt/a"])
def test_keys_are_taken_as_they_are_written(key):
    assert find_s3_address(f"s3://bkt/{key}") == ("bkt", key)
    assert not missing(CountingBucket([key]), [f"s3://bkt/{key}"])


def test_memory_is_that_of_one_batch():
    taken = 0

    def endless():
        nonlocal taken
        while True:
            taken += 1
            yield f"s3://bkt/{taken % 50}"

    next(locate(CountingBucket([]), endless(), batch=500))
    assert taken == 500


def test_a_key_that_a_page_cannot_reach_is_still_answered():
    keys = [f"a/b{i:05}" for i in range(5000)] + [f"a/{c}" for c in "cdefghijklmnopqrstuvwxyz"]
    bucket = CountingBucket(keys)
    assert not missing(bucket, uris(keys[5000:]))


def test_progress_adds_up_to_the_number_of_different_images():
    told = []
    list(locate(CountingBucket(DENSE), uris(DENSE[:3000] * 2), on_progress=told.append))
    assert sum(told) == 3000


def test_a_refusal_ends_the_search():
    class Refusing(CountingBucket):
        def list_page(self, *_, **__):
            raise GroundtrainError("access is denied")

    with pytest.raises(GroundtrainError, match="denied"):
        missing(Refusing(DENSE), uris(DENSE))


def test_all_questions_together_cost_no_more_than_the_first():
    bucket = CountingBucket(DENSE[1:2000])
    exists = existence_of(bucket, uris(DENSE[:2000]))
    assert not exists(f"s3://bkt/{DENSE[0]}")
    asked = bucket.lists + bucket.heads
    assert all(exists(uri) for uri in uris(DENSE[1:2000]))
    assert bucket.lists + bucket.heads == asked


KEYS = st.text(st.sampled_from("ab/~\x00é\uffff\U0001f600"), min_size=1, max_size=4)


@given(st.sets(KEYS, max_size=60), st.sets(KEYS, max_size=60), st.integers(1, 30), st.integers(1, 50))
def test_every_answer_is_right_whatever_the_keys_and_pages(stored, wanted, page, batch):
    bucket = CountingBucket(stored, page)
    assert missing(bucket, uris(sorted(wanted)), batch=batch) == set(uris(wanted - stored))
