"""Real manifests of other people, beside the repository; they are read, never copied in.

`python -m tests.corpus [FOLDER]` checks all of them and writes the tables into docs/corpus.md.
"""

import csv
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from groundtrain.linting.check import Check
from groundtrain.linting.linter import check_manifest
from groundtrain.manifest.label_attributes.attribute_choice import survey
from groundtrain.manifest.lines import Lines
from groundtrain.manifest.source import FileManifest
from groundtrain.settings.dataset_settings import DatasetSettings
from groundtrain.settings.environment import Environment

ROOT = Path(__file__).parents[1]
CORPUS = ROOT.parent / "shared" / "corpus"
PAGE = ROOT / "docs" / "corpus.md"
BEGIN, END = "<!-- tables: python -m tests.corpus -->\n", "<!-- end of tables -->\n"

_HEADER = ("| repository | type | files | lines | verdicts | findings |", "|---|---|--:|--:|---|---|")


class Look(NamedTuple):
    """A file, checked for one of its label attributes."""

    repository: str
    file: str
    lines: int
    check: Check

    @property
    def kind(self) -> str:
        """The label's type, or what the file is instead of a manifest."""
        if self.check.label:
            return f"`{self.check.type}`"
        what = self.check.verdict.because[0].removeprefix("it ")
        return what.partition(":")[0].partition(";")[0].partition(" (")[0].strip()

    @property
    def is_spread_out(self) -> bool:
        return "one JSON object" in self.kind


def index(folder: Path = CORPUS) -> list[dict[str, str]]:
    """A row for each file; none where the corpus is absent."""
    path = folder / "INDEX.tsv"
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def tables(folder: Path) -> str:
    """What stands between the marks in the page."""
    looks = [look for row in index(folder) for look in _looks(row["repo"], row["file"], folder / row["file"])]
    joined = [look for spread in looks if spread.is_spread_out for look in _joined(spread, folder)]
    return "\n".join(
        (
            _sum_of(looks),
            *_table(looks),
            "",
            f"And what is one JSON object spread over several lines, joined on one: {_sum_of(joined)}",
            *_table(joined),
            "",
        )
    )


def page_with(text: str) -> str:
    """The page with this text between its marks."""
    page = PAGE.read_text("utf-8")
    before, after = page[: page.index(BEGIN) + len(BEGIN)], page[page.index(END) :]
    return f"{before}\n{text}\n{after}"


def _looks(repository: str, file: str, path: Path) -> Iterator[Look]:
    """One for each label attribute, and one for a file that has none."""
    source, lines = FileManifest(path), len(path.read_bytes().splitlines())
    for label in survey(Lines(source.open())) or [None]:
        environment = Environment(name="local", region="", dataset=DatasetSettings(label=label))
        yield Look(repository, file, lines, check_manifest(source, environment))


def _joined(spread: Look, folder: Path) -> Iterator[Look]:
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory, "output.manifest")
        path.write_text(json.dumps(json.loads((folder / spread.file).read_text("utf-8"))) + "\n", "utf-8")
        yield from _looks(spread.repository, spread.file, path)


def _sum_of(looks: Sequence[Look]) -> str:
    files, findings = len({look.file for look in looks}), sum(_counts(looks).values())
    return f"{files} files, {len(looks)} verdicts, {findings:,} findings.\n"


def _table(looks: Sequence[Look]) -> Iterator[str]:
    yield from _HEADER
    rows: dict[tuple[str, str], list[Look]] = {}
    for look in looks:
        rows.setdefault((look.repository, look.kind), []).append(look)
    for (repository, kind), group in rows.items():
        lines = {look.file: look.lines for look in group}
        verdicts = Counter(_verdict(look.check) for look in group)
        cells = (
            repository,
            kind,
            len(lines),
            sum(lines.values()),
            _listed(verdicts),
            _listed(_counts(group)),
        )
        yield f"| {' | '.join(map(str, cells))} |"


def _verdict(check: Check) -> str:
    return str(check.verdict).partition(", because")[0].partition(", but the gate")[0]


def _counts(looks: Sequence[Look]) -> Counter[str]:
    return sum((Counter(look.check.counts) for look in looks), Counter())


def _listed(counts: Counter[str]) -> str:
    return ", ".join(f"{key}: {counts[key]}" for key in sorted(counts))


if __name__ == "__main__":
    PAGE.write_text(page_with(tables(Path(sys.argv[1]) if sys.argv[1:] else CORPUS)), "utf-8")
