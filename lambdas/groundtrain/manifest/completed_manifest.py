"""A manifest whose lines have the metadata that they lack, for every reader of manifests."""

from codecs import BOM_UTF8
from collections.abc import Iterator, Sequence

from groundtrain.manifest.added_metadata import Completer
from groundtrain.manifest.label_types.label_type import LabelType
from groundtrain.manifest.lines import Lines
from groundtrain.manifest.source import ManifestSource
from groundtrain.record_keys import Keys
from groundtrain.rules.findings import Finding
from groundtrain.rules.line_limits import MAX_LINE


class CompletedManifest:
    """A manifest whose lines have the metadata that they lack; all other lines are its own.

    Attributes:
        completer: what it counts is that of the last pass.
        incomplete: the manifest as it is.
    """

    def __init__(self, source: ManifestSource, completer: Completer) -> None:
        self.incomplete, self.completer = source, completer

    @property
    def name(self) -> str:
        """As of the manifest itself; so are address, size and identity."""
        return self.incomplete.name

    @property
    def uri(self) -> str:
        """See `ManifestSource.uri`."""
        return self.incomplete.uri

    @property
    def size(self) -> int:
        """See `ManifestSource.size`."""
        return self.incomplete.size

    def etag(self) -> str:
        """See `ManifestSource.etag`."""
        return self.incomplete.etag()

    def open(self) -> Iterator[bytes]:
        """The bytes with the metadata added; see `ManifestSource.open`."""
        for counted in (self.completer.lacking, self.completer.unnamed, self.completer.ambiguous):
            counted.clear()
        rest = b""
        for chunk in self.incomplete.open():
            *lines, rest = (rest + chunk).split(b"\n")
            yield b"".join(self._completed(line) + b"\n" for line in lines)
            if len(rest) > MAX_LINE:  # the line is too long to be read, and must not be held
                yield rest
                rest = b""
        yield self._completed(rest)

    def _completed(self, line: bytes) -> bytes:
        record = line.removeprefix(BOM_UTF8)
        if not record or len(record) > MAX_LINE:
            return line
        completed = self.completer.complete(record)
        return line if completed is record else line[: len(line) - len(record)] + completed


def completed(
    source: ManifestSource, keys: Keys, label_type: LabelType, listed: Sequence[str] = ()
) -> ManifestSource:
    """The manifest, with the metadata that its lines lack; the same source when none can be added.

    It is read once more, and twice more if a line lacks something. `listed` are the names in the label
    category file, in order.
    """
    completer = Completer(keys, label_type, listed)
    if not any(completer.may_lack(line) for _, line in Lines(source.open())):
        return source
    completer.learn(Lines(source.open()))
    if all(completer.complete(line) is line for _, line in Lines(source.open())) and not completer.ambiguous:
        return source
    return CompletedManifest(source, completer)


def added(source: ManifestSource, records: int) -> Iterator[Finding]:
    """What was added to the lines of a manifest, of so many, in its last pass: GT250 and GT320."""
    while isinstance(source, CompletedManifest):
        yield from source.completer.findings(records)
        source = source.incomplete
