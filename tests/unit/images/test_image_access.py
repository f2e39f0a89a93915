from functools import partial
from threading import Lock

import pytest

from groundtrain.images.directory_store import DirectoryStore
from groundtrain.images.image_file import ImageError, Part, StoredObject
from groundtrain.images.image_store import look_at_each, look_at_header, read_image
from tests.unit.images import pictures


class MemoryStore:
    """Images in memory; counts reads."""

    def __init__(self, images):
        self.images = images
        self.reads = 0
        self._lock = Lock()

    def locate(self, uris, *, on_progress=bool):
        for uri in uris:
            yield uri, StoredObject(len(self.images[uri])) if uri in self.images else None
            on_progress(1)

    def why_missing(self, uri):
        return f"no {uri}"

    def read_range(self, uri, start, length):
        with self._lock:
            self.reads += 1
        if uri not in self.images:
            raise ImageError("there is no such object")
        content = self.images[uri]
        return Part(content[start : start + length], StoredObject(len(content), str(hash(content))))


def test_a_header_takes_two_requests():
    store = MemoryStore({"u": pictures.jpeg(size=(800, 600))})
    assert look_at_header(store, "u").width == 800
    assert store.reads == 2


def test_an_image_without_its_end_is_truncated():
    with pytest.raises(ImageError, match="no end marker"):
        look_at_header(MemoryStore({"u": pictures.jpeg()[:-9]}), "u")


def test_an_image_that_is_replaced_while_it_is_read_is_refused():
    class Changing(MemoryStore):
        def read_range(self, uri, start, length):
            part = super().read_range(uri, start, length)
            return Part(part.data, StoredObject(part.whole.size, str(self.reads)))

    with pytest.raises(ImageError, match="changed"):
        look_at_header(Changing({"u": pictures.jpeg()}), "u")


def test_headers_and_errors_come_in_the_order_of_the_images():
    store = MemoryStore({f"u{i}": pictures.jpeg(size=(i, 9)) for i in range(1, 60)} | {"empty": b""})
    wanted = ["empty", *(f"u{i}" for i in range(1, 60)), "gone"]
    seen = list(look_at_each(partial(look_at_header, store), wanted))
    assert [uri for uri, _ in seen] == wanted
    assert [header.width for _, header in seen[1:-1]] == list(range(1, 60))
    assert [str(seen[at][1]) for at in (0, -1)] == ["the file is empty (0 bytes)", "there is no such object"]


def test_images_are_taken_only_as_fast_as_they_are_looked_at():
    taken = 0

    def endless():
        nonlocal taken
        while True:
            taken += 1
            yield "u"

    store = MemoryStore({"u": pictures.png()})
    headers = look_at_each(partial(look_at_header, store), endless(), workers=3)
    next(headers)
    headers.close()
    assert taken <= 12


def test_progress_is_told_for_each_image():
    told = []
    list(look_at_each(str.upper, "abc", on_progress=told.append))
    assert told == [1, 1, 1]


def test_what_is_no_fault_of_the_image_is_raised():
    def broken(uri):
        raise RuntimeError(uri)

    with pytest.raises(RuntimeError):
        list(look_at_each(broken, ["u"]))


def test_a_whole_image_is_read_in_one_request():
    store = MemoryStore({"u": pictures.png()})
    assert read_image(store, "u") == pictures.png()
    assert store.reads == 1


def test_an_image_beyond_the_limit_is_not_read_further():
    with pytest.raises(ImageError, match="more than 100"):
        read_image(MemoryStore({"u": b"a" * 5000}), "u", largest=100)


def test_an_image_that_becomes_shorter_while_it_is_read_is_refused():
    class Shortened(MemoryStore):
        def read_range(self, uri, start, length):
            part = super().read_range(uri, start, length)
            return Part(part.data[:-1], part.whole)

    with pytest.raises(ImageError, match="changed while it was read"):
        read_image(Shortened({"u": pictures.png()}), "u")


@pytest.mark.parametrize("place", ["bkt/in/1.jpg", "in/1.jpg", "1.jpg"])
def test_a_file_stands_for_an_image_by_bucket_by_key_or_by_name(tmp_path, place):
    path = tmp_path / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"content")
    store = DirectoryStore(tmp_path)
    assert store.read_range("s3://bkt/in/1.jpg", 3, 2) == Part(b"te", StoredObject(7))
    assert list(store.locate(["s3://bkt/in/1.jpg"])) == [("s3://bkt/in/1.jpg", StoredObject(7))]


def test_the_longest_place_wins(tmp_path):
    for place in ("bkt/in/1.jpg", "in/1.jpg", "1.jpg"):
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / place).write_text(place)
    assert DirectoryStore(tmp_path).path_of("s3://bkt/in/1.jpg") == tmp_path / "bkt/in/1.jpg"


def test_one_file_never_stands_for_two_images(tmp_path):
    (tmp_path / "1.jpg").write_bytes(b"")
    store = DirectoryStore(tmp_path)
    store.path_of("s3://bkt/left/1.jpg")
    with pytest.raises(ImageError, match=r"may be this image or s3://bkt/left/1\.jpg"):
        store.path_of("s3://bkt/right/1.jpg")


def test_one_file_below_the_key_never_stands_for_images_of_two_buckets(tmp_path):
    (tmp_path / "left").mkdir()
    (tmp_path / "left" / "1.jpg").write_bytes(b"")
    store = DirectoryStore(tmp_path)
    store.path_of("s3://akt/left/1.jpg")
    assert "may be this image or s3://akt/left/1.jpg (keep the images" in store.why_missing(
        "s3://bkt/left/1.jpg"
    )


def test_files_below_their_bucket_are_never_mixed_up(tmp_path):
    for bucket in "ab":
        (tmp_path / bucket).mkdir()
        (tmp_path / bucket / "1.jpg").write_bytes(b"")
    store = DirectoryStore(tmp_path)
    assert [store.path_of(f"s3://{bucket}/1.jpg").parent.name for bucket in "ab"] == ["a", "b"]


def test_an_image_may_be_asked_for_again(tmp_path):
    (tmp_path / "1.jpg").write_bytes(b"")
    store = DirectoryStore(tmp_path)
    assert store.path_of("s3://bkt/left/1.jpg") == store.path_of("s3://bkt/left/1.jpg")


@pytest.mark.parametrize(
    "uri",
    [
        "s3://bkt/../../secret.jpg",
        "s3://bkt//secret.jpg",
        "s3://../secret.jpg",
        "../secret.jpg",
        "s3://bkt/a\0.jpg",
        "s3://bkt/" + "a" * 5000,
        "s3://bkt/\ud800",
        "s3://bkt/",
        "",
    ],
)
def test_nothing_outside_of_the_directory_is_read(tmp_path, uri):
    (tmp_path / "secret.jpg").write_bytes(b"")
    (tmp_path / "images").mkdir()
    store = DirectoryStore(tmp_path / "images")
    with pytest.raises(ImageError, match="no file"):
        store.path_of(uri)
    assert list(store.locate([uri])) == [(uri, None)]
