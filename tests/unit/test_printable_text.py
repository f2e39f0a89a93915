"""Text of others does nothing on a terminal, and whoever parses a document gets it as it was."""

import ast
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groundtrain.dataset.rejected_lines import rejected_line
from groundtrain.json_text import dump_json
from groundtrain.printable_text import printable, printable_line

CLI = Path(__file__).parents[2] / "lambdas" / "groundtrain" / "cli"
ANY_TEXT = st.text(st.characters(exclude_categories=()))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[2J", r"\u001b[2J"),
        ("\x9b31m", r"\u009b31m"),
        ("car\u202e", r"car\u202e"),
        ("a\r\n\u2028b", r"a\u000d\u000a\u2028b"),
        ("\x7f\ud800", r"\u007f\ud800"),
        ("\U000e0041", r"\U000e0041"),
        ("café 車", "café 車"),
    ],
)
def test_what_a_terminal_acts_upon_is_shown_as_its_code(text: str, shown: str) -> None:
    assert printable(text) == shown


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("::error::x", r"\u003a:error::x"),
        ("  ::error::x", r"  \u003a:error::x"),
        ("a: ##[error]x", r"a: #\u0023[error]x"),
        ("s3::x", "s3::x"),
        ("## [x]", "## [x]"),
    ],
)
def test_no_line_is_a_command_to_a_workflow_runner(line: str, shown: str) -> None:
    assert printable_line(line) == shown


@given(text=ANY_TEXT)
def test_a_document_is_harmless_and_says_what_was_said(text: str) -> None:
    for indent in (0, 2):
        written = dump_json({"name": text, text: [text]}, indent=indent).decode()
        assert json.loads(written) == {"name": text, text: [text]} or text == "name"
        assert [c for c in written if not c.isprintable() and c != "\n"] == []
        assert "##[" not in written


def test_a_document_with_half_a_character_keeps_the_others() -> None:
    assert dump_json(["\ud800", "\x7f"]) == rb'["\ud800", "\u007f"]'


def test_a_rejected_line_is_kept_as_it_was_and_shown_harmless() -> None:
    line = '{"class": "car\u202e"}'
    written = rejected_line(3, ("GT201",), "\x9b31m", "s3://bkt/\u2028", line.encode()).decode()
    assert written.isprintable()
    assert json.loads(written)["record"] == line
    assert json.loads(written)["reason"] == "\x9b31m"


def test_every_line_of_the_command_line_is_printed_in_one_place() -> None:
    elsewhere = [
        f"{file.name}:{node.lineno}"
        for file in CLI.glob("*.py")
        if file.name != "printing.py"
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in _PRINTERS
    ]
    assert elsewhere == []


_PRINTERS = {"print", "click.echo", "click.secho", "sys.stdout.write", "sys.stderr.write"}
