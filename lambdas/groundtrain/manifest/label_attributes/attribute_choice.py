"""Label attributes: find those of a manifest, and choose one.

A label attribute is a key with a companion `<key>-metadata`, which holds the type of the label. One that is
chosen by its name needs none: its values tell the type.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import islice
from typing import Any

import msgspec
from msgspec import UNSET, Raw, Struct, field
from msgspec.structs import replace

from groundtrain.errors import LabelAttributeError
from groundtrain.json_text import decode_pieces
from groundtrain.manifest.label_attributes.attribute_errors import (
    no_label_attribute,
    no_look,
    several,
    unpaired,
)
from groundtrain.manifest.label_attributes.label_attribute import LabelAttribute
from groundtrain.manifest.label_attributes.type_without_metadata import (
    Look,
    looks_of,
    metadata_key,
    most_frequent,
    source_key,
)
from groundtrain.manifest.lines import Lines, without_comma
from groundtrain.manifest.source import ManifestSource
from groundtrain.manifest.unreadable_lines import DECODE_ERRORS
from groundtrain.record_keys import FETCHED, METADATA, Keys
from groundtrain.rules.line_limits import MAX_LINE

_ENOUGH = 1000

_BY_LABEL = "`dataset.label`"
"""How people choose a label attribute on the command line, as messages say it."""


class _Metadata(Struct, rename="kebab"):
    """Custom labels may spell their keys with underscores (Developer Guide's sample of a custom template)."""

    type: str
    job_name: Any = ""
    creation_date: Any = ""
    job_underscore: Any = field(name="job_name", default="")
    created_underscore: Any = field(name="creation_date", default="")
    failure_reason: Any = UNSET


def label_attribute(pieces: dict[str, Raw], name: str) -> LabelAttribute | None:
    """The label attribute of this name on a line; None when its metadata has no type."""
    key = metadata_key(pieces, name)
    try:
        metadata = msgspec.json.decode(pieces[key], type=_Metadata)
    except (KeyError, *DECODE_ERRORS):
        return None
    job = str(metadata.job_name or metadata.job_underscore).removeprefix("labeling-job/")
    created = str(metadata.creation_date or metadata.created_underscore)
    keys = Keys(source_key(pieces, name), name, key)
    is_there = name in pieces or metadata.failure_reason is not UNSET
    return LabelAttribute(keys, metadata.type, job, created, is_there)


def label_names(pieces: Mapping[str, object]) -> list[str]:
    """Names of possible label attributes: those for which the line has a metadata key."""
    bases = [key.removesuffix(METADATA) for key in pieces if key.endswith(METADATA)]
    return [base if base in pieces or base + FETCHED not in pieces else base + FETCHED for base in bases]


def own_attributes(pieces: Mapping[str, Raw], keys: Keys, besides: Collection[str] = ()) -> dict[str, Raw]:
    """What a line says of its record beside labels, metadata and attributes named: such as a page.

    `keys` are those of the label attribute that is read, which may have no metadata.
    """
    return {key: pieces[key] for key in own_names(tuple(pieces), keys, tuple(besides))}


@lru_cache(8)  # most lines have the same attributes
def own_names(
    names: tuple[str, ...], keys: Keys, besides: tuple[str, ...] = (), record_key: tuple[str, ...] = ()
) -> tuple[str, ...]:
    """Names of the attributes that `own_attributes` finds, of all `names` on a line.

    Of these only those in `record_key`, where it has any.
    """
    labels = {*keys, *label_names(dict.fromkeys(names)), *besides}
    found = (name for name in names if name not in labels and not name.endswith(METADATA))
    return tuple(name for name in found if not record_key or name in record_key)


def survey(lines: Iterable[tuple[int, bytes]]) -> dict[str, LabelAttribute]:
    """Label attributes on these lines by name, in order of appearance."""
    first: dict[str, dict[tuple[str, str], LabelAttribute]] = {}
    times: Counter[tuple[str, str, str]] = Counter()
    there = set()
    for _, line in lines:
        for attribute in _on_line(line):
            kind = attribute.type, attribute.keys.source
            first.setdefault(attribute.name, {}).setdefault(kind, attribute)
            times[attribute.name, *kind] += 1
            if attribute.is_there:
                there.add(attribute.name)
    usual = {name: kinds[max(kinds, key=lambda kind: times[name, *kind])] for name, kinds in first.items()}
    found = {name: replace(attribute, is_there=name in there) for name, attribute in usual.items()}
    taken = {attribute.keys.metadata: name for name, attribute in sorted(found.items())}
    return {name: attribute for name, attribute in found.items() if taken[attribute.keys.metadata] == name}


def find_label(source: ManifestSource, wanted: str | None) -> LabelAttribute:
    """The label attribute with the wanted name, or the only one.

    Raises:
        LabelAttributeError: the wanted one does not exist, or there are several and none was chosen.
        ManifestError: there is none.
    """
    return choose(source, survey_enough(source, wanted), wanted)


def survey_beginning(source: ManifestSource) -> dict[str, LabelAttribute]:
    """Label attributes near the top, by name."""
    return survey(islice(Lines(source.open()), _ENOUGH))


def survey_enough(
    source: ManifestSource,
    wanted: str | None,
    types: Collection[str] = (),
    beginning: Mapping[str, LabelAttribute] | None = None,
) -> dict[str, LabelAttribute]:
    """Label attributes by name; the whole manifest is read only if its beginning lacks the wanted one."""
    found = survey_beginning(source) if beginning is None else dict(beginning)
    if not found or (wanted and wanted not in found):
        found = survey(Lines(source.open()))
    return with_bare(source, found, [wanted] if wanted else [], types)


def with_bare(
    source: ManifestSource,
    found: dict[str, LabelAttribute],
    wanted: Iterable[str],
    types: Collection[str] = (),
) -> dict[str, LabelAttribute]:
    """Those found, and the wanted ones that have no typed metadata, of the type that they look like.

    Where a look allows for several types, one of `types` is taken.
    """
    missing = [name for name in wanted if name not in found]
    looks = most_frequent(_looks(source, missing, types)) if missing else {}
    for look in looks.values():
        if orphan := _orphan(found, look):
            raise unpaired(source.name, orphan, look.name)
    return found | {look.name: _bare(look) for look in looks.values()}


def _bare(look: Look) -> LabelAttribute:
    return LabelAttribute(Keys(look.source, look.name, look.metadata), look.type)


def _looks(source: ManifestSource, names: Collection[str], types: Collection[str] = ()) -> Iterator[Look]:
    """Looks of the attributes of these names on all lines; without names, of all near the top."""
    lines = (line for _, line in Lines(source.open())) if names else _beginning(source)
    for pieces in map(_pieces, lines):
        there = [name for name in names or pieces if name in pieces and not name.endswith(METADATA)]
        yield from looks_of(pieces, there, types)


def could_be(source: ManifestSource, types: Collection[str]) -> dict[str, Look]:
    """What has no metadata near the top, and looks like a label of one of these types."""
    looks = most_frequent(_looks(source, (), types))
    named = {name for pieces in map(_pieces, _beginning(source)) for name in label_names(pieces)}
    return {name: look for name, look in looks.items() if look.type in types and name not in named}


def _orphan(found: dict[str, LabelAttribute], look: Look) -> LabelAttribute | None:
    """Metadata without a label, of the type that a label without metadata looks like."""
    orphans = (attribute for attribute in found.values() if not attribute.is_there)
    return next((orphan for orphan in orphans if orphan.type.lower() == look.type), None)


def choose(
    source: ManifestSource,
    found: dict[str, LabelAttribute],
    wanted: str | None,
    by: str = _BY_LABEL,
    types: Collection[str] = (),
) -> LabelAttribute:
    """As `find_label`, from those found; `by` says in messages how to choose.

    Of what could be labels, only what could be of one of `types` is listed, where there are any.
    """
    if wanted is not None and wanted not in found and (value := _first_value(source, wanted)):
        raise no_look(source.name, wanted, value)
    if not found:
        untyped = {name for pieces in map(_pieces, _beginning(source)) for name in label_names(pieces)}
        looks = most_frequent(_looks(source, (), types))
        suitable = {name: look for name, look in looks.items() if look.type in types} or looks
        raise no_label_attribute(source.name, wanted, by, suitable, untyped)
    if wanted is None and len(found) > 1:
        raise several(source.name, found, by, lambda: (_pieces(line) for _, line in Lines(source.open())))
    if wanted is not None and wanted not in found:
        there = "; ".join(map(str, found.values()))
        raise LabelAttributeError(f"{source.name} has no label attribute {wanted}", fix=f"there are: {there}")
    chosen = found[wanted or next(iter(found))]
    if not chosen.is_there:
        _refuse_unpaired(source, chosen)
    return chosen


def _first_value(source: ManifestSource, name: str) -> str:
    pieces = (found for found in map(_pieces, _beginning(source)) if name in found)
    return next((bytes(found[name]).decode(errors="replace") for found in pieces), "")


def _refuse_unpaired(source: ManifestSource, orphan: LabelAttribute) -> None:
    looks = most_frequent(_looks(source, ()))
    likely = [name for name, look in looks.items() if look.type == orphan.type.lower()]
    if likely:
        raise unpaired(source.name, orphan, likely[0])


def _beginning(source: ManifestSource) -> Iterator[bytes]:
    return (line for _, line in islice(Lines(source.open()), _ENOUGH))


def _pieces(line: bytes) -> dict[str, Raw]:
    """The values of a line, undecoded; none if it is no record."""
    if len(line) > MAX_LINE:
        return {}
    try:
        return decode_pieces(without_comma(line))
    except DECODE_ERRORS:
        return {}


def _on_line(line: bytes) -> list[LabelAttribute]:
    pieces = _pieces(line)
    return [found for name in label_names(pieces) if (found := label_attribute(pieces, name))]
