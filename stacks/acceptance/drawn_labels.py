"""Labels that need no people: sixty texts of two classes, and forty drawn images with one box each."""

import io
import json
import random
from collections.abc import Iterator
from typing import Any

from PIL import Image, ImageDraw

TEXTS, IMAGES = 60, 40
_CLASSES = ("open", "closed")
_SIZE, _BOX = 320, 120  # pixels
_COLOURS = ((190, 40, 40), (40, 60, 190))


def text_manifest(seed: str) -> bytes:
    """An output manifest of text classification, in which each line has its text."""
    lines = (
        {
            "source": f"the gate number {number} of yard {seed} is {_CLASSES[number % 2]} today",
            "state": number % 2,
            "state-metadata": _metadata("text-classification", **{"class-name": _CLASSES[number % 2]}),
        }
        for number in range(TEXTS)
    )
    return _as_manifest(lines)


def image_manifest(seed: str, folder: str, number: int = IMAGES) -> tuple[bytes, dict[str, bytes]]:
    """An output manifest of boxes, and so many images by name; `folder` is where they are put.

    The boxes have fractions, as averages of several workers do.
    """
    dice = random.Random(seed)  # noqa: S311  pictures, not secrets
    lines, images = [], {}
    for place in range(number):
        name, left, top = f"{place:02}.jpg", dice.randrange(_SIZE - _BOX), dice.randrange(_SIZE - _BOX)
        images[name] = _drawn(place % 2, left, top, dice.randrange(90, 160))
        box = {"left": left + 0.5, "top": top, "width": _BOX - 0.5, "height": _BOX}
        lines.append(_line(f"{folder}{name}", place % 2, box))
    return _as_manifest(iter(lines)), images


def _line(source: str, kind: int, box: dict[str, float]) -> dict[str, Any]:
    names = {"class-map": {str(kind): _CLASSES[kind]}, "objects": [{"confidence": 0}]}
    size = {"width": _SIZE, "height": _SIZE, "depth": 3}
    return {
        "source-ref": source,
        "boxes": {"image_size": [size], "annotations": [{"class_id": kind, **box}]},
        "boxes-metadata": _metadata("object-detection", **names),
    }


def _metadata(kind: str, **further: Any) -> dict[str, Any]:
    return {
        "type": f"groundtruth/{kind}",
        "human-annotated": "yes",
        "creation-date": "2026-11-27T12:00:00.000000",
        "job-name": "labeling-job/groundtrain-acceptance",
        **({} if "objects" in further else {"confidence": 0}),
        **further,
    }


def _drawn(kind: int, left: int, top: int, grey: int) -> bytes:
    image = Image.new("RGB", (_SIZE, _SIZE), (grey, grey, grey))
    ImageDraw.Draw(image).rectangle((left, top, left + _BOX, top + _BOX), fill=_COLOURS[kind])
    written = io.BytesIO()
    image.save(written, "JPEG", quality=85)
    return written.getvalue()


def _as_manifest(lines: Iterator[dict[str, Any]]) -> bytes:
    return "".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines).encode()
