"""Files are links on a terminal, plain names elsewhere; a browser opens only for people who asked."""

import webbrowser
from pathlib import Path

import pytest

from groundtrain.cli import terminal as cli_terminal
from groundtrain.cli.links import open_page, print_file

HOSTILE = "\x1b]8;;http://elsewhere\x1b\\ \u202eme::"


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli_terminal, "is_terminal", lambda _: True)
    monkeypatch.setenv("TERM", "xterm")


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    pages: list[str] = []
    monkeypatch.setattr(webbrowser, "open", lambda page: pages.append(page) or len(pages) < 2)
    return pages


def test_on_a_terminal_the_name_is_a_link_to_the_whole_path(
    terminal: None, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    print_file("Look at it:", Path("a b.html"))
    link = f"\x1b]8;;file://{tmp_path}/a%20b.html\x1b\\a b.html\x1b]8;;\x1b\\"
    assert capsys.readouterr().out == f"Look at it: {link}\n"


def test_elsewhere_it_is_a_name(capsys: pytest.CaptureFixture[str]) -> None:
    print_file("Look at it:", Path("demo/report.html"))
    assert capsys.readouterr().out == "Look at it: demo/report.html\n"


def test_a_terminal_that_moves_no_cursor_has_no_links(
    terminal: None, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "dumb")
    print_file("Look at it:", Path("a.html"))
    assert "\x1b" not in capsys.readouterr().out


def test_a_hostile_name_makes_no_link_of_its_own(terminal: None, capsys: pytest.CaptureFixture[str]) -> None:
    print_file("Look at it:", Path(HOSTILE))
    out = capsys.readouterr().out
    assert out.count("\x1b]8;;") == 2
    assert "\u202e" not in out
    assert out.count("file://") == 1


def test_a_page_is_opened_for_a_person_at_a_terminal(
    terminal: None, opened: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    open_page(tmp_path / "a.html")
    assert opened == [f"file://{tmp_path}/a.html"]
    assert capsys.readouterr().err == ""
    open_page(tmp_path / "a.html")
    assert "No browser was found" in capsys.readouterr().err


def test_no_page_is_opened_where_nobody_looks(
    opened: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    open_page(tmp_path / "a.html")
    assert opened == []
    assert "No browser was opened" in capsys.readouterr().err
