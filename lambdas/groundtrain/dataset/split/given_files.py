"""A split that is given by a manifest for each side: their lines, as those of one manifest."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property

from msgspec import Struct
from msgspec.structs import replace

from groundtrain.dataset.split.sides import SIDES, TEST, TRAIN, Side
from groundtrain.manifest.lines import BYTE_ORDER_MARK, Lines, LineTotals
from groundtrain.manifest.source import ManifestSource
from groundtrain.quantities import enumerated
from groundtrain.rules.findings import Finding
from groundtrain.settings.dataset_settings import DatasetSettings

_FREE = DatasetSettings()


class GivenFile(Struct, frozen=True):
    """One of the manifests; `first` is the number of its first line, where lines of all are counted on."""

    side: Side
    name: str
    first: int


class GivenFiles(Struct, frozen=True):
    """All of them, in the order of their lines."""

    files: tuple[GivenFile, ...]

    def of_line(self, number: int) -> GivenFile:
        """The one that has the line of this number."""
        return next(file for file in reversed(self.files) if file.first <= number)

    def of_side(self, side: Side) -> GivenFile | None:
        """The one of a side; None for test where none is given."""
        return next((file for file in self.files if file.side == side), None)

    def place_of(self, number: int) -> tuple[str, int]:
        """Name of the manifest that has the line of this number, and the line's number there."""
        file = self.of_line(number)
        return file.name, number - file.first + 1

    def in_words(self, number: int) -> str:
        """Such as "line 3 of val.manifest"."""
        name, line = self.place_of(number)
        return f"line {line:,} of {name}"

    def placed(self, finding: Finding) -> Finding:
        """A finding on a line with the name of its manifest, and the line's number there."""
        if not finding.line:
            return finding
        name, line = self.place_of(finding.line)
        return replace(finding, line=line, manifest=name)

    def on(self, side: Side, finding: Finding) -> Finding:
        """A finding on the whole manifest of this side."""
        file = self.of_side(side)
        return finding if file is None else replace(finding, manifest=file.name)


class GivenManifests:
    """The manifests of a split, read as one: see `ManifestSource`.

    What is for test comes first, then validation, and training last: of an image on two sides it is training
    that loses it, so that what is measured stays as it was given.

    Args:
        sources: by side; training and validation at least.

    Attributes:
        sources: in the order of reading.
        names: their names by side.
    """

    def __init__(self, sources: Mapping[Side, ManifestSource]) -> None:
        self.sources = {side: sources[side] for side in reversed(SIDES) if side in sources}
        self.names = {side: sources[side].name for side in SIDES if side in sources}
        self.name = title_of(self.names)
        self.uri = sources[TRAIN].uri

    @property
    def size(self) -> int:
        """Bytes of all."""
        return sum(source.size for source in self.sources.values())

    @property
    def uris(self) -> dict[str, str]:
        """Their addresses by side."""
        return {side: self.sources[side].uri for side in SIDES if side in self.sources}

    @cached_property
    def totals(self) -> Mapping[Side, LineTotals]:
        """What is counted of the lines of each; they are read for it."""
        counted = {side: Lines(source.open()) for side, source in self.sources.items()}
        for lines in counted.values():
            for _ in lines.batches():
                pass
        return counted

    @cached_property
    def files(self) -> GivenFiles:
        """Where the lines of each begin."""
        found, first = list[GivenFile](), 1
        for side, lines in self.totals.items():
            found.append(GivenFile(side, self.sources[side].name, first))
            first += lines.records + lines.blank
        return GivenFiles(tuple(found))

    def etag(self) -> str:
        """SHA-256 of the identities of all, in hex."""
        identities = (f"{side}\0{source.etag()}\0" for side, source in self.sources.items())
        return hashlib.sha256("".join(identities).encode()).hexdigest()

    def open(self) -> Iterator[bytes]:
        """The bytes of one after the other; see `ManifestSource.open`."""
        for source in self.sources.values():
            end = b"\n"
            for chunk in _without_mark(source.open()):
                yield chunk
                end = chunk[-1:] or end
            if end != b"\n":
                yield b"\n"


def _without_mark(chunks: Iterator[bytes]) -> Iterator[bytes]:
    start = b""
    for chunk in chunks:
        start += chunk
        if len(start) >= len(BYTE_ORDER_MARK):
            break
    yield start.removeprefix(BYTE_ORDER_MARK)
    yield from chunks


def title_of(names: Mapping[Side, str]) -> str:
    """What to call the manifests of a split together: the one for training, with the others."""
    first, *others = (names[side] for side in SIDES if side in names)
    return f"{first} with {enumerated(others)}"


def names_by_side(source: ManifestSource) -> dict[Side, str]:
    """Names of the manifests that give a split; none for one that is to be split."""
    return source.names if isinstance(source, GivenManifests) else {}


def main_manifest(source: ManifestSource) -> ManifestSource:
    """The manifest itself; of several that give a split, the one for training."""
    return source.sources[TRAIN] if isinstance(source, GivenManifests) else source


def given_files(source: ManifestSource) -> GivenFiles | None:
    """The manifests that a split is given by; None for one that is to be split."""
    return source.files if isinstance(source, GivenManifests) else None


def line_in_words(source: ManifestSource) -> Callable[[int], str]:
    """What to call the line of a number: with the name of its manifest where there are several."""
    files = given_files(source)
    return "line {}".format if files is None else files.in_words


def settings_of_split(source: ManifestSource, settings: DatasetSettings) -> DatasetSettings:
    """The settings, without those that say how to split where the sides are given."""
    if given_files(source) is None:
        return settings
    return replace(
        settings,
        validation=_FREE.validation,
        test=_FREE.test,
        split=_FREE.split,
        split_attribute=_FREE.split_attribute,
    )


def has_test_side(settings: DatasetSettings, files: GivenFiles | None) -> bool:
    """Whether a test side is asked for, or given."""
    return settings.test > 0 if files is None else files.of_side(TEST) is not None
