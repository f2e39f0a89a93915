"""Recognise folders of labels of other tools by what lies in them, where a manifest was asked for."""

from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path

from groundtrain.manifest.other_tools import FILE, Tool, import_command, is_voc, is_yolo_yaml, recognise
from groundtrain.quantities import several

_HEAD = 64 << 10  # bytes
_MOST = 1000  # names that are looked at
_FEW = 20  # files that are looked into
_PARTS = {"images", "labels", "annotations", "jpegimages"}
_IMAGES = {".jpg", ".jpeg", ".png"}


def recognise_folder(folder: Path) -> Tool | None:
    """What a folder holds, by a few of its files; None if it is none of those known, or cannot be read."""
    try:
        files = [path for path in sorted(islice(folder.iterdir(), _MOST)) if path.is_file()]
        if any(is_yolo_yaml(_head(file)) for file in _ending(files, ".yaml", ".yml")):
            return Tool("is a YOLO data folder", import_command("yolo"), "yolo")
        if any(is_voc(_head(file)) for file in islice(_annotations(folder), 1)):
            return Tool("is a folder of Pascal VOC files", import_command("voc"), "voc")
        if found := [*_coco_files(folder)]:
            return _of_coco(found)
        if any(len([*islice(_of_images(top), 2)]) > 1 for top in (folder, *_folders(folder))):
            return Tool("is a folder with folders of images", import_command("folders"), "folders")
    except OSError:
        pass
    return None


def _of_coco(files: list[str]) -> Tool:
    """Of several files, as COCO publishes them, each is a set of its own."""
    what = "a COCO file" if len(files) == 1 else "COCO files"
    return Tool(f"is a folder with {what}, {several(files)}", f"name one file: {FILE}/{files[0]}", "coco")


def _coco_files(folder: Path) -> Iterator[str]:
    """Paths of a few, in the folder or in those in it; those of objects (instances) come first."""
    found = sorted(islice(chain(folder.glob("*.json"), folder.glob("*/*.json")), _MOST))
    for path in sorted(found, key=lambda path: not path.name.startswith("instances"))[:_FEW]:
        tool = recognise(_head(path).encode()) if path.is_file() else None
        if tool is not None and tool.format == "coco":
            yield str(path.relative_to(folder))


def _annotations(folder: Path) -> Iterator[Path]:
    """XML files below Annotations, in the folder or in those in it."""
    yield from (folder / "Annotations").rglob("*.xml")
    yield from (folder / "annotations").rglob("*.xml")
    yield from folder.glob("*.xml")
    yield from folder.glob("*/*.xml")


def _folders(folder: Path) -> list[Path]:
    """Those in it that are not the parts of a set of boxes."""
    found = (path for path in sorted(islice(folder.iterdir(), _MOST)) if path.is_dir())
    return [path for path in found if path.name.lower() not in _PARTS and not path.name.startswith(".")]


def _of_images(folder: Path) -> Iterator[Path]:
    for path in _folders(folder):
        files = islice(path.iterdir(), _MOST)
        if any(file.suffix.lower() in _IMAGES for file in files):
            yield path


def _ending(files: list[Path], *endings: str) -> list[Path]:
    return [file for file in files if file.suffix.lower() in endings]


def _head(file: Path) -> str:
    with file.open("rb") as opened:
        return opened.read(_HEAD).decode(errors="replace")
