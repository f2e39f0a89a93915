"""Small images in every dress that photos come in."""

import io
import struct
import zlib
from hashlib import shake_256

from PIL import Image


def encode(picture, kind, **options):
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def noise(mode="RGB", size=(40, 30)):
    picture = Image.frombytes("L", size, shake_256().digest(size[0] * size[1]))
    if mode == "P":
        return picture.convert("RGB").quantize(7)
    return picture.convert(mode)


def jpeg(mode="RGB", size=(40, 30), orientation=None, **options):
    if orientation is not None:
        exif = Image.Exif()
        exif[0x0112] = orientation
        options["exif"] = exif
    return encode(noise(mode, size), "JPEG", **options)


def png(mode="RGB", size=(40, 30), **options):
    return encode(noise(mode, size), "PNG", **options)


def segment(marker, content):
    return b"\xff" + bytes([marker]) + struct.pack(">H", len(content) + 2) + content


def with_segments(content, *segments):
    """A JPEG with more segments right behind its start."""
    return content[:2] + b"".join(segments) + content[2:]


def chunk(kind, content):
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def with_chunks(content, *chunks):
    """A PNG with more chunks right behind its first."""
    return content[:33] + b"".join(chunks) + content[33:]


def animated_png():
    return encode(noise(), "PNG", save_all=True, append_images=[noise(), noise()])


def mask(indices, size=(16, 8), palette=(0, 0, 0, 44, 160, 44, 214, 39, 40)):
    picture = Image.new("P", size)
    picture.putpalette(palette)
    picture.putdata([indices[i % len(indices)] for i in range(size[0] * size[1])])
    return picture


class Ranged:
    """Serves bytes by range and remembers what was asked for."""

    def __init__(self, content):
        self.content = content
        self.asked = []

    def __call__(self, start, length):
        self.asked.append((start, length))
        return self.content[start : start + length]
