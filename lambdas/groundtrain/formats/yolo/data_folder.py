"""What the YAML file of a YOLO data folder says: names of the classes, and where images of each side are.

Ultralytics, "Object Detection Datasets Overview": path, train, val and test; a side is a folder, a text file
that lists images, or several of them. Roboflow writes ../train/images for a folder that lies beside the file;
Ultralytics reads that as train/images where nothing is above, and so does this.
"""

import posixpath
import re
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from groundtrain.errors import ManifestError
from groundtrain.formats.files_below import file_below, folder_below
from groundtrain.formats.labeled_items import Split
from groundtrain.formats.losses import Losses
from groundtrain.formats.wrong_file import wrong_file
from groundtrain.formats.yaml_document import LARGEST, YamlValue, read_yaml
from groundtrain.formats.yolo.class_names import INTEGER, class_names
from groundtrain.input_files import read_whole
from groundtrain.printable_text import is_blank
from groundtrain.quantities import quoted, several

EXPECTED = "a YOLO data folder or the YAML file of one"
_SIDES: dict[str, Split] = {"train": "train", "val": "validation", "validation": "validation", "test": "test"}
_ENDINGS = (".yaml", ".yml")
_USUAL = ("data.yaml", "dataset.yaml")
_ABSOLUTE = re.compile(r"/|[A-Za-z]:/")
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_LONGEST_LIST = 256 << 20  # bytes


class Source(Struct, frozen=True):
    """A folder of images, or images in a list, on one side.

    Attributes:
        place: file and line that say so.
        folder: path below the data folder; None where images are listed.
        listed: paths of images below the data folder.
    """

    place: str
    split: Split | None
    folder: str | None = None
    listed: tuple[str, ...] = ()


class DataFolder(Struct, frozen=True):
    """A folder with labels, and what is said of it.

    Attributes:
        root: the folder that all paths are below.
        names: of the classes, by their ids.
        point_columns: numbers of key points that follow each box.
        sources: of images; a folder without sides is one source.
    """

    root: Path
    names: dict[int, str]
    point_columns: int
    sources: tuple[Source, ...]


def data_folder(path: Path, losses: Losses) -> DataFolder:
    """Read the YAML file at a path, or in the folder there.

    Raises:
        ManifestError: there is none, it names no classes, or paths that are not below its folder.
        SettingsError: it cannot be read.
    """
    file = _yaml_of(path)
    if file is None:
        return _without_yaml(path)
    keys = read_yaml(file)
    root = _root(file, keys, losses)
    sources = _told_apart([*_Sources(file, root, losses).of(keys)], losses)
    names = class_names(file, keys, losses)
    return DataFolder(root, names, _point_columns(keys), sources)


def _without_yaml(root: Path) -> DataFolder:
    """A name on each line, from id 0."""
    file = root / "classes.txt"
    text = read_whole(file, LARGEST, "write the name of a class on each line").decode(errors="replace")
    names = {i: name.strip() for i, name in enumerate(text.split("\n")) if not is_blank(name)}
    return DataFolder(root, names, 0, (Source(str(file), None, folder=""),))


def _told_apart(sources: list[Source], losses: Losses) -> tuple[Source, ...]:
    """The sources, each once; what is on two sides says nothing, and has none."""
    found: dict[tuple[str | None, tuple[str, ...]], Source] = {}
    for source in sources:
        key = (source.folder, source.listed)
        other = found.setdefault(key, source)
        if other.split not in (source.split, None):
            losses.detail("sides that name the same images, and so say nothing of them", source.place)
            found[key] = replace(other, split=None)
    return tuple(found.values())


def _yaml_of(path: Path) -> Path | None:
    """The YAML file; None for a folder that has a classes.txt only, as Label Studio writes it.

    Raises:
        ManifestError: there is none, or it is unclear which one is meant.
    """
    if not path.is_dir():
        if path.suffix.lower() not in _ENDINGS:
            raise wrong_file(path, EXPECTED)
        return path
    found = sorted(file.name for file in path.iterdir() if file.suffix.lower() in _ENDINGS)
    usual = [name for name in _USUAL if name in found]
    if len(found) > 1 and not usual:
        raise ManifestError(
            f"{path} has several YAML files: {several(found)}", fix="name the one of the data in place of it"
        )
    if found:
        return path / (usual or found)[0]
    if not (path / "classes.txt").is_file():
        raise ManifestError(
            f"{path} has no YAML file that names the classes, and no classes.txt",
            fix="name the data folder, or write a data.yaml there, with train:, val: and names:",
        )
    return None


