"""The tasks of an export, and which of the annotations of a task counts.

Shapes: "Label Studio JSON format of annotated tasks" and "How Label Studio saves results in annotations" at
labelstud.io. Before version 1.0 annotations were called completions, and was_cancelled was called skipped.
"""

from codecs import BOM_UTF8
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from msgspec import UNSET, Struct, UnsetType

from groundtrain.errors import ManifestError
from groundtrain.formats.json_document import JsonDocument
from groundtrain.formats.label_studio.json_min import task_of
from groundtrain.formats.wrong_file import explained, wrong_file
from groundtrain.manifest.source import FileManifest

EXPECTED = "an export of Label Studio (JSON or JSON-MIN)"


class Value(Struct, gc=False):
    """What a result says: sides of a rectangle in percent of the image, a span of a text, or choices."""

    x: float | None = None
    y: float | None = None
    width: float | None = None
    height: float | None = None
    rotation: float | None = None
    rectanglelabels: list[str] | None = None
    labels: list[str] | None = None
    choices: list[str | list[str]] | None = None
    start: Any = None
    end: Any = None
    text: Any = None


class Result(Struct, gc=False):
    """What one control says of a region, or of the whole task; results of one region share its id."""

    id: str | int | None = None
    from_name: str | None = None
    to_name: str | None = None
    type: str | None = None
    value: Value | None = None
    source: str | None = None
    original_width: float | None = None
    original_height: float | None = None
    original_length: Any = None
    image_rotation: float | None = None
    item_index: int | None = None
    score: float | None = None


class Annotation(Struct):
    """What one person, or one model, said of a task."""

    id: str | int | None = None
    result: list[Result] | None = None
    was_cancelled: bool | None = None
    skipped: bool | None = None
    ground_truth: bool | None = None
    created_at: str | float | None = None
    updated_at: str | float | None = None

    def is_cancelled(self) -> bool:
        """Whether the task was skipped."""
        return bool(self.was_cancelled or self.skipped)

    def rank(self) -> tuple[bool, str]:
        """What is marked as ground truth comes before all else, what is newer before what is older."""
        moment = self.updated_at or self.created_at or ""
        return bool(self.ground_truth), moment if isinstance(moment, str) else f"{moment:020.6f}"


class Task(Struct):
    """A task; predictions are mere ids where a snapshot was made so."""

    id: str | int | None = None
    data: Any = UNSET
    annotations: list[Annotation] | UnsetType | None = UNSET
    completions: list[Annotation] | UnsetType | None = UNSET
    predictions: list[Annotation | int] | UnsetType | None = UNSET

    def answers(self) -> list[Annotation]:
        """Annotations that were not cancelled."""
        return [each for each in self.annotations or self.completions or () if not each.is_cancelled()]

    def proposals(self) -> list[Annotation]:
        """Predictions that the export holds."""
        return [each for each in self.predictions or () if isinstance(each, Annotation)]


class Numbered(NamedTuple):
    """A task, and how messages name it."""

    name: str
    task: Task


def taken(annotations: list[Annotation]) -> Annotation | None:
    """The one that counts: marked as ground truth, else the newest, else the last."""
    ranked = sorted(enumerate(annotations), key=lambda one: (one[1].rank(), one[0]))
    return ranked[-1][1] if ranked else None


def answer(task: Task, *, with_predictions: bool) -> Annotation | None:
    """The annotation of a task that counts; where there is none, a prediction, if these are wanted."""
    return taken(task.answers() or (task.proposals() if with_predictions else []))


def tasks(path: Path) -> Iterator[Numbered]:
    """The tasks of an export; records of JSON-MIN that follow each other with one id are one task.

    Raises:
        ManifestError: it is no export of Label Studio; it names the element.
    """
    try:
        yield from _joined(_tasks(path))
    except ManifestError as error:
        raise explained(error, path, EXPECTED, "label-studio") from error


_decode = msgspec.json.Decoder(list[Task]).decode
_records = msgspec.json.Decoder(list[dict[str, Any]]).decode


def _tasks(path: Path) -> Iterator[Numbered]:
    for piece in _document(path).array(_decode_piece):
        for number, task in enumerate(piece.elements, piece.first + 1):
            if not isinstance(task.data, dict):
                raise ManifestError(
                    f"{path}, element {number} is no task of Label Studio: it has no data, and no labels",
                    fix=f"name {EXPECTED}",
                )
            yield Numbered(f"element {number}" if task.id is None else f"task {task.id}", task)


def _decode_piece(text: bytes) -> list[Task]:
    """Tasks; records that hold their data beside the labels are of JSON-MIN."""
    try:
        found = _decode(text)
    except msgspec.ValidationError:
        found = []
    if found and all(isinstance(task.data, dict) for task in found):
        return found
    return msgspec.convert(
        [record if isinstance(record.get("data"), dict) else task_of(record) for record in _records(text)],
        list[Task],
    )


def _document(path: Path) -> JsonDocument:
    """The tasks as an array; a file that is one object is one task."""
    manifest = FileManifest(path)
    mark = JsonDocument(manifest.name, manifest.open()).first_mark()
    if mark not in ("{", "["):
        raise wrong_file(path, EXPECTED)
    chunks = manifest.open()
    return JsonDocument(manifest.name, chunks if mark == "[" else _in_an_array(chunks))


def _in_an_array(chunks: Iterator[bytes]) -> Iterator[bytes]:
    yield b"["
    yield next(chunks, b"").removeprefix(BOM_UTF8)
    yield from chunks
    yield b"]"


def _joined(found: Iterator[Numbered]) -> Iterator[Numbered]:
    """JSON-MIN repeats a task for each of its annotations."""
    before: Numbered | None = None
    for one in found:
        if before is not None and _is_same(before.task, one.task):
            before.task.annotations = [*(before.task.annotations or ()), *(one.task.annotations or ())]
            continue
        if before is not None:
            yield before
        before = one
    if before is not None:
        yield before


def _is_same(task: Task, other: Task) -> bool:
    return task.id is not None and task.id == other.id and bool(task.data == other.data)
