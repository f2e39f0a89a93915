"""Lines that were left out: each with its reason, as in rejected.jsonl, and all of them in a sentence."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import msgspec
from msgspec import Struct

from groundtrain.json_text import dump_json
from groundtrain.quantities import quantity
from groundtrain.rules import RULES
from groundtrain.rules.findings import Finding
from groundtrain.rules.rule import Severity

_SHOWN = 1024  # bytes of a line that is too long

TOLD_ON_FILE = {"GT201": "GT422"}
"""Rules on the whole file whose advice is better than that of the rule on its lines."""


class RejectedLine(Struct, frozen=True, omit_defaults=True):
    """One line of rejected.jsonl.

    Attributes:
        code, reason: of the first rule that rejected it; `codes` has all.
        record: the line as text, so that nothing is lost; "" when it is not UTF-8.
        record_base64: the line, when it is not UTF-8.
        truncated: True when the line is too long, and only its beginning is kept.
        manifest: name of the one that it is in, where a split is given by several.
    """

    line: int
    code: str
    codes: tuple[str, ...]
    reason: str
    source: str
    record: str
    record_base64: bytes = b""
    truncated: bool = False
    manifest: str = ""

    @property
    def text(self) -> bytes:
        """The line; its beginning when it is too long."""
        return self.record_base64 or self.record.encode()

    @property
    def rejecting(self) -> tuple[str, ...]:
        """Codes of the rules that rejected it, without those that were only seen on the way."""
        return tuple(
            code
            for code in self.codes
            if code == self.code or (code in RULES and RULES[code].severity is Severity.ERROR)
        )


def rejected_line(
    number: int, codes: tuple[str, ...], reason: str, source: str, line: bytes, manifest: str = ""
) -> bytes:
    """A line of rejected.jsonl, without its newline."""
    truncated = codes == ("GT103",)
    line = line[:_SHOWN] if truncated else line
    try:
        record, raw = line.decode(), b""
    except UnicodeDecodeError:
        record, raw = "", line
    return dump_json(RejectedLine(number, codes[0], codes, reason, source, record, raw, truncated, manifest))


def read_rejected(path: Path) -> Iterator[RejectedLine]:
    """The lines of a rejected.jsonl."""
    decode = msgspec.json.Decoder(RejectedLine).decode
    with path.open("rb") as file:
        yield from map(decode, file)


def main_reason(reasons: Mapping[str, int]) -> str:
    """The code of the rule that rejected most lines; of two, the one that comes first."""
    return max(sorted(reasons), key=reasons.__getitem__)


def left_out(reasons: Mapping[str, int], records: int) -> str:
    """How many of the records were left out, and for what, one clause; `reasons` are not empty."""
    code, total = main_reason(reasons), sum(reasons.values())
    were = "was" if total == 1 else "were"
    most = "" if reasons[code] == total else f", {reasons[code]:,} of them"
    name = RULES[code].name if code in RULES else "a rule of another version"
    return f"{total:,} of {quantity(records, 'record')} {were} left out{most} for {name} ({code})"


def what_to_do(reasons: Mapping[str, int], examples: Iterable[Finding] = ()) -> str:
    """The fix for most of the lines that were left out: that of an example, else that of the rule.

    `examples` may be findings on such lines, or on the whole file.
    """
    code = main_reason(reasons)
    rule = RULES.get(code)
    fixes = (finding.advice for finding in examples if finding.code in (code, TOLD_ON_FILE.get(code)))
    return next(fixes, rule.fix if rule else "see rejected.jsonl")