def _root(file: Path, keys: dict[str, YamlValue], losses: Losses) -> Path:
    """The folder that `path` names, or an end of it, below that of the file; that of the file otherwise."""
    said = keys.get("path")
    if said is None or said.is_null or not isinstance(said.value, str):
        return file.parent
    path = said.value.replace("\\", "/")
    if (folder := folder_below(file.parent, path)) is not None:
        return folder
    losses.detail(
        "paths of a data folder (path) that are elsewhere, and taken to be here",
        f"{file} line {said.line}: {quoted(said.value)}",
    )
    return folder_below(file.parent, _end_that_is_there(path, file.parent)) or file.parent


class _Sources:
    def __init__(self, file: Path, root: Path, losses: Losses) -> None:
        self._file, self._root, self._losses = file, root, losses

    def of(self, keys: dict[str, YamlValue]) -> Iterator[Source]:
        """All sources, in the order of training, validation and test."""
        given = [(key, keys[key]) for key in _SIDES if key in keys and not keys[key].is_null]
        for key, value in given:
            for each in value.value if isinstance(value.value, list) else [value]:
                if not isinstance(each.value, str):
                    raise ManifestError(
                        f"{self._file} line {each.line}: {key} is no path, and no list of paths",
                        fix="write folders of images, or text files that list them",
                    )
                if each.value:
                    yield self._source(_SIDES[key], each.value, f"{self._file} line {each.line}")
        if not given:
            yield Source(str(self._file), None, folder="")

    def _source(self, split: Split, text: str, place: str) -> Source:
        path = _below(text, self._root, place)
        if path.lower().endswith(".txt"):
            return Source(place, split, listed=tuple(self._listed(path, place)))
        return Source(place, split, folder=path)

    def _listed(self, path: str, place: str) -> Iterator[str]:
        file = file_below(self._root, path)
        if file is None:
            raise ManifestError(
                f"{place}: there is no list of images {path} in {self._root}",
                fix="put it there, or correct its path",
            )
        text = read_whole(file, _LONGEST_LIST, "split it, or name a folder of images")
        for number, line in enumerate(text.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
            try:
                name = line.decode().rstrip("\r")
            except UnicodeDecodeError as error:
                raise ManifestError(f"{file} line {number}: not UTF-8", fix="save it as UTF-8") from error
            if name.strip():
                within = posixpath.join(posixpath.dirname(path), name) if name.startswith("./") else name
                yield _below(within, self._root, f"{file} line {number}")


def _below(text: str, root: Path, place: str) -> str:
    """A path as one below the data folder, "" for the folder itself.

    Raises:
        ManifestError: it is elsewhere.
    """
    path = text.replace("\\", "/")
    if _ADDRESS.match(path) or "\0" in path:
        raise _leads_out(text, place)
    if path.startswith(top := f"{root.absolute()}/"):
        path = path.removeprefix(top)
    elif _ABSOLUTE.match(path):
        raise _leads_out(text, place, _end_that_is_there(path, root))
    path = posixpath.normpath(path)
    while path.startswith("../"):
        path = path.removeprefix("../")
    return "" if path in (".", "..") else path


def _end_that_is_there(path: str, root: Path) -> str:
    """The longest end of an absolute path that is below the root."""
    parts = path.split("/")[1:]
    ends = ("/".join(parts[start:]) for start in range(len(parts)))
    try:
        return next((end for end in ends if end and ".." not in end and (root / end).exists()), "")
    except OSError:
        return ""


def _leads_out(text: str, place: str, there: str = "") -> ManifestError:
    return ManifestError(
        f"{place}: {quoted(text)} is not below the data folder",
        fix=f"write {there}" if there else "write a path below the folder of the YAML file",
    )


def _point_columns(keys: dict[str, YamlValue]) -> int:
    """Of key points, kpt_shape: their number, and the numbers of each."""
    said = keys.get("kpt_shape")
    shape = [str(each.value) for each in said.value] if said and isinstance(said.value, list) else []
    if len(shape) != 2 or not all(map(INTEGER.fullmatch, shape)):
        return 0
    return int(shape[0]) * int(shape[1])
