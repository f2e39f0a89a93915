"""Manifests for benchmarks: street scenes with bounding boxes, the same for the same number of lines.

A line has 7.4 boxes and some 930 bytes on average. One line in a hundred has a fault, of a dozen kinds in
turn, as real manifests have them: not labeled, cut off, a box outside its image, an image seen before.
"""

import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path

BUCKET = "street-scenes"
LABEL = "objects"
CLASSES = ("car", "pedestrian", "bicycle", "building", "tree", "sky", "road", "sidewalk", "store")
_WEIGHTS = (40, 20, 10, 8, 8, 4, 4, 3, 3)
_WIDTH, _HEIGHT = 1280, 960
_ONE_FAULT_IN, _ONE_EMPTY_IN = 100, 67


def write_manifest(path: Path, lines: int) -> None:
    """Write a manifest of so many lines."""
    with path.open("wb", buffering=1 << 20) as file:
        file.writelines(manifest_lines(lines))


def manifest_lines(lines: int) -> Iterator[bytes]:
    """The lines of such a manifest, each with its newline."""
    dice = random.Random(lines)
    for number in range(lines):
        line = _line(dice, number)
        if number % _ONE_FAULT_IN == _ONE_FAULT_IN - 1:
            line = _FAULTS[number // _ONE_FAULT_IN % len(_FAULTS)](line, number)
        yield line.encode("utf-8", "surrogateescape") + b"\n"


def image_uri(number: int) -> str:
    """Where the image of a line is."""
    return f"s3://{BUCKET}/drive-{number // 5000:04}/frame-{number:08}.jpg"


def _line(dice: random.Random, number: int) -> str:
    boxes = 0 if number % _ONE_EMPTY_IN == 0 else dice.randint(2, 13)
    ids = dice.choices(range(len(CLASSES)), _WEIGHTS, k=boxes)
    annotations = ",".join([_box(dice, class_id) for class_id in ids])
    objects = ",".join(['{"confidence":0}'] * boxes)
    class_map = ",".join([f'"{i}":"{CLASSES[i]}"' for i in sorted(set(ids))])
    return (
        f'{{"source-ref":"{image_uri(number)}",'
        f'"{LABEL}":{{"image_size":[{{"width":{_WIDTH},"height":{_HEIGHT},"depth":3}}],'
        f'"annotations":[{annotations}]}},'
        f'"{LABEL}-metadata":{{"objects":[{objects}],"class-map":{{{class_map}}},'
        f'"type":"groundtruth/object-detection","human-annotated":"yes",'
        f'"creation-date":"2026-03-{number % 28 + 1:02}T{number % 24:02}:{number % 60:02}:17.031125",'
        f'"job-name":"labeling-job/street-scenes-2026"}}}}'
    )


def _box(dice: random.Random, class_id: int) -> str:
    left, top = int(dice.random() * 1180), int(dice.random() * 860)
    width, height = (
        12 + int(dice.random() * (_WIDTH - left - 12)),
        12 + int(dice.random() * (_HEIGHT - top - 12)),
    )
    return f'{{"class_id":{class_id},"left":{left},"top":{top},"width":{width},"height":{height}}}'


def _unlabeled(line: str, _: int) -> str:
    return line[: line.index(f',"{LABEL}"')] + "}"


def _failed(line: str, number: int) -> str:
    reason = '"failure-reason":"ClientError: The annotation was not received before the task expired."'
    kind = '"type":"groundtruth/object-detection"'
    return f'{_unlabeled(line, number)[:-1]},"{LABEL}-metadata":{{{reason},{kind}}}}}'


def _cut_off(line: str, _: int) -> str:
    return line[: len(line) // 2]


def _not_utf_8(line: str, _: int) -> str:
    return line.replace("/frame-", "/fr\u00e4me-".encode("latin-1").decode("utf-8", "surrogateescape"))


def _key_twice(line: str, _: int) -> str:
    return line.replace('"class_id":', '"class_id":0,"class_id":', 1)


def _without_source(line: str, _: int) -> str:
    return line.replace('"source-ref"', '"picture"')


def _on_the_web(line: str, _: int) -> str:
    return line.replace("s3://", "https://")


def _half_the_image(line: str, _: int) -> str:
    return line.replace(f'"width":{_WIDTH},"height":{_HEIGHT}', f'"width":{_WIDTH // 2},"height":{_HEIGHT}')


def _flat_box(line: str, _: int) -> str:
    return re.sub(r'"height":\d+}', '"height":0}', line, count=1)


def _object_less(line: str, _: int) -> str:
    return line.replace('{"confidence":0},', "", 1)


def _grey(line: str, _: int) -> str:
    return line.replace('"depth":3', '"depth":1')


def _without_names(line: str, _: int) -> str:
    return re.sub(r'"class-map":{[^}]*}', '"class-map":{}', line)


def _seen_before(line: str, number: int) -> str:
    return line.replace(image_uri(number), image_uri(number // 2))


_FAULTS: tuple[Callable[[str, int], str], ...] = (
    _unlabeled,
    _failed,
    _cut_off,
    _not_utf_8,
    _key_twice,
    _without_source,
    _on_the_web,
    _half_the_image,
    _flat_box,
    _object_less,
    _grey,
    _without_names,
    _seen_before,
)
