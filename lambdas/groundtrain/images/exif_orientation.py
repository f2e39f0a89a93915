"""The one EXIF tag that moves pixels: orientation (EXIF 2.3, tag 0x0112 of the first TIFF directory)."""

from typing import Literal

from groundtrain.images.byte_ranges import Window

_ORIENTATION = 0x0112
_SHORT, _LONG = 3, 4

_Endian = Literal["little", "big"]


def read_orientation(window: Window, start: int, length: int) -> int:
    """EXIF orientation in the TIFF structure at `start`: 1 to 8, 1 when it is missing or invalid.

    Raises:
        ImageError: the file ends before the structure does.
    """
    order = window.read(start, 8) if length >= 8 else b""
    if order[:4] not in (b"II*\0", b"MM\0*"):
        return 1
    endian: _Endian = "little" if order[:2] == b"II" else "big"
    directory = int.from_bytes(order[4:8], endian)
    if directory + 2 > length:
        return 1
    count = int.from_bytes(window.read(start + directory, 2), endian)
    room = min(count, (length - directory - 2) // 12)
    return _find_orientation(window.read(start + directory + 2, room * 12), endian)


def _find_orientation(entries: bytes, endian: _Endian) -> int:
    for at in range(0, len(entries), 12):
        if int.from_bytes(entries[at : at + 2], endian) == _ORIENTATION:
            return _value(entries[at : at + 12], endian)
    return 1


def _value(entry: bytes, endian: _Endian) -> int:
    kind = int.from_bytes(entry[2:4], endian)
    width = {_SHORT: 2, _LONG: 4}.get(kind, 0)
    value = int.from_bytes(entry[8 : 8 + width], endian)
    return value if 1 <= value <= 8 else 1
