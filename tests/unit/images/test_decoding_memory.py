"""Decoding takes the memory that the header tells, and threads together take no more than there is."""

import struct
import threading

import pytest
from PIL import Image

from groundtrain.images import decoding_memory as memory_of
from groundtrain.images.decoding_memory import DecodingMemory, SharedMemory, decoding_memory
from groundtrain.images.header import read_header
from groundtrain.images.image_file import ImageError, Part, StoredObject
from groundtrain.images.pixels import decode_image, look_at_pixels, read_mask
from tests.unit.images import pictures
from tests.unit.images.pictures import Ranged

SIDE = 1024
MEASURED = [  # largest memory of a process that decodes 10,000 x 10,000 pixels with Pillow, less that before
    ("baseline", "RGB", "JPEG", {}, 0.1),
    ("progressive", "RGB", "JPEG", {"progressive": True}, 3.07),
    ("progressive, all values", "RGB", "JPEG", {"progressive": True, "subsampling": 0}, 6.07),
    ("progressive, four inks", "CMYK", "JPEG", {"progressive": True, "subsampling": 0}, 8.07),
    ("colours", "RGB", "PNG", {}, 4.0),
    ("grey", "L", "PNG", {}, 1.0),
]


@pytest.mark.parametrize(("mode", "kind", "options", "bytes_a_pixel"), [row[1:] for row in MEASURED])
def test_memory_is_what_pillow_was_seen_to_take(mode, kind, options, bytes_a_pixel):
    content = pictures.encode(Image.new(mode, (SIDE, SIDE)), kind, **options)
    takes = decoding_memory(read_header(Ranged(content)))
    assert takes / SIDE**2 == pytest.approx(bytes_a_pixel, abs=0.13)


def frame(marker, channels, in_first_scan, width=640, height=480):
    """A header whose first channel is twice as fine both ways as the others."""
    factors = b"".join(bytes([i, 0x22 if i == 0 else 0x11, 0]) for i in range(channels))
    size = struct.pack(">BHHB", 8, height, width, channels)
    scan = pictures.segment(0xDA, bytes([in_first_scan]) + bytes(2 * in_first_scan + 3))
    return b"\xff\xd8" + pictures.segment(marker, size + factors) + scan


@pytest.mark.parametrize(
    ("marker", "in_first_scan", "kept"),
    [(0xC0, 3, 0), (0xC1, 3, 0), (0xC2, 3, 460_800), (0xC0, 1, 460_800), (0xC9, 3, 460_800)],
)
def test_values_are_kept_for_further_scans(marker, in_first_scan, kept):
    """libjpeg keeps whole images where `progressive_mode` or `comps_in_scan < num_components` (jdinput.c)."""
    assert read_header(Ranged(frame(marker, 3, in_first_scan))).kept_values == kept


def test_what_takes_too_much_memory_is_refused_by_its_header(monkeypatch):
    monkeypatch.setattr("groundtrain.images.pixels.MOST_DECODING_MEMORY", 40 * 30 * 4 - 1)
    with pytest.raises(ImageError, match="takes 4,800 bytes of memory"):
        decode_image(pictures.png())
    with pytest.raises(ImageError, match="takes 4,800 bytes of memory"):
        read_mask(pictures.png())
    decode_image(pictures.png("L"))


def test_memory_is_shared_by_all_who_ask():
    shared, inside, most = SharedMemory(10), [0], []
    lock = threading.Lock()

    def work(size):
        with shared.held(size):
            with lock:
                inside[0] += size
                most.append(inside[0])
            with lock:
                inside[0] -= size

    threads = [threading.Thread(target=work, args=(size,)) for size in [3, 4, 10, 1, 5, 6] * 5]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(most) == 30
    assert max(most) <= 10


def test_who_asks_for_more_than_there_is_gets_all():
    with SharedMemory(10).held(11):
        pass


def test_memory_is_given_back_after_a_fault():
    shared = SharedMemory(10)
    with pytest.raises(ImageError), shared.held(10):
        raise ImageError("damaged")
    with shared.held(10):
        pass


class Shelf:
    def __init__(self, content):
        self.content = content

    def read_range(self, _uri, _start, _length):
        return Part(self.content, StoredObject(len(self.content)))


def test_an_image_that_is_too_large_is_looked_at_without_decoding(monkeypatch):
    monkeypatch.setattr(memory_of, "MOST_DECODING_MEMORY", 100)
    damaged = pictures.png()[:60] + bytes(20) + pictures.png()[80:]
    header = look_at_pixels(Shelf(damaged), DecodingMemory(), "s3://bucket/a.png", len(damaged))
    assert (header.width, bool(header.content)) == (40, True)
