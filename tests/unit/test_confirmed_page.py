"""docs/confirmed.md lists what the code takes for given without a source: page and code say the same."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "confirmed.md").read_text("utf-8")
FILES = [
    file
    for folder in ("lambdas", "containers", "stacks", "local")
    for file in sorted((ROOT / folder).rglob("*.py"))
]
SAID = re.compile(
    r"\b(?:is|are)\s+not\s+(?:confirmed|documented)\b(?! to\b)"
    r"|\bno\s+source\s+(?:says|settles|gives|tells|names)\b",
    re.IGNORECASE,
)
MARKED = re.compile(r"not confirmed(?:\s+#)?\s+\((C[0-9]{2})\)")
ROW = re.compile(r"^\| (C[0-9]{2}) \| (.+?) \| (.+?) \| (.+?) \| (.+?) \|$", re.MULTILINE)


def marked(text: str) -> list[str]:
    return MARKED.findall(text)


def places_in_code() -> Iterator[tuple[str, str]]:
    for file in FILES:
        for code in marked(file.read_text("utf-8")):
            yield code, file.relative_to(ROOT).as_posix()


def places_on_page() -> Iterator[tuple[str, str]]:
    for code, _, _, where, _ in ROW.findall(PAGE):
        yield from ((code, file) for file in re.findall(r"`([^`]+)`", where))


def test_the_page_names_every_place_in_the_code_and_no_other() -> None:
    assert set(places_on_page()) == set(places_in_code())
    assert len(set(places_in_code())) > 25


def test_no_file_says_that_something_is_not_confirmed_without_its_row() -> None:
    texts = {file.relative_to(ROOT).as_posix(): file.read_text("utf-8") for file in FILES}
    assert [name for name, text in texts.items() if SAID.search(text) and not marked(text)] == []


def test_every_row_is_there_once() -> None:
    codes = [code for code, *_ in ROW.findall(PAGE)]
    assert sorted(codes) == sorted(set(codes))
    assert len(codes) == PAGE.count("\n| C"), "a row that is no row"


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("that is not confirmed (C01).", ["C01"]),
        ("that is not confirmed\n    (C02)", ["C02"]),
        ("# that is not confirmed\n# (C03)", ["C03"]),
        ("that is not confirmed", []),
    ],
)
def test_a_mark_is_found_wherever_the_line_breaks(text: str, codes: list[str]) -> None:
    assert marked(text) == codes
