"""What the documents show is what happens: each console sample runs, each JSON sample parses.

A console block holds commands (`$ groundtrain …`) and, below each, what it prints on both streams;
a line `…` stands for any lines. Samples run in a copy of docs/examples; `$ echo $?` shows an exit code.
"""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.waiting import PATIENCE

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")])
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ONE_WAY = {"from-labels-to-a-model.md", "without-ground-truth.md"}
WITH_PROGRAMS = {  # run by tests of their own
    "own-image.md",  # tests/unit/rehearsal/test_own_image_page.py
    "detector.md",  # tests/detector/test_detector_page.py, with torch
}
COMMAND = Path(sys.executable).with_name("groundtrain")


class Block(NamedTuple):
    document: Path
    number: int
    text: str


def blocks(language: str) -> list[Block]:
    return [
        Block(document, number, match[2])
        for document in DOCUMENTS
        for number, match in enumerate(BLOCK.finditer(document.read_text("utf-8")), 1)
        if match[1] == language
    ]


def samples() -> list[Block]:
    """Console blocks; those of a page that goes one way from top to bottom are one sample."""
    one_way = [block for block in blocks("console") if block.document.name in ONE_WAY]
    pages = {block.document: "" for block in one_way}
    for block in one_way:
        pages[block.document] += block.text
    others = [
        block
        for block in blocks("console")
        if block.document not in pages and block.document.name not in WITH_PROGRAMS
    ]
    return [*others, *(Block(document, 1, text) for document, text in pages.items())]


def name(block: Block) -> str:
    return f"{block.document.name}-{block.number}"


def steps(text: str) -> Iterator[tuple[str, list[str]]]:
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, _, output = part.partition("\n")
        yield command, output.rstrip("\n").split("\n") if output.strip() else []


def matches(expected: list[str], printed: list[str]) -> bool:
    pattern = "".join("(?:.*\n)*?" if line.strip() == "…" else re.escape(line) + "\n" for line in expected)
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in printed)) is not None


def run(command: str, folder: Path) -> tuple[int, list[str]]:
    program, *arguments = shlex.split(command, comments=True)
    assert program == "groundtrain", f"samples run groundtrain only, not {program}"
    result = subprocess.run(
        [COMMAND, *arguments],
        cwd=folder,
        env=os.environ | {"COLUMNS": "100", "NO_COLOR": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    return result.returncode, [line.rstrip() for line in result.stdout.splitlines()]


@pytest.mark.parametrize("block", samples(), ids=name)
def test_a_console_sample_prints_what_the_document_shows(block, tmp_path):
    folder = tmp_path / "examples"
    shutil.copytree(ROOT / "docs" / "examples", folder)
    code = 0
    for command, expected in steps(block.text):
        if command == "echo $?":
            assert expected == [str(code)]
            continue
        if command.startswith("cat "):  # a file as it is shown
            (folder / command.removeprefix("cat ")).write_text("\n".join([*expected, ""]), "utf-8")
            continue
        code, printed = run(command, folder)
        assert matches(expected, printed), f"$ {command}\n" + "\n".join(printed)


@pytest.mark.parametrize("block", blocks("json"), ids=name)
def test_a_json_sample_is_json(block):
    json.loads(block.text)


def test_links_between_documents_lead_somewhere():
    broken = [
        f"{document.name}: {target}"
        for document in DOCUMENTS
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", document.read_text("utf-8"))
        if not (document.parent / target).exists()
    ]
    assert broken == []
