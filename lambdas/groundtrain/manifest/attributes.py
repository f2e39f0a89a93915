"""Label attributes: find those of a manifest, and choose one.

A label attribute is a key with a companion `<key>-metadata`, which holds the type of the label.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from itertools import islice
from typing import Any

import msgspec
from msgspec import Raw, Struct, field

from groundtrain.decoding import decode_pieces
from groundtrain.errors import LabelAttributeError, ManifestError
from groundtrain.manifest.dates import parse_date
from groundtrain.manifest.explain import DECODE_ERRORS
from groundtrain.manifest.keys import FETCHED, METADATA, SOURCE, SOURCE_REF, Keys
from groundtrain.manifest.limits import MAX_LINE
from groundtrain.manifest.lines import Lines
from groundtrain.manifest.source import ManifestSource

_ENOUGH = 1000


class LabelAttribute(Struct, frozen=True):
    """A label attribute, as described by the first line that has its most frequent type.

    Attributes:
        keys: keys of source, label and metadata on that line.
        type: as Ground Truth spells it, such as "groundtruth/object-detection".
        job: name of the labeling job, "" when not given.
        created: date and time as given, "" when not given.
    """

    keys: Keys
    type: str
    job: str = ""
    created: str = ""

    @property
    def name(self) -> str:
        """Name of the label attribute."""
        return self.keys.label

    def __str__(self) -> str:
        job = f", job {self.job}" if self.job else ""
        moment = parse_date(self.created)
        created = f"{moment:%Y-%m-%d}" if moment else self.created[:40]
        return f"{self.name} ({self.type}{job}{f', {created}' if created else ''})"


class _Metadata(Struct, rename="kebab"):
    """Custom labels may spell their keys with underscores (Developer Guide's sample of a custom template)."""

    type: str
    job_name: Any = ""
    creation_date: Any = ""
    job_underscore: Any = field(name="job_name", default="")
    created_underscore: Any = field(name="creation_date", default="")


def label_attribute(pieces: dict[str, Raw], name: str) -> LabelAttribute | None:
    """The label attribute of this name on a line; None when its metadata has no type."""
    metadata_key = _metadata_key(pieces, name)
    try:
        metadata = msgspec.json.decode(pieces[metadata_key], type=_Metadata)
    except (KeyError, *DECODE_ERRORS):
        return None
    source = SOURCE if SOURCE in pieces and SOURCE_REF not in pieces else SOURCE_REF
    job = str(metadata.job_name or metadata.job_underscore).removeprefix("labeling-job/")
    created = str(metadata.creation_date or metadata.created_underscore)
    return LabelAttribute(Keys(source, name, metadata_key), metadata.type, job, created)


def label_names(pieces: dict[str, Raw]) -> list[str]:
    """Names of possible label attributes: those for which the line has a metadata key."""
    bases = [key.removesuffix(METADATA) for key in pieces if key.endswith(METADATA)]
    return [base if base in pieces or base + FETCHED not in pieces else base + FETCHED for base in bases]


def own_attributes(pieces: dict[str, Raw], keys: Keys, besides: Collection[str] = ()) -> dict[str, Raw]:
    """What a line says of its record beside labels, metadata and attributes named: such as a page.

    `keys` are those of the label attribute that is read, which may have no metadata.
    """
    if len(pieces) <= len(keys) and all(key in keys for key in pieces):
        return {}
    labels = {*keys, *label_names(pieces), *besides}
    return {key: piece for key, piece in pieces.items() if key not in labels and not key.endswith(METADATA)}


def _metadata_key(pieces: dict[str, Raw], name: str) -> str:
    """The Developer Guide shows both `streets-ref-metadata` and `streets-metadata`."""
    shorter = name.removesuffix(FETCHED) + METADATA
    return name + METADATA if name + METADATA in pieces or shorter not in pieces else shorter


def survey(lines: Iterable[tuple[int, bytes]]) -> dict[str, LabelAttribute]:
    """Label attributes on these lines by name, in order of appearance."""
    first: dict[str, dict[str, LabelAttribute]] = {}
    times: Counter[tuple[str, str]] = Counter()
    for _, line in lines:
        for attribute in _on_line(line):
            first.setdefault(attribute.name, {}).setdefault(attribute.type, attribute)
            times[attribute.name, attribute.type] += 1
    found = {name: types[max(types, key=lambda kind: times[name, kind])] for name, types in first.items()}
    taken = {attribute.keys.metadata: name for name, attribute in sorted(found.items())}
    return {name: attribute for name, attribute in found.items() if taken[attribute.keys.metadata] == name}


def find_label(source: ManifestSource, wanted: str | None) -> LabelAttribute:
    """The label attribute with the wanted name, or the only one.

    Raises:
        LabelAttributeError: the wanted one does not exist, or there are several and none was chosen.
        ManifestError: there is none.
    """
    return choose(source, survey_enough(source, wanted), wanted)


def survey_enough(source: ManifestSource, wanted: str | None) -> dict[str, LabelAttribute]:
    """Label attributes by name; the whole manifest is read only if its beginning lacks the wanted one."""
    found = survey(islice(Lines(source.open()), _ENOUGH))
    if not found or (wanted and wanted not in found):
        found = survey(Lines(source.open()))
    return found


def choose(
    source: ManifestSource,
    found: dict[str, LabelAttribute],
    wanted: str | None,
    by: str = "--label, or label under [dataset] in settings",
) -> LabelAttribute:
    """As `find_label`, from those found; `by` says in messages how to choose."""
    there = "; ".join(map(str, found.values()))
    if not found:
        raise _no_label_attribute(source)
    if wanted is None and len(found) > 1:
        raise LabelAttributeError(
            f"{source.name} has {len(found)} label attributes", fix=f"choose one by {by}: {there}"
        )
    if wanted is not None and wanted not in found:
        raise LabelAttributeError(f"{source.name} has no label attribute {wanted}", fix=f"there are: {there}")
    return found[wanted or next(iter(found))]


def _no_label_attribute(source: ManifestSource) -> ManifestError:
    untyped = next((name for line in _beginning(source) for name in label_names(_pieces(line))), None)
    if untyped is not None:
        return ManifestError(
            f"{source.name} has no label attribute: the metadata of {untyped} says no type",
            fix='add the type to the metadata, such as "type": "groundtruth/object-detection"',
        )
    return ManifestError(
        f"{source.name} has no label attribute",
        fix="take a labeling job's output.manifest: its lines have keys such as boxes and boxes-metadata",
    )


def _beginning(source: ManifestSource) -> Iterator[bytes]:
    return (line for _, line in islice(Lines(source.open()), _ENOUGH))


def _pieces(line: bytes) -> dict[str, Raw]:
    """The values of a line, undecoded; none if it is no record."""
    if len(line) > MAX_LINE:
        return {}
    try:
        return decode_pieces(line)
    except DECODE_ERRORS:
        return {}


def _on_line(line: bytes) -> list[LabelAttribute]:
    pieces = _pieces(line)
    return [found for name in label_names(pieces) if (found := label_attribute(pieces, name))]
