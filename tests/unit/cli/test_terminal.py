"""What people see on a terminal of any width, and what a pipe gets: the same words."""

import re
import threading
from collections.abc import Callable
from pathlib import Path

import click
import pytest

from groundtrain.cli import progress_bar
from groundtrain.cli.commands import redrive
from groundtrain.cli.wrapping import columns_of
from tests.command_tree import Words, commands
from tests.terminal import run_on_terminal
from tests.unit.cli.conftest import Say
from tests.unit.cli.test_hostile_text import CALLS, said_of

__all__ = ["said_of"]

WIDTHS = (40, 80, 200)
MOVING = {("demo",)}  # seconds are shown
PATH = "a folder"
LINK = re.compile("\x1b]8;;.*?\x1b\\\\")  # where a link leads takes no column


@pytest.fixture(autouse=True)
def usual_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")


def words_of(text: str) -> list[str]:
    return click.unstyle(text).split()


def is_unbroken(line: str) -> bool:
    """Whether it is one word, or a command, with what stands before it."""
    text = line.strip()
    return " " not in text or bool(re.match(r"[(\"']?(groundtrain|aws|make|cdk) ", text))


@pytest.mark.parametrize("words", [one for one in commands() if one not in MOVING], ids="-".join)
def test_a_command_says_the_same_words_at_any_width(
    said_of: Callable[[str], Say], monkeypatch: pytest.MonkeyPatch, words: Words
) -> None:
    piped = said_of(PATH)(*words, *CALLS[words](PATH, "form"))
    expected = sorted(words_of(piped.out + piped.err))
    for width in WIDTHS:
        form = f"{width:04}"
        shown = run_on_terminal([*words, *CALLS[words](PATH, form)], width)
        assert sorted(words_of(shown.replace(form, "form"))) == expected, width


@pytest.mark.parametrize("words", commands(), ids="-".join)
def test_no_line_is_wider_than_the_terminal_but_for_what_is_to_be_copied(
    said_of: Callable[[str], Say], words: Words
) -> None:
    said_of(PATH)
    for width in WIDTHS:
        shown = click.unstyle(run_on_terminal([*words, *CALLS[words](PATH, f"{width:04}")], width))
        wide = [line for line in shown.splitlines() if columns_of(LINK.sub("", line)) > width]
        assert [line for line in wide if not is_unbroken(line)] == [], width


@pytest.mark.parametrize("words", commands(), ids="-".join)
def test_help_fits_a_narrow_terminal(say: Say, words: Words) -> None:
    """But for options, their values, and the example, which are not broken."""
    shown = run_on_terminal([*words, "--help"], 48)
    wide = [line for line in shown.splitlines() if len(line) > 48]
    assert [line for line in wide if not is_unbroken(line) and not line.strip().startswith("-")] == []


LAST = {
    ("check",): "in.manifest: ",
    ("convert",): "; the gate is ",
    ("inspect",): "in.manifest: ",
    ("redrive",): "1 dead letter. ",
}


@pytest.mark.parametrize(
    "words",
    [one for one in commands() if one in LAST or one[0] in ("merge", "import", "export")],
    ids="-".join,
)
def test_the_last_line_can_be_quoted(said_of: Callable[[str], Say], words: Words) -> None:
    said_of(PATH)
    shown = click.unstyle(run_on_terminal([*words, *CALLS[words](PATH, "form")], 2000))
    assert LAST.get(words, f"{PATH}/") in shown.splitlines()[-1]


def test_of_several_manifests_the_last_line_counts_the_verdicts(say: Say) -> None:
    Path("b.manifest").write_text("[]\n")
    out = say("check", "a.manifest", "b.manifest", "a.manifest").out
    assert out.splitlines()[-1] == "3 manifests: 2 will train, 1 will not train"


def test_a_pipe_has_a_line_for_each_sentence(say: Say) -> None:
    Path("b.manifest").write_bytes(Path("a.manifest").read_bytes())
    said = say("check", "a.manifest", "b.manifest")
    assert len(said.err.splitlines()) == 1
    assert "\x1b" not in said.out


def test_a_command_within_a_sentence_is_in_one_line(say: Say) -> None:
    Path("b.manifest").write_bytes(Path("a.manifest").read_bytes())
    for width in WIDTHS:
        shown = run_on_terminal(["check", "a.manifest", "b.manifest"], width)
        assert "groundtrain merge a.manifest b.manifest --output FILE" in shown


@pytest.mark.parametrize(
    ("variables", "coloured"),
    [
        ({}, True),
        ({"NO_COLOR": "1"}, False),
        ({"NO_COLOR": ""}, True),
        ({"TERM": "dumb"}, False),
        ({"TERM": "dumb", "FORCE_COLOR": "1"}, True),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, False),
    ],
)
def test_colours_are_on_a_terminal_unless_they_are_not_welcome(
    say: Say, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], coloured: bool
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert ("\x1b[32m" in run_on_terminal(["check", "a.manifest"])) == coloured


def test_force_color_colours_a_pipe_but_no_document(say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[32m" in say("check", "a.manifest").out
    assert "\x1b[31m" in say("check", "no.manifest", "--settings", "none.toml").err
    for form in "json", "sarif", "github":
        said = say("check", "a.manifest", "--format", form)
        assert "\x1b" not in said.out + said.err


QUICK = {("rule",), ("local",), ("demo",)}  # local and demo tell each step


class Now(threading.Timer):
    """A timer whose time has come when it is started."""

    def start(self) -> None:
        self.function()

    def join(self, timeout: float | None = None) -> None:
        pass


@pytest.mark.parametrize("words", [one for one in commands() if one not in QUICK], ids="-".join)
def test_a_command_that_takes_a_while_shows_it(
    said_of: Callable[[str], Say], monkeypatch: pytest.MonkeyPatch, words: Words
) -> None:
    monkeypatch.setattr(redrive, "_redrive_all", lambda *_, **__: ([], []))
    monkeypatch.setattr(progress_bar, "SOON", 0)
    monkeypatch.setattr(threading, "Timer", Now)
    said_of(PATH)
    (Path(PATH) / "dev.toml").write_text('region = "eu-west-1"\n[labeling]\nuploads = ["in/"]\n')
    shown = run_on_terminal([*words, *CALLS[words](PATH, "form")])
    assert re.search("━|[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]", shown)
