"""Draw a small set of street scenes, and label it with the faults that real labeling jobs show."""

import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace
from PIL import Image, ImageDraw

from local.demo.labeled_data import LabeledData, Upload

CLASSES = ("car", "pedestrian", "bicycle", "sign")
JOB = "Street-Scenes-1"
LABEL = "boxes"
BUCKET = "street-scenes"
SCENES = 60
WIDTH, HEIGHT, HORIZON = 640, 400, 190

Line = dict[str, Any]
Draw = ImageDraw.ImageDraw


NOBODY_LABELED = (7, 19)
"""Numbers of the scenes that nobody labeled."""
OUTSIDE = 31
"""Number of the scene whose first box lies outside of it."""


class Box(Struct, frozen=True):
    """An object in a scene, in pixels from the top left corner."""

    class_id: int
    left: float
    top: float
    width: float
    height: float


class Scene(Struct, frozen=True):
    """An image by its file name, and what is on it."""

    name: str
    boxes: tuple[Box, ...]


def draw_scenes(images: Path) -> list[Scene]:
    """Draw the images into a directory, the same every time."""
    images.mkdir(parents=True, exist_ok=True)
    dice = random.Random(7)  # noqa: S311  pictures, not secrets
    scenes = []
    for number in range(SCENES):
        name = f"scene-{number:03}.jpg"
        boxes = _scene(dice, empty=number % 15 == 14)
        _draw(boxes, dice).save(images / name, quality=80)
        scenes.append(Scene(name, tuple(_averaged(box) if number % 20 == 5 else box for box in boxes)))
    return scenes


def _averaged(box: Box) -> Box:
    """With several workers, coordinates are averages."""
    return replace(box, left=box.left + 0.4, width=box.width - 0.6)


def street_scenes(images: Path) -> LabeledData:
    """Draw the images into a directory, and label them in a labeling job."""
    scenes = draw_scenes(images)
    lines = list(_with_faults([_line(scene, number) for number, scene in enumerate(scenes)]))
    return LabeledData(
        job=JOB,
        label=LABEL,
        manifest="".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines).encode(),
        uploads=tuple(Upload(BUCKET, f"images/{scene.name}", images / scene.name) for scene in scenes),
        classes=CLASSES,
        buckets=(BUCKET,),
        counters={"TotalLabeled": SCENES - 2, "HumanLabeled": SCENES - 2, "FailedNonRetryableError": 1},
    )


def _scene(dice: random.Random, *, empty: bool) -> list[Box]:
    boxes: list[Box] = []
    for _ in range(0 if empty else dice.randint(3, 9)):
        box = _place(dice, dice.choice((0, 0, 1, 1, 2, 3)))
        if not any(_overlap(box, other) for other in boxes):
            boxes.append(box)
    return boxes


def _overlap(one: Box, other: Box) -> bool:
    return (
        one.left < other.left + other.width
        and other.left < one.left + one.width
        and one.top < other.top + other.height
        and other.top < one.top + one.height
    )


def _place(dice: random.Random, class_id: int) -> Box:
    """Put something on the street: the lower it stands, the nearer and bigger it is."""
    ground = dice.randint(HORIZON + 30, HEIGHT - 5)
    scale = (ground - HORIZON) / (HEIGHT - HORIZON)
    width, height = (round(size * scale) for size in _SIZES[class_id])
    width, height = max(width, 8), max(height, 8)
    return Box(class_id, dice.randint(0, WIDTH - width - 1), max(0, ground - height), width, height)


_SIZES = ((170, 85), (45, 120), (95, 85), (50, 150))


