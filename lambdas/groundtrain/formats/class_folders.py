"""A folder of images for each class, all of them below one, or one for each side of the training.

As torchvision's ImageFolder reads them: classes in the order of their names, images at any depth below.
"""

from collections.abc import Iterator
from pathlib import Path

from groundtrain.dataset.split.sides import side_named
from groundtrain.errors import ManifestError
from groundtrain.formats.files_below import IMAGES, folders_in, images_below, name_ends_in
from groundtrain.formats.format import Exchange, Format, FormatOption
from groundtrain.formats.image_copies import copy_image
from groundtrain.formats.labeled_items import LabeledItem, LabeledItems
from groundtrain.formats.losses import Losses
from groundtrain.formats.split_names import WRITTEN_NAMES
from groundtrain.formats.written_folder import written_folder
from groundtrain.formats.wrong_file import wrong_file
from groundtrain.manifest.other_folders import recognise_folder
from groundtrain.manifest.other_tools import FILE, Tool
from groundtrain.quantities import quantity, quoted, several
from groundtrain.shell_commands import shell_argument

_EXPECTED = "a folder with a folder of images for each class"


def read_folders(path: Path, exchange: Exchange) -> LabeledItems:
    """The class of each image; see `Format.read`."""
    if not path.is_dir():
        raise wrong_file(path, _EXPECTED)
    if (other := recognise_folder(path)) is not None and _is_of_boxes(other, path):
        fix = other.fix.replace(FILE, shell_argument(str(path)))
        raise ManifestError(f"{path} {other.what}, and not {_EXPECTED}", fix=fix)
    top = folders_in(path)
    has_splits = not exchange.options.get("no_splits", False) and _are_splits(path, top)
    classes = sorted({name for side in top for name in folders_in(path / side)}) if has_splits else top
    if not classes:
        raise ManifestError(
            f"{path} has no folders, and so no classes", fix="name the folder that has one for each class"
        )
    return LabeledItems("class", tuple(classes), _items(path, exchange.losses, has_splits=has_splits))


def _is_of_boxes(found: Tool, path: Path) -> bool:
    """Folders of classes may have XML files, too, but none is called Annotations."""
    is_voc = found.format == "voc" and any(name.lower() == "annotations" for name in folders_in(path))
    return found.format == "yolo" or is_voc


def count_folders(path: Path) -> str:
    """Images and classes in words; see `Format.counted`."""
    losses = Losses()
    classes = len(folders_in(path))
    images = sum(1 for _ in images_below(path, losses))
    return f"{quantity(images, 'image')}, {quantity(classes, 'folder')}"


def write_folders(found: LabeledItems, path: Path, exchange: Exchange) -> None:
    """Copy each image into the folder of its class; see `Format.write`."""
    if not exchange.images:
        raise ManifestError(
            "folders hold images, and where they are is not said", fix="add --image-dir DIRECTORY"
        )
    sided: bool | None = None
    with written_folder(path) as folder:
        for item in found.items:
            if not item.name:
                raise ManifestError(
                    f"{item.place}: a text is no image", fix="groundtrain export csv holds texts"
                )
            sided = _refuse_half_sided(item, sided)
            target = _target(item)
            is_odd = "/." in target or not name_ends_in(IMAGES, target)
            if copy_image(item, folder, target, exchange) and is_odd:
                exchange.losses.oddity(
                    "images that are hidden, or whose names end like no image's", item.name
                )


def _are_splits(path: Path, top: list[str]) -> bool:
    """Whether the folders at the top are sides, which have the classes below them.

    Raises:
        ManifestError: only some of them are.
    """
    sides = [name for name in top if side_named(name) and folders_in(path / name)]
    others = [name for name in top if not side_named(name)]
    if sides and others:
        raise ManifestError(
            f"{path}: {several(sides)} may be sides of the training, and {several(others)} can be none",
            fix="move the others elsewhere, or add --no-splits if all of them are classes",
        )
    return bool(sides)


def _items(path: Path, losses: Losses, *, has_splits: bool) -> Iterator[LabeledItem]:
    for name in images_below(path, losses):
        parts = name.split("/")
        split = side_named(parts[0]) if has_splits else None
        within = parts[1:] if has_splits else parts
        if len(within) < 2:
            losses.label("images in no folder of a class", name)
            continue
        yield LabeledItem(place=f"{path}/{name}", name=name, classes=(within[0],), split=split)


def _refuse_half_sided(item: LabeledItem, sided: bool | None) -> bool:
    has_side = item.split is not None
    if sided not in (None, has_side):
        raise ManifestError(
            f"{item.place}: {quoted(item.name)} is on {'a' if has_side else 'no'} side of the training,"
            " unlike those before, and folders have either sides or none",
            fix="give all lines an attribute split, or none of them",
        )
    return has_side


def _target(item: LabeledItem) -> str:
    """Behind the folders of side and class, which a name that came from such folders has already.

    Raises:
        ManifestError: the class can be no folder.
    """
    (class_name,) = item.classes
    if "/" in class_name or class_name.startswith(".") or "\0" in class_name:
        raise ManifestError(
            f"{item.place}: the class {quoted(class_name)} can be the name of no folder that is read again",
            fix="rename the class",
        )
    folder = f"{WRITTEN_NAMES[item.split]}/{class_name}" if item.split else class_name
    within = item.name
    for known in (_own_folder(item, class_name), f"{class_name}/"):
        if known and within.startswith(known):
            within = within.removeprefix(known)
            break
    return f"{folder}/{within}"


def _own_folder(item: LabeledItem, class_name: str) -> str:
    """The folders of side and class that the image's name begins with, if it does."""
    side, slash, rest = item.name.partition("/")
    is_own = item.split and side_named(side) == item.split and rest.startswith(f"{class_name}/")
    return f"{side}{slash}{class_name}/" if is_own else ""


FOLDERS = Format(
    name="folders",
    title="folders of classes",
    source="a folder with a folder of images for each class, or such folders below train, val and test",
    target="a folder of images for each class, below train, val and test if the lines have a split",
    kinds=("class",),
    has_splits=True,
    read=read_folders,
    write=write_folders,
    counted=count_folders,
    read_options=(FormatOption("--no-splits", "Folders named train, val and test are classes, too."),),
)
