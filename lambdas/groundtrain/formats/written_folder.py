"""Write a folder of files whole, or not at all; never into one that holds something."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from groundtrain.errors import ManifestError, SettingsError
from groundtrain.input_files import fix_for
from groundtrain.output_files import folder_beside
from groundtrain.quantities import quoted


class WrittenFolder:
    """A folder to write to, in which each path can be written once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._folders, self._files = {folder}, set[Path]()

    def write(self, name: str, content: bytes, place: str = "") -> None:
        """Write a file; `place` is where its name comes from, for messages.

        Args:
            name: path below the folder, with slashes.
            content: of the file.
            place: where the name comes from.

        Raises:
            ManifestError: the name leads out of the folder, is taken, or can be none on this machine.
        """
        path = self._path(name, place)
        try:
            self._make(path.parent)
            path.write_bytes(content)
        except (OSError, ValueError) as error:
            raise self._refusal(name, place, error) from error

    def copy(self, name: str, source: Path, place: str = "") -> None:
        """Copy a file there, as `write` does."""
        path = self._path(name, place)
        try:
            self._make(path.parent)
            shutil.copyfile(source, path)
        except (OSError, ValueError) as error:
            raise self._refusal(name, place, error) from error

    def _path(self, name: str, place: str) -> Path:
        if any(part in ("", ".", "..") for part in name.split("/")):
            raise ManifestError(
                f"{place}: the name {quoted(name)} leads out of the folder, or is no path in it",
                fix="rename the image",
            )
        path = self._folder / name
        if path in self._files or path in self._folders:
            raise ManifestError(
                f"{place}: {quoted(name)} would be written twice: an earlier image has that name, but for its"
                " ending",
                fix="rename one of the two images",
            )
        self._files.add(path)
        return path

    def _make(self, folder: Path) -> None:
        if folder not in self._folders:
            folder.mkdir(parents=True, exist_ok=True)
            while folder not in self._folders:
                self._folders.add(folder)
                folder = folder.parent

    def _refusal(self, name: str, place: str, error: OSError | ValueError) -> ManifestError | SettingsError:
        if isinstance(error, OSError) and not isinstance(error, FileExistsError | NotADirectoryError):
            reason = error.strerror
            return SettingsError(f"{place}: {quoted(name)} cannot be written ({reason})", fix=fix_for(error))
        return ManifestError(
            f"{place}: {quoted(name)} can be no file here, by its characters or since a folder of its path is"
            " a file",
            fix="rename the image",
        )


@contextmanager
def written_folder(path: Path) -> Iterator[WrittenFolder]:
    """A folder to write to, which is at `path` when the block ends without an error.

    Raises:
        SettingsError: `path` is a file or a folder that holds something, or cannot be made.
    """
    path = path.resolve()
    _refuse_taken(path)
    workplace = folder_beside(path, "cannot be made", fix="name another folder")
    try:
        (workplace / "new").mkdir()
        yield WrittenFolder(workplace / "new")
        if path.is_dir():
            path.rmdir()
        (workplace / "new").rename(path)
    finally:
        shutil.rmtree(workplace)


def _refuse_taken(path: Path) -> None:
    if path.exists() and not path.is_dir():
        raise SettingsError(f"{path} is a file, and a folder is written", fix="name a new folder")
    if path.is_dir() and any(path.iterdir()):
        raise SettingsError(f"{path} holds files already", fix="name a new folder, or empty that one")
