"""Manifests for benchmarks, the same for the same shape and number of lines, as Ground Truth spells them.

`python benchmarks/manifests.py SHAPE LINES FILE` writes one. A line has five boxes (classes, entities …) on
average, and spaces, order of keys, digits and dates are those of manifests that people have published.
"""

import json
import random
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import accumulate
from pathlib import Path

BUCKET = "street-scenes"
LABEL = "objects"
CLASSES = ("car", "pedestrian", "bicycle", "building", "tree", "sky", "road", "sidewalk", "store")
_WEIGHTS = (40, 20, 10, 8, 8, 4, 4, 3, 3)
_IDS = range(len(CLASSES))
_WIDTH, _HEIGHT = 1280, 960
_ONE_EMPTY_IN = 67
_WORDS = (
    "Amazon",
    "gift",
    "returns",
    "simple",
    "online",
    "the",
    "Center",
    "It\\u0027s",
    "thought",
    "caf\u00e9",
)
_COLORS = ("#ffffff", "#2acf59", "#f28333", "#23a436", "#1f77b4", "#ff7f0e", "#2ca02c", "#d62728", "#9467bd")


def write_manifest(path: Path, lines: int, shape: str = "plain") -> None:
    """Write a manifest of so many lines."""
    write_lines(path, shaped_lines(shape, lines))


def write_lines(path: Path, lines: Iterable[bytes]) -> None:
    """Write them one by one: what is measured must start from a small process."""
    with path.open("wb", buffering=1 << 20) as file:
        file.writelines(lines)


def manifest_lines(lines: int, one_fault_in: int = 100) -> Iterator[bytes]:
    """The lines of a manifest with bounding boxes and some faults, each with its newline."""
    return _encoded(partial(_faulty, one_fault_in), lines)


def shaped_lines(shape: str, lines: int) -> Iterator[bytes]:
    """The lines of a manifest of this shape, each with its newline."""
    return _encoded(SHAPES[shape], lines)


def _encoded(line: Callable[[random.Random, int], str], lines: int) -> Iterator[bytes]:
    dice = random.Random(lines)
    for number in range(lines):
        yield line(dice, number).encode("utf-8", "surrogateescape") + b"\n"


def image_uri(number: int) -> str:
    """Where the image of a line is."""
    return f"s3://{BUCKET}/drive-{number // 5000:04}/frame-{number:08}.jpg"


def _source(number: int) -> str:
    return f'"source-ref":"{image_uri(number)}"'


def _date(number: int) -> str:
    day, hour, minute = number % 28 + 1, number % 24, number % 60
    return f'"creation-date":"2022-03-{day:02}T{hour:02}:{minute:02}:48.{number % 10**6:06}"'


def boxes_line(ids: list[int], names: Sequence[str], number: int) -> bytes:
    """A line with a box of each of these classes, with its newline."""
    label = _boxes(random.Random(number), number, ids, names=names)
    return f"{{{_source(number)},{label}}}\n".encode()


def single_line(label: str, number: int) -> bytes:
    """A line whose image is of one class, with its newline."""
    return f"{_single(random.Random(number), number, label)}\n".encode()


def _class_map(ids: list[int], names: Sequence[str] = CLASSES) -> str:
    return ",".join([f'"{i}":"{names[i]}"' for i in dict.fromkeys(ids)])


def _boxes(
    dice: random.Random, number: int, ids: list[int], label: str = LABEL, names: Sequence[str] = CLASSES
) -> str:
    """A label attribute with boxes that one worker drew."""
    annotations = ",".join([_box(dice, class_id) for class_id in ids])
    return _box_label(label, annotations, [0] * len(ids), _class_map(ids, names), number)


