"""The images on this machine that labels are about: their sizes, where a format does not say them.

A size is that of the image as it is shown: a quarter turn that EXIF asks for swaps width and height, for
labels are drawn on what is shown. Turned images are counted.
"""

from pathlib import Path

from groundtrain.errors import ManifestError
from groundtrain.formats.counted_examples import CountedExamples
from groundtrain.formats.labeled_items import Size
from groundtrain.images.directory_store import DirectoryStore
from groundtrain.images.header import read_header
from groundtrain.images.image_file import ImageError


class ImageFolder:
    """A folder of images, laid out as the names say or flat; without a directory it has none.

    Attributes:
        turned: images whose width and height EXIF swaps.
        missing: images that were looked for and are not there.
    """

    def __init__(self, directory: Path | None = None) -> None:
        self.directory = directory
        self.turned, self.missing = CountedExamples(), CountedExamples()
        self._store = None if directory is None else DirectoryStore(directory)

    def __bool__(self) -> bool:
        return self._store is not None

    def look_for(self, name: str) -> bool:
        """Whether the image is there, or there is no folder to look in; one that is missing is counted."""
        if self._store is None:
            return True
        try:
            self._store.path_of(name)
        except ImageError:
            self.missing.add(name)
            return False
        return True

    def path_of(self, name: str) -> Path | None:
        """The file of an image; None where there is none, or no folder."""
        try:
            return None if self._store is None else self._store.path_of(name)
        except ImageError:
            return None

    def size_of(self, name: str, place: str) -> Size:
        """Size of an image, from its header.

        Raises:
            ManifestError: there is no folder, or no such JPEG or PNG in it; `place` is where it is named.
        """
        if self._store is None:
            raise ManifestError(
                f"{place}: the size of {name} is not said",
                fix="add --image-dir DIRECTORY, where it is read from the images",
            )
        store = self._store
        try:
            header = read_header(lambda start, length: store.read_range(name, start, length).data)
        except ImageError as error:
            raise ManifestError(
                f"{place}: the size of {name} is unknown: {error.message}",
                fix=error.fix or "put a sound image in the folder of --image-dir",
            ) from error
        if not header.pixels:
            raise ManifestError(
                f"{place}: the size of {name}, which is {header.format}, is not known",
                fix="convert it to JPEG or PNG, the only images that SageMaker's algorithms read",
            )
        if header.orientation >= 5:
            self.turned.add(name)
        return Size(*header.shown_size, header.channels or 3)
