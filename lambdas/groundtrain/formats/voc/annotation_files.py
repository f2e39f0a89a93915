"""The annotation files of a folder, where their images are, and on which side.

"The VOC2007 Development Kit": Annotations, JPEGImages, and ImageSets/Main with train.txt, val.txt and
test.txt. Many tools write annotations and images, or a folder for each side with both in it.
"""

from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from msgspec import Struct, field

from groundtrain.dataset.split.sides import side_named
from groundtrain.errors import ManifestError
from groundtrain.formats.files_below import (
    IMAGES,
    file_below,
    files_below,
    folder_below,
    images_below,
    name_ends_in,
)
from groundtrain.formats.image_folder import ImageFolder
from groundtrain.formats.labeled_items import Split
from groundtrain.formats.losses import Losses
from groundtrain.formats.split_names import WRITTEN_NAMES
from groundtrain.formats.wrong_file import wrong_file
from groundtrain.input_files import read_whole

EXPECTED = "a folder of Pascal VOC files or one of them"
XML = (".xml",)
_ANNOTATIONS = ("Annotations", "annotations")
_IMAGES = ("JPEGImages", "images", "Images")
_LONGEST_LIST = 256 << 20  # bytes


class Sides(Struct):
    """On which side an annotation file is.

    Attributes:
        listed: sides by the paths of annotation files without their ending, as lists name them.
        are_folders: whether the first folder of a path is the side.
        used: entries of lists that there is a file for.
    """

    listed: dict[str, Split] = field(default_factory=dict)
    are_folders: bool = False
    used: set[str] = field(default_factory=set)

    def of(self, path: str, losses: Losses) -> Split | None:
        """The side of an annotation file; one that no list names is counted."""
        if self.are_folders:
            return side_named(path.partition("/")[0])
        stem = path.rpartition(".")[0]
        self.used.add(stem)
        side = self.listed.get(stem)
        if side is None and self.listed:
            losses.detail("annotation files that no list of ImageSets names, without a side", path)
        return side

    def count_unused(self, losses: Losses) -> None:
        """Count entries of lists that there is no file for."""
        for stem in self.listed.keys() - self.used if self.listed else ():
            losses.label("images of ImageSets without an annotation file", stem)


class AnnotationFiles(Struct, frozen=True):
    """Annotation files, and what is around them.

    Attributes:
        folder: that their paths are below.
        paths: of the files.
        images: the folder of images, if one is given or lies beside.
        beside: the images in it, by their paths without the ending.
    """

    folder: Path
    paths: tuple[str, ...]
    images: ImageFolder
    sides: Sides
    beside: dict[str, str]

    def image_beside(self, name: str, path: str) -> str | None:
        """The image that is called like the annotation file, where the name given is another, or not there.

        Files are renamed, and copied as the beginning of another; what they say often stays.
        """
        stem = PurePosixPath(path).stem
        folder, slash, _ = name.rpartition("/")
        found = self.beside.get(f"{folder}{slash}{stem}")
        if found == name or (name.rpartition(".")[0] == f"{folder}{slash}{stem}" and self._is_there(name)):
            return None
        return found

    def _is_there(self, name: str) -> bool:
        return self.images.directory is not None and file_below(self.images.directory, name) is not None


def _by_stem(images: ImageFolder) -> dict[str, str]:
    directory = images.directory
    found = images_below(directory, Losses()) if directory and directory.is_dir() else ()
    return {name.rpartition(".")[0]: name for name in found}


def annotation_files(path: Path, given: ImageFolder, losses: Losses) -> AnnotationFiles:
    """The annotation files at a path: below Annotations, if there is such a folder, or below the path itself.

    Args:
        path: a folder, or one file.
        given: the folder of images that a person named, if any.
        losses: where is counted what is passed over.

    Raises:
        ManifestError: there is none.
    """
    if not path.is_dir():
        if path.suffix.lower() not in XML:
            raise wrong_file(path, EXPECTED)
        images = given or _images(path.parent, path.parent, given)
        return AnnotationFiles(path.parent, (path.name,), images, Sides(), _by_stem(images))
    folder = next((path / name for name in _ANNOTATIONS if folder_below(path, name)), path)
    others = "files that are no XML and no images"
    found = files_below(folder, (*XML, *IMAGES), losses, others)
    paths = tuple(name for name in found if name_ends_in(XML, name))
    if not paths:
        raise ManifestError(f"{folder} has no XML file", fix="name the folder of the annotation files")
    images = given or _images(path, folder, given)
    return AnnotationFiles(folder, paths, images, _sides(path, paths, losses), _by_stem(images))


def _images(top: Path, annotations: Path, given: ImageFolder) -> ImageFolder:
    directory = next((top / name for name in _IMAGES if folder_below(top, name)), annotations)
    images = ImageFolder(directory)
    images.turned = given.turned  # where the command looks for them
    return images


def _sides(top: Path, paths: tuple[str, ...], losses: Losses) -> Sides:
    listed: dict[str, Split] = {}
    for split, name in WRITTEN_NAMES.items():
        file = file_below(top, f"ImageSets/Main/{name}.txt")
        for entry in _entries(file) if file else ():
            if listed.setdefault(entry, split) != split:
                losses.label("images that are on a second side, taken for the first one only", entry)
    are_folders = not listed and all("/" in path and side_named(path.partition("/")[0]) for path in paths)
    return Sides(listed, are_folders)


def _entries(file: Path) -> Iterator[str]:
    text = read_whole(file, _LONGEST_LIST, "split it").removeprefix(b"\xef\xbb\xbf")
    for line in text.decode(errors="replace").split("\n"):
        entry = line.rstrip("\r")
        if name_ends_in((*XML, *IMAGES), entry):
            yield entry.rpartition(".")[0]
        elif entry.strip():
            yield entry
