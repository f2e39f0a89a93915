"""Read the labels of an export: of each task the annotation that counts, of it the results of one control."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from groundtrain.errors import ManifestError
from groundtrain.formats.format import Exchange
from groundtrain.formats.label_studio.controls import Labels, Survey
from groundtrain.formats.label_studio.image_names import ImageNames
from groundtrain.formats.label_studio.label_of_task import About, Label, label_of
from groundtrain.formats.label_studio.tasks import EXPECTED, Annotation, Task, answer, tasks
from groundtrain.formats.labeled_items import LabeledItem, LabeledItems, Size
from groundtrain.formats.losses import Losses
from groundtrain.formats.wrong_file import explained
from groundtrain.quantities import quantity


def read_label_studio(path: Path, exchange: Exchange) -> LabeledItems:
    """The labels of each task; see `Format.read`.

    The file is read once for what it holds, and once for the labels.
    """
    options = exchange.options
    survey = Survey(path, with_predictions=bool(options.get("predictions")))
    survey.read(tasks(path))
    try:
        labels = survey.labels(
            options.get("control", ""), options.get("data_key", ""), several=bool(options.get("multilabel"))
        )
    except ManifestError as error:
        raise explained(error, path, EXPECTED, "label-studio") from error
    return LabeledItems(labels.kind, labels.names, _Reader(path, labels, exchange).items())


def count_label_studio(path: Path) -> str:
    """Tasks, annotations and predictions in words; see `Format.counted`."""
    found = annotations = predictions = 0
    for _, task in tasks(path):
        found, annotations = found + 1, annotations + len(task.answers())
        predictions += len(task.predictions or ())
    words = [quantity(found, "task"), quantity(annotations, "annotation")]
    return ", ".join([*words, quantity(predictions, "prediction")] if predictions else words)


class _Reader:
    """Makes items of tasks."""

    def __init__(self, path: Path, labels: Labels, exchange: Exchange) -> None:
        options = exchange.options
        self._path, self._labels = path, labels
        self._images, self._losses = exchange.images, exchange.losses
        self._with_predictions = bool(options.get("predictions"))
        self._names = ImageNames(
            exchange.losses,
            prefix=options.get("address_prefix", ""),
            original=bool(options.get("original_names")),
        )

    def items(self) -> Iterator[LabeledItem]:
        """An item for each image or text that is labeled."""
        for name, task in tasks(self._path):
            self._count_beside(task, name)
            taken = answer(task, with_predictions=self._with_predictions)
            if taken is not None:
                for about in self._about(task, name):
                    yield self._item(task, taken, about)
            elif task.annotations or task.completions:
                self._losses.detail("tasks that were skipped (was_cancelled), left out", name)
            else:
                self._losses.detail("tasks that nobody annotated, left out", name)

    def _count_beside(self, task: Task, name: str) -> None:
        for _ in task.predictions or ():
            if task.answers() or not self._with_predictions:
                self._losses.detail("predictions", name)
        if task.answers():
            for each in task.annotations or task.completions or ():
                if each.is_cancelled():
                    self._losses.detail("annotations that were skipped (was_cancelled)", name)

    def _about(self, task: Task, name: str) -> Iterator[About]:
        """The images or texts of a task."""
        key, place = self._labels.key, f"{self._path}, {name}"
        value = task.data.get(key)
        values = value if isinstance(value, list) else [value]
        if not values or not all(isinstance(each, str) and each for each in values):
            self._losses.label(f'tasks without text under "{key}" in their data', name)
        elif len(values) > 1 and self._labels.kind != "boxes":
            self._losses.label("tasks of several images or texts under one label", name)
        else:
            for number, each in enumerate(values):
                image = self._names.name(each, place) if self._labels.of_images else ""
                page = number if len(values) > 1 else None
                yield About(image, "" if image else each, page, _size_in(task.data), name, place)

    def _item(self, task: Task, taken: Annotation, about: About) -> LabeledItem:
        label = label_of(taken, about, self._labels, self._images, self._losses)
        differs = self._differs(task, taken, about, label)
        return LabeledItem(
            place=about.place,
            name=about.name,
            text=about.text,
            size=label.size,
            boxes=label.boxes,
            classes=label.classes,
            spans=label.spans,
            is_lost=label.is_lost or differs,
        )

    def _differs(self, task: Task, taken: Annotation, about: About, label: Label) -> bool:
        """Whether another annotation of the task says something else; they are counted."""
        differs = False
        for other in task.answers():
            if other is taken:
                continue
            where = about.task if other.id is None else f"{about.task} annotation {other.id}"
            if label.says_the_same(label_of(other, about, self._labels, self._images, Losses())):
                self._losses.detail("further annotations of a task, which say the same", where)
            else:
                self._losses.label("further annotations of a task, which say something else", where)
                differs = True
        return differs


def _size_in(data: dict[str, Any]) -> Size | None:
    width, height = data.get("width"), data.get("height")
    if type(width) is int and type(height) is int and width >= 1 and height >= 1:
        return Size(width, height)
    return None