def _some_ids(dice: random.Random, number: int, most: int = 8) -> list[int]:
    count = 0 if number % _ONE_EMPTY_IN == 0 else dice.randint(most // 4, most)
    return dice.choices(_IDS, _WEIGHTS, k=count)


def _box_label(label: str, annotations: str, sure: list[float], class_map: str, number: int) -> str:
    objects = ",".join([f'{{"confidence":{confidence}}}' for confidence in sure])
    return (
        f'"{label}":{{"image_size":[{{"width":{_WIDTH},"height":{_HEIGHT},"depth":3}}],'
        f'"annotations":[{annotations}]}},'
        f'"{label}-metadata":{{"objects":[{objects}],"class-map":{{{class_map}}},'
        f'"type":"groundtruth/object-detection","human-annotated":"yes",'
        f'{_date(number)},"job-name":"labeling-job/street-scenes-2022"}}'
    )


def _corners(dice: random.Random) -> tuple[int, int, int, int]:
    left, top = int(dice.random() * 1180), int(dice.random() * 860)
    width, height = (
        12 + int(dice.random() * (_WIDTH - left - 13)),
        12 + int(dice.random() * (_HEIGHT - top - 13)),
    )
    return left, top, width, height


def _box(dice: random.Random, class_id: int) -> str:
    left, top, width, height = _corners(dice)
    return f'{{"class_id":{class_id},"top":{top},"left":{left},"height":{height},"width":{width}}}'


def _average(dice: random.Random, length: int) -> float:
    fifths = dice.randrange(5)
    return length + fifths * 0.2 if fifths else length


def _plain(dice: random.Random, number: int, most: int = 8) -> str:
    """As Ground Truth has written them since 2021."""
    return f"{{{_source(number)},{_boxes(dice, number, _some_ids(dice, number, most))}}}"


def _chained(dice: random.Random, number: int) -> str:
    """A classification job, then boxes that are the average of five workers'."""
    ids = _some_ids(dice, number)
    boxes = []
    for class_id in ids:
        left, top, width, height = (_average(dice, length) for length in _corners(dice))
        boxes.append(f'{{"class_id":{class_id},"top":{top},"left":{left},"height":{height},"width":{width}}}')
    sure = [dice.randrange(80, 96) / 100 for _ in ids]
    first = _single(dice, number, "scene")[1:-1]
    return f"{{{first},{_box_label(LABEL, ','.join(boxes), sure, _class_map(ids), number)}}}"


def _adjusted(dice: random.Random, number: int) -> str:
    """Boxes, and those of an adjustment job after them."""
    before, after = (
        _boxes(dice, number, _some_ids(dice, number), label) for label in ("first-objects", LABEL)
    )
    status = "unadjusted" if number % 3 else "adjusted"
    return f'{{{_source(number)},{before},{after[:-1]},"adjustment-status":"{status}"}}}}'


def _attributes(dice: random.Random, number: int) -> str:
    """As Ground Truth wrote them in 2019, with attributes of the input manifest."""
    ids = _some_ids(dice, number)
    boxes = []
    for class_id in ids:
        left, top, width, height = _corners(dice)
        boxes.append(f'{{"class_id":{class_id},"width":{width},"top":{top},"height":{height},"left":{left}}}')
    objects = ",".join(['{"confidence":0.09}'] * len(ids))
    return (
        f'{{{_source(number)},"color":"blue","object":"box",'
        f'"{LABEL}":{{"annotations":[{",".join(boxes)}],'
        f'"image_size":[{{"width":{_WIDTH},"depth":3,"height":{_HEIGHT}}}]}},'
        f'"{LABEL}-metadata":{{"job-name":"labeling-job/street-scenes-2022","class-map":{{{_class_map(ids)}}},'
        f'"human-annotated":"yes","objects":[{objects}],{_date(number)},"type":"groundtruth/object-detection"}}}}'
    )


def _rewritten(dice: random.Random, number: int) -> str:
    """Spaced by Python's json module, with numbers and addresses beside, the source not first."""
    record = json.loads(_plain(dice, number))
    pages = {"page-num": number % 7, "textract-ref": f"s3://{BUCKET}/textracted/{number}.json"}
    return json.dumps({**pages, LABEL: record[LABEL], "source-ref": record["source-ref"], **record})


def _non_ascii(dice: random.Random, number: int) -> str:
    """Letters beyond ASCII in the key, as they are."""
    return _plain(dice, number).replace("/frame-", "/Stra\u00dfe nach S\u00fcden-", 1)


def _warned(dice: random.Random, number: int) -> str:
    """One in five with a warning: mostly a tiny box, sometimes two slashes in the key."""
    line = _plain(dice, number)
    if number % 5:
        return line
    if number % 25 == 0:
        return line.replace("/frame-", "//frame-", 1)
    return re.sub(r'"height":\d+,"width"', '"height":3,"width"', line, count=1)


def _single(dice: random.Random, number: int, label: str = LABEL) -> str:
    """One class an image."""
    class_id = dice.choices(_IDS, _WEIGHTS)[0]
    return (
        f'{{{_source(number)},"{label}":{class_id},"{label}-metadata":{{"confidence":0.95,'
        f'"job-name":"labeling-job/{label}","class-name":"{CLASSES[class_id]}","human-annotated":"yes",'
        f'{_date(number)},"type":"groundtruth/image-classification"}}}}'
    )


def _multi(dice: random.Random, number: int) -> str:
    """Several classes an image."""
    ids = dice.sample(_IDS, dice.randint(2, 8))
    sure = ",".join([f'"{i}":{dice.randrange(40, 96) / 100}' for i in ids])
    return (
        f'{{{_source(number)},"{LABEL}":[{",".join(map(str, ids))}],"{LABEL}-metadata":{{'
        f'"job-name":"labeling-job/{LABEL}","class-map":{{{_class_map(ids)}}},"human-annotated":"yes",'
        f'{_date(number)},"confidence-map":{{{sure}}},"type":"groundtruth/image-classification-multilabel"}}}}'
    )


def _masks(dice: random.Random, number: int) -> str:
    """A mask an image, whose colors are named."""
    ids = sorted(dice.sample(_IDS, dice.randint(2, 8)))
    named = [(0, "BACKGROUND"), *((i + 1, CLASSES[i]) for i in ids[:-1])]
    colors = ",".join(
        [f'"{i}":{{"class-name":"{name}","hex-color":"{_COLORS[i]}","confidence":0.9}}' for i, name in named]
    )
    return (
        f'{{{_source(number)},"{LABEL}-ref":"s3://{BUCKET}/masks/{number}_2022-03-01T00:00:00.000000.png",'
        f'"{LABEL}-ref-metadata":{{"internal-color-map":{{{colors}}},"type":"groundtruth/semantic-segmentation",'
        f'"human-annotated":"yes",{_date(number)},"job-name":"labeling-job/{LABEL}"}}}}'
    )


def _entities(dice: random.Random, number: int) -> str:
    """Spans of a text, with Ground Truth's escapes."""
    words = [str(number), *dice.choices(_WORDS, k=dice.randint(20, 40))]
    ends = list(accumulate(len(json.loads(f'"{word}"')) + 1 for word in words))
    spans = sorted(dice.sample(range(1, len(words)), dice.randint(2, 8)))
    kinds = dice.choices(("Person", "Brand", "Internet"), k=len(spans))
    entities = ",".join(
        [
            f'{{"endOffset":{ends[i] - 1},"startOffset":{ends[i - 1]},"label":"{kind}"}}'
            for i, kind in zip(spans, kinds, strict=True)
        ]
    )
    objects = ",".join([f'{{"confidence":{dice.randrange(1, 96) / 100}}}' for _ in spans])
    return (
        f'{{"source":"{" ".join(words)}","{LABEL}":{{"annotations":{{"entities":[{entities}],"labels":['
        '{"shortDisplayName":"PER","label":"Person"},{"shortDisplayName":"BRD","label":"Brand"},'
        f'{{"shortDisplayName":"INT","label":"Internet"}}]}}}},"{LABEL}-metadata":{{"entities":[{objects}],'
        f'"job-name":"labeling-job/{LABEL}","type":"groundtruth/text-span",{_date(number)},'
        '"human-annotated":"yes"}}'
    )


def _faulty(one_in: int, dice: random.Random, number: int) -> str:
    """One line in so many is not labeled, cut off, has a box outside its image …: a dozen kinds in turn."""
    line = _plain(dice, number)
    if number % one_in == one_in - 1:
        pattern, replacement = _FAULTS[number // one_in % len(_FAULTS)]
        return re.sub(pattern, replacement, line, count=1)
    return line


_FAILED = '"failure-reason":"ClientError: The annotation was not received before the task expired."'
_FAULTS = (
    (f',"{LABEL}".*', "}"),
    (f',"{LABEL}".*', f',"{LABEL}-metadata":{{{_FAILED},"type":"groundtruth/object-detection"}}}}'),
    (".{150}$", ""),
    ("/frame-", "/fr\udce4me-"),
    ('"class_id":', '"class_id":0,"class_id":'),
    ('"source-ref"', '"picture"'),
    ("s3://", "https://"),
    (f'"width":{_WIDTH}', f'"width":{_WIDTH // 2}'),
    (r'"height":\d+,"width"', '"height":0,"width"'),
    ('{"confidence":0},', ""),
    ('"depth":3', '"depth":1'),
    ('"class-map":{[^}]*}', '"class-map":{}'),
    (r"drive-\d+/frame-\d+", "drive-0000/frame-00000001"),
)

SHAPES: dict[str, Callable[[random.Random, int], str]] = {
    "plain": _plain,
    "chained": _chained,
    "adjusted": _adjusted,
    "attributes": _attributes,
    "rewritten": _rewritten,
    "non-ascii": _non_ascii,
    "warnings": _warned,
    "categories": _plain,
    "twenty": partial(_plain, most=32),
    "single": _single,
    "multi": _multi,
    "masks": _masks,
    "entities": _entities,
    "faults": partial(_faulty, 10),
}

LABELS = {"masks": f"{LABEL}-ref"}  # where it is not LABEL
OF_BOXES = tuple(shape for shape in SHAPES if shape not in ("single", "multi", "masks", "entities"))

if __name__ == "__main__":
    write_manifest(Path(sys.argv[3]), int(sys.argv[2]), sys.argv[1])
