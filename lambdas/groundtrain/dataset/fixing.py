"""Apply the safe fixes: to a line, and to a whole manifest without losing a record."""

from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from groundtrain.dataset import edits
from groundtrain.dataset.outputs import LineWriter
from groundtrain.errors import ManifestError
from groundtrain.manifest.address_checks import ADDRESS_FIXES
from groundtrain.manifest.completed_manifest import CompletedManifest
from groundtrain.manifest.label_types.label_type import LabelType
from groundtrain.manifest.label_types.shapes import contradicts
from groundtrain.manifest.label_types.spelling import plain_fix
from groundtrain.manifest.lines import Lines, without_comma
from groundtrain.manifest.record_reader import Reading, RecordReader
from groundtrain.manifest.source import ManifestSource
from groundtrain.output_files import replaced_file
from groundtrain.record_keys import Keys
from groundtrain.rules import active_codes, fixed_codes
from groundtrain.rules.findings import Finding
from groundtrain.rules.line_limits import MAX_LINE
from groundtrain.settings.dataset_settings import DatasetSettings

if TYPE_CHECKING:
    from collections.abc import Callable

_COMMA = "GT130"
_SPELLED_OTHERWISE = frozenset({"GT230", "GT241"})
_MOST_ROUNDS = 4


class Fixer:
    """Fixes lines of one label attribute.

    Args:
        keys: keys of the lines.
        label_type: type of the label.
        fix: codes of rules, or prefixes of codes; rules without a fix are ignored.
        refused: codes that are not fixed, since the whole file has a fault that explains their findings.

    Attributes:
        codes: codes of the rules that are fixed.
    """

    def __init__(
        self,
        keys: Keys,
        label_type: LabelType,
        fix: tuple[str, ...],
        *,
        refused: frozenset[str] = frozenset(),
    ) -> None:
        respell = partial(plain_fix, wanted=(label_type.label, label_type.metadata))
        retype = partial(_write_type, type_name=label_type.name)
        self._keys = keys
        self._fixes: dict[str, Callable[[Any, Any], Any]] = {
            **label_type.fixes,
            "GT230": respell,
            "GT241": respell,
            "GT245": retype,
        }
        self._computing = label_type.fixes.keys()  # these expect values as the type has them
        self.codes = fixed_codes(fix) & (self._fixes.keys() | ADDRESS_FIXES.keys() | {_COMMA}) - refused

    def fix(self, line: bytes, findings: tuple[Finding, ...]) -> bytes:
        """The line with the fixes for its findings applied; the same bytes when none has a fix."""
        codes = sorted({finding.code for finding in findings} & self.codes) if self.codes else []
        if not codes:
            return line
        if _COMMA in codes:
            line = without_comma(line)
        label_fixes = [self._fixes[code] for code in codes if code in self._fixes]
        if self._computing & set(codes):
            label_fixes = list(dict.fromkeys((self._fixes["GT241"], *label_fixes)))
        address_fixes = [ADDRESS_FIXES[code] for code in codes if code in ADDRESS_FIXES]
        if not label_fixes and not address_fixes:
            return line
        return edits.apply_fixes(line, self._keys, label_fixes, address_fixes)

    def mend(self, reader: RecordReader, number: int, line: bytes, reading: Reading) -> "Mended":
        """Fix a line, and what comes to light then; the same bytes when nothing can be fixed."""
        mended = Mended(line, reading, Counter())
        for _ in range(_MOST_ROUNDS):
            fixed = self.fix(mended.line, mended.reading.findings)
            if fixed is mended.line:
                break
            again = reader.read(number, fixed, as_it_stands=False)
            if again.record is None:  # it would still not be usable
                break
            mended = Mended(fixed, again, mended.fixed + self._removed(mended.reading, again))
        return mended

    def _removed(self, before: Reading, after: Reading) -> Counter[str]:
        codes = (Counter(finding.code for finding in reading.findings) for reading in (before, after))
        removed = next(codes) - next(codes)
        counted = self.codes | _SPELLED_OTHERWISE
        return Counter({code: count for code, count in removed.items() if code in counted})


class Mended(NamedTuple):
    """A line after its fixes, its reading then, and how many findings were fixed, by code."""

    line: bytes
    reading: Reading
    fixed: Counter[str]


def _write_type(label: Any, metadata: Any, *, type_name: str) -> Any:
    """The fix for GT245 where the label has the shape of this type."""
    if not contradicts(label, type_name) and isinstance(metadata, dict):
        metadata["type"] = type_name
    return label


def write_fixed(
    source: ManifestSource,
    keys: Keys,
    label_type: LabelType,
    settings: DatasetSettings,
    output: Path,
    *,
    refused: frozenset[str] = frozenset(),
) -> None:
    """Write every record, with fixes applied; UTF-8 and LF, without blank lines.

    Raises:
        ManifestError: a line is too long to be copied; nothing is written then.
        SettingsError: `output` cannot be written.
    """
    fixer = Fixer(keys, label_type, settings.fix, refused=refused)
    reader = RecordReader(keys, label_type, active_codes(settings.select, settings.ignore))
    with replaced_file(output) as file:
        writer = LineWriter(file)
        for number, line, whole in _with_metadata(source):
            if len(line) > MAX_LINE:
                raise ManifestError(
                    f"{source.name}, line {number}: more than {MAX_LINE >> 20} MiB cannot be carried over",
                    fix="look for missing line ends, or leave the record out",
                )
            mended = fixer.mend(reader, number, whole, reader.read(number, whole)).line
            writer.write(line if mended == whole else mended)
        writer.flush()


def _with_metadata(source: ManifestSource) -> Iterator[tuple[int, bytes, bytes]]:
    """Number and bytes of each line, and the line with the metadata that it lacks."""
    if not isinstance(source, CompletedManifest):
        yield from ((number, line, line) for number, line in Lines(source.open()))
        return
    both = zip(Lines(source.incomplete.open()), Lines(source.open()), strict=True)
    yield from ((number, line, whole) for (number, line), (_, whole) in both)
