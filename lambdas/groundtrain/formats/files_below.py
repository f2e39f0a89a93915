"""The files below a folder of labels or images, always in the same order, and none from elsewhere.

Links to folders are not followed, since they may lead round in a circle or name an image twice; a link to a
file is taken where that lies below the same folder. Whatever is not taken is counted.
"""

import os
from collections.abc import Callable, Collection, Iterator
from pathlib import Path, PurePosixPath

from groundtrain.errors import GroundtrainError
from groundtrain.formats.losses import Losses
from groundtrain.input_files import fix_for
from groundtrain.manifest.source import shown_name

IMAGES = frozenset(
    (".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".bmp", ".gif", ".webp", ".tif", ".tiff", ".heic", ".avif")
)
"""How the names of images end, in any case; `groundtrain check` says which of them SageMaker can read."""


def files_below(folder: Path, endings: Collection[str], losses: Losses, others: str) -> Iterator[str]:
    """Their paths below the folder, with slashes, in the order of the names of folders and files.

    Args:
        folder: where to look; it may itself be a link.
        endings: of the names wanted, in lower case, with their dot.
        losses: where is counted what is passed over.
        others: what files with another ending are called there, in the plural.

    Raises:
        GroundtrainError: a folder cannot be read.
    """
    top = folder.resolve()
    waiting = [_entries(folder, "")]
    while waiting:
        entry, name = next(waiting[-1], (None, ""))
        if entry is None:
            waiting.pop()
        elif _is_readable(entry, name, losses):
            if entry.is_dir(follow_symlinks=False):
                waiting.append(_entries(Path(entry.path), f"{name}/"))
            elif not name_ends_in(endings, name):
                losses.detail(others, name)
            elif _is_file_of(top, entry, name, losses):
                yield name


def images_below(folder: Path, losses: Losses) -> Iterator[str]:
    """The images, as `files_below` finds them."""
    return files_below(folder, IMAGES, losses, "files that are no images")


def file_below(folder: Path, name: str) -> Path | None:
    """The file that a name of others means; None where there is none, or the name leads out of the folder."""
    return _below(folder, name, Path.is_file)


def folder_below(folder: Path, name: str) -> Path | None:
    """The folder that a name of others means; None where there is none, or the name leads out."""
    return _below(folder, name, Path.is_dir)


def _below(folder: Path, name: str, is_one: Callable[[Path], bool]) -> Path | None:
    path = folder / name
    try:
        is_there = is_one(path) and path.resolve().is_relative_to(folder.resolve())
    except (OSError, ValueError):
        return None
    return path if is_there else None


def folders_in(folder: Path) -> list[str]:
    """Names of the folders in a folder, without hidden ones and links, in their order.

    Raises:
        GroundtrainError: it cannot be read.
    """
    return [
        name
        for entry, name in _entries(folder, "")
        if entry is not None
        and entry.is_dir(follow_symlinks=False)
        and not name.startswith(".")
        and shown_name(name) == name
    ]


def name_ends_in(endings: Collection[str], name: str) -> bool:
    """Whether the name has one of the endings, in any case."""
    return PurePosixPath(name).suffix.lower() in endings


def _entries(folder: Path, within: str) -> Iterator[tuple[os.DirEntry[str] | None, str]]:
    """What lies in a folder, each with its path below the first one."""
    try:
        with os.scandir(folder) as found:
            entries = sorted(found, key=lambda entry: entry.name)
    except OSError as error:
        raise GroundtrainError(
            f"{shown_name(folder)} cannot be read ({error.strerror})", fix=fix_for(error)
        ) from error
    return ((entry, within + entry.name) for entry in entries)


def _is_readable(entry: os.DirEntry[str], name: str, losses: Losses) -> bool:
    """Whether it is a file or folder that people see, and has a name that an object in S3 can have."""
    shown = shown_name(name)
    if entry.name.startswith("."):
        losses.detail("hidden files and folders", shown)
    elif shown != name:
        losses.label("files and folders whose names are not UTF-8", shown)
    elif entry.is_symlink() and os.path.isdir(entry.path):  # noqa: PTH112  says False to a loop of links
        losses.label("links to folders, which are not followed", name)
    else:
        return True
    return False


def _is_file_of(top: Path, entry: os.DirEntry[str], name: str, losses: Losses) -> bool:
    if not os.path.isfile(entry.path):  # noqa: PTH113  says False to a loop of links
        losses.label("links to nothing" if entry.is_symlink() else "neither files nor folders", name)
    elif entry.is_symlink() and not Path(entry.path).resolve().is_relative_to(top):
        losses.label("links that lead out of the folder", name)
    else:
        return True
    return False