def _draw(boxes: list[Box], dice: random.Random) -> Image.Image:
    image = Image.new("RGB", (WIDTH, HEIGHT), (186, 206, 222))
    draw = ImageDraw.Draw(image)
    for left in range(0, WIDTH, 80):
        top = dice.randint(60, 140)
        draw.rectangle((left, top, left + 76, HORIZON), fill=(150, 140 + top // 8, 132))
    draw.rectangle((0, HORIZON, WIDTH, HEIGHT), fill=(104, 104, 110))
    for box in sorted(boxes, key=lambda box: box.top + box.height):
        _SHAPES[box.class_id](draw, box)
    return image


def _car(draw: Draw, box: Box) -> None:
    left, top, right, bottom = _edges(box)
    middle = top + box.height * 0.45
    draw.rounded_rectangle((left, middle, right, bottom - box.height * 0.12), 4, fill=(176, 52, 48))
    draw.polygon(
        [
            (left + box.width * 0.2, middle),
            (left + box.width * 0.32, top),
            (right - box.width * 0.28, top),
            (right - box.width * 0.12, middle),
        ],
        fill=(120, 160, 190),
    )
    for wheel in (0.14, 0.66):
        start = left + box.width * wheel
        draw.ellipse((start, bottom - box.width * 0.2, start + box.width * 0.2, bottom), fill=(30, 30, 32))


def _pedestrian(draw: Draw, box: Box) -> None:
    left, top, right, bottom = _edges(box)
    middle = (left + right) / 2
    head = box.width * 0.5
    draw.ellipse((middle - head / 2, top, middle + head / 2, top + head), fill=(224, 180, 150))
    draw.rectangle((left, top + head, right, bottom - box.height * 0.4), fill=(52, 84, 150))
    draw.rectangle((left + 2, bottom - box.height * 0.4, right - 2, bottom), fill=(60, 56, 70))


def _bicycle(draw: Draw, box: Box) -> None:
    left, top, right, bottom = _edges(box)
    wheel = box.width * 0.45
    for start in (left, right - wheel):
        draw.ellipse((start, bottom - wheel, start + wheel, bottom), outline=(20, 20, 20), width=2)
    draw.line((left + wheel / 2, bottom - wheel / 2, (left + right) / 2, top), fill=(40, 140, 90), width=3)
    draw.line((right - wheel / 2, bottom - wheel / 2, (left + right) / 2, top), fill=(40, 140, 90), width=3)


def _sign(draw: Draw, box: Box) -> None:
    left, top, right, bottom = _edges(box)
    middle = (left + right) / 2
    draw.rectangle((middle - 2, top, middle + 2, bottom), fill=(120, 120, 120))
    draw.ellipse((left, top, right, top + box.width), fill=(250, 250, 250), outline=(200, 30, 40), width=4)


_SHAPES: tuple[Callable[[Draw, Box], None], ...] = (_car, _pedestrian, _bicycle, _sign)


def _edges(box: Box) -> tuple[float, float, float, float]:
    return box.left, box.top, box.left + box.width, box.top + box.height


def _line(scene: Scene, number: int) -> Line:
    """A record as Ground Truth writes it: the class-map names only the classes on this image."""
    seen = sorted({box.class_id for box in scene.boxes})
    return {
        "source-ref": f"s3://{BUCKET}/images/{scene.name}",
        LABEL: {
            "image_size": [{"width": WIDTH, "height": HEIGHT, "depth": 3}],
            "annotations": [msgspec.to_builtins(box) for box in scene.boxes],
        },
        f"{LABEL}-metadata": {
            "objects": [{"confidence": 0} for _ in scene.boxes],
            "class-map": {str(class_id): CLASSES[class_id] for class_id in seen},
            "type": "groundtruth/object-detection",
            "human-annotated": "yes",
            "creation-date": f"2026-03-02T09:{number % 60:02}:11.250117",
            "job-name": f"labeling-job/{JOB.lower()}",
        },
    }


def _with_faults(lines: list[Line]) -> Iterator[Line]:
    for number, line in enumerate(lines):
        yield _FAULTS.get(number, _same)(line)
    yield lines[12]  # the same image twice


def _same(line: Line) -> Line:
    return line


def _failed(line: Line) -> Line:
    metadata = {
        "failure-reason": "ClientError: The annotation was not received before the task expired.",
        "type": "groundtruth/object-detection",
        "human-annotated": "yes",
        "creation-date": "2026-03-02T10:00:00.000000",
        "job-name": f"labeling-job/{JOB.lower()}",
    }
    return {"source-ref": line["source-ref"], f"{LABEL}-metadata": metadata}


def _unlabeled(line: Line) -> Line:
    return {"source-ref": line["source-ref"]}


def _box_outside(line: Line) -> Line:
    line[LABEL]["annotations"][0]["left"] = WIDTH - 5
    return line


def _unknown_class(line: Line) -> Line:
    line[LABEL]["annotations"][0]["class_id"] = 9
    return line


_FAULTS: dict[int, Callable[[Line], Line]] = {
    NOBODY_LABELED[0]: _failed,
    NOBODY_LABELED[1]: _unlabeled,
    OUTSIDE: _box_outside,
    43: _unknown_class,
}
