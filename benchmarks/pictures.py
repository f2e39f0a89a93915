"""Manifests with images to be decoded: photos, and giants that take much memory."""

import json
import random
from multiprocessing import get_context
from pathlib import Path

from PIL import Image, ImageFilter

PHOTO = 1280, 800
GIANTS = {
    "colours.png": ("RGB", (8192, 8192), {"compress_level": 1}),
    "grey.png": ("L", (10_000, 10_000), {"compress_level": 1}),
    "progressive.jpg": ("RGB", (6_600, 6_600), {"progressive": True, "subsampling": 0}),
    "too-large.jpg": ("CMYK", (9_900, 9_900), {"progressive": True, "subsampling": 0}),
}
_NOISE = 3_600, 3_600  # nearly 40 MB


def write_pictures(root: Path, photos: int, giants: int) -> tuple[Path, Path]:
    """Folders of photos, and of so many copies of each giant, each beside its manifest.

    Another process draws, since this one is to stay small, see `Cost.memory`.
    """
    folders = root / "photos", root / "giants"
    for write, folder, number in zip((_write_photos, _write_giants), folders, (photos, giants), strict=True):
        folder.mkdir()
        process = get_context("spawn").Process(target=write, args=(folder, number))
        process.start()
        process.join()
        assert process.exitcode == 0
    return folders


def _write_photos(folder: Path, number: int) -> None:
    dice = random.Random(1)
    size = PHOTO[0] * 2, PHOTO[1] * 2
    whole = Image.frombytes("RGB", size, dice.randbytes(3 * size[0] * size[1])).filter(
        ImageFilter.GaussianBlur(2)
    )
    for i in range(number):
        left, top = dice.randrange(PHOTO[0]), dice.randrange(PHOTO[1])
        whole.crop((left, top, left + PHOTO[0], top + PHOTO[1])).save(folder / f"{i:05}.jpg", quality=95)
    _write_manifest(folder, dict.fromkeys(sorted(folder.iterdir()), PHOTO))


def _write_giants(folder: Path, number: int) -> None:
    """So many copies of each, and as many files of nearly 40 MB."""
    sizes = dict[Path, tuple[int, int]]()
    for name, (mode, size, options) in GIANTS.items():
        Image.linear_gradient("L").resize(size).convert(mode).save(first := folder / name, None, **options)
        sizes |= _copies(first, number, size)
    noise = random.Random(2).randbytes(3 * _NOISE[0] * _NOISE[1])
    Image.frombytes("RGB", _NOISE, noise).save(first := folder / "noise.png", compress_level=0)
    _write_manifest(folder, sizes | _copies(first, number, _NOISE))


def _copies(first: Path, number: int, size: tuple[int, int]) -> dict[Path, tuple[int, int]]:
    content = first.read_bytes()
    copies = [first, *(first.with_stem(f"{first.stem}-{i}") for i in range(1, number))]
    for copy in copies:
        copy.write_bytes(content)
    return dict.fromkeys(copies, size)


def _write_manifest(folder: Path, sizes: dict[Path, tuple[int, int]]) -> None:
    lines = [box_line(f"s3://bucket/{path.name}", *size) for path, size in sizes.items()]
    folder.with_suffix(".manifest").write_text("".join(lines), "ascii")


def box_line(uri: str, width: int, height: int) -> str:
    """The line of an image of this size, with one box."""
    box = {"class_id": 0, "left": 1, "top": 1, "width": 9, "height": 9}
    metadata = {
        "class-map": {"0": "cat"},
        "type": "groundtruth/object-detection",
        "objects": [{"confidence": 0}],
        "human-annotated": "yes",
        "creation-date": "2026-11-27T12:00:00.000000",
        "job-name": "labeling-job/cats",
    }
    labels = {"image_size": [{"width": width, "height": height, "depth": 3}], "annotations": [box]}
    record = {"source-ref": uri, "objects": labels, "objects-metadata": metadata}
    return json.dumps(record) + "\n"
