"""Which control of a labeling configuration holds the labels, and which data of a task they are about.

An export does not hold the configuration, so its results tell: the type, the control (`from_name`), the
object (`to_name`), and in older versions the key of the data (`source`).
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from msgspec import Struct, field

from groundtrain.errors import ManifestError
from groundtrain.formats.label_studio.image_names import is_picture
from groundtrain.formats.label_studio.results import family_of, names_of, rectangles
from groundtrain.formats.label_studio.tasks import Annotation, Numbered, answer
from groundtrain.formats.labeled_items import LabelKind
from groundtrain.quantities import quoted

_SHOWN = 12
_WORDS = {"boxes": "rectangles", "classes": "choices", "entities": "spans of a text"}


class _Control(Struct):
    """What the annotations hold of a control."""

    families: set[str] = field(default_factory=set)
    objects: dict[str, str] = field(default_factory=dict)
    names: dict[str, None] = field(default_factory=dict)
    most: int = 0


class _Data(Struct):
    """What the tasks hold under a key of their data."""

    texts: int = 0
    pictures: int = 0
    example: str = ""


class Labels(Struct, frozen=True):
    """What is read of an export.

    Attributes:
        control, to_name: of the results that count; `to_name` is "" where they need no telling apart.
        key: of the data.
        names: of the classes, in the order in which they appear.
        is_chosen: whether the control was asked for, so that what others say is beside the labels.
    """

    kind: LabelKind
    control: str
    to_name: str
    key: str
    of_images: bool
    names: tuple[str, ...]
    is_chosen: bool


class Survey:
    """What is in an export; reads it once.

    Args:
        path: for messages.
        with_predictions: whether predictions stand for annotations that are not there.
    """

    def __init__(self, path: Path, *, with_predictions: bool) -> None:
        self._path, self._with_predictions = path, with_predictions
        self._controls: dict[str, _Control] = {}
        self._others, self._data = Counter[str](), dict[str, _Data]()
        self._predictions = 0

    def read(self, tasks: Iterable[Numbered]) -> None:
        """Look at all tasks."""
        for _, task in tasks:
            self._predictions += len(task.predictions or ())
            found = answer(task, with_predictions=self._with_predictions)
            if found is None:
                continue
            for key, value in task.data.items():
                self._look_at_data(key, value)
            self._look_at(found)

    def labels(self, control: str, key: str, *, several: bool) -> Labels:
        """What to read.

        Args:
            control: that was asked for; "" for the only one.
            key: of the data, likewise.
            several: whether choices are any number of classes, also where no task has two.

        Raises:
            ManifestError: there is none, or several; it names them.
        """
        chosen = control or self._only_control()
        if chosen not in self._controls:
            raise ManifestError(
                f"{self._path}: no control is called {quoted(chosen)}, or none of its results can be carried;"
                f" there is {self._all_in_words() or 'none'}",
                fix="name one of them as --control",
            )
        found = self._controls[chosen]
        if len(found.families) > 1:
            raise ManifestError(
                f"{self._path}: the control {quoted(chosen)} holds {_in_words(found)}",
                fix="export tasks of one kind",
            )
        (family,) = found.families
        to_name, key = self._object(chosen, found, key, family)
        kind: LabelKind = "boxes" if family == "boxes" else "entities"
        if family == "classes":
            kind = "classes" if several or found.most > 1 else "class"
        of_images = family == "boxes" or (family == "classes" and self._of_images(key))
        return Labels(kind, chosen, to_name, key, of_images, tuple(found.names), bool(control))

    def _look_at_data(self, key: str, value: object) -> None:
        values = [each for each in (value if isinstance(value, list) else [value]) if isinstance(each, str)]
        if values and (not isinstance(value, list) or len(values) == len(value)):
            seen = self._data.setdefault(key, _Data(example=values[0]))
            seen.texts += 1
            seen.pictures += all(map(is_picture, values))

    def _look_at(self, annotation: Annotation) -> None:
        results = annotation.result or []
        drawn = rectangles(results)
        of_task = Counter[str]()
        for result in results:
            family = family_of(result, drawn)
            if not family or result.from_name is None:
                self._others[result.type or "results without a type"] += 1
                continue
            control = self._controls.setdefault(result.from_name, _Control())
            control.families.add(family)
            control.objects.setdefault(result.to_name or "", (result.source or "").removeprefix("$"))
            names = names_of(result)
            control.names.update(dict.fromkeys(names))
            of_task[result.from_name] += len(names)
            control.most = max(control.most, of_task[result.from_name])

    def _only_control(self) -> str:
        if len(self._controls) == 1:
            return next(iter(self._controls))
        if self._controls:
            raise ManifestError(
                f"{self._path}: several controls label the tasks: {self._all_in_words()}",
                fix="add --control NAME",
            )
        others = ", ".join(f"{kind} ({count:,})" for kind, count in self._others.most_common(_SHOWN))
        fix = "name an export of tasks that people annotated"
        if self._predictions and not self._with_predictions:
            fix = "add --predictions to take what models proposed"
        raise ManifestError(
            f"{self._path}: no annotation holds rectangles, choices or spans of a text"
            + (f", only {others}" if others else ""),
            fix=fix,
        )

    def _all_in_words(self) -> str:
        return ", ".join(
            f"{name} ({_in_words(found)})" for name, found in list(self._controls.items())[:_SHOWN]
        )

    def _object(self, control: str, found: _Control, key: str, family: str) -> tuple[str, str]:
        """The object that counts, if there are several, and the key of its data."""
        if len(found.objects) == 1:
            ((name, source),) = found.objects.items()
            return "", key or self._key(name, source, family)
        for name, source in found.objects.items():
            if key and key in (name, source):
                return name, source if source in self._data else key
        raise ManifestError(
            f"{self._path}: the control {control} labels several objects: {', '.join(found.objects)}",
            fix="add --data-key KEY, the key of one of them in the data of the tasks",
        )

    def _key(self, name: str, source: str, family: str) -> str:
        for known in (source, name.removeprefix("$")):
            if known in self._data:
                return known
        likely = list(self._likely(family))
        if len(likely) == 1:
            return likely[0]
        keys = ", ".join(list(likely or self._data)[:_SHOWN])
        if not keys:
            raise ManifestError(
                f"{self._path}: the data of the tasks hold no text, and no address of an image",
                fix="put the address or the text itself under a key of the data, not into a list of objects",
            )
        raise ManifestError(
            f"{self._path}: which data of the tasks the labels are about is not said: {keys}",
            fix="add --data-key KEY",
        )

    def _likely(self, family: str) -> Iterator[str]:
        pictures = [key for key, seen in self._data.items() if seen.pictures]
        if family == "boxes" or (family == "classes" and len(pictures) == 1):
            yield from pictures
        else:
            yield from (key for key, seen in self._data.items() if not seen.pictures)

    def _of_images(self, key: str) -> bool:
        seen = self._data.get(key) or _Data()
        if 0 < seen.pictures < seen.texts:
            raise ManifestError(
                f"{self._path}: under {quoted(key)} some tasks have an image, and others a text",
                fix="export images and texts apart",
            )
        return bool(seen.pictures)


def _in_words(control: _Control) -> str:
    return " and ".join(sorted(_WORDS[each] for each in control.families))
