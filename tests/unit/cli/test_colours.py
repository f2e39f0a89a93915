import click
import pytest

from groundtrain.cli.commands.check import coloured

RED, GREEN, YELLOW = "\x1b[31m", "\x1b[32m", "\x1b[33m"


@pytest.fixture(autouse=True)
def colours_wanted(monkeypatch):
    monkeypatch.delenv("NO_COLOR", raising=False)


def test_a_rule_has_the_colour_of_its_severity():
    assert RED in coloured("  pallets.manifest:12 GT204 box from …: clip the box (fix GT204)")
    assert RED not in coloured("GT403 class-in-one-split: warning, 1 found")


def test_a_verdict_is_green_yellow_or_red():
    assert coloured("a.manifest: will train without 5 lines").startswith(GREEN)
    assert coloured("a.manifest: could train, but the gate is closed: …").startswith(YELLOW)
    assert coloured("a.manifest: will not train, because no line is JSON").startswith(RED)


@pytest.mark.parametrize("line", ["", "GT999 unknown", "  and 3 more", "x: will train", "  f:1 GT101 …"])
def test_colours_change_no_letter(line):
    assert click.unstyle(coloured(line)) == line


def test_no_color_is_respected(monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    assert coloured("GT204 box-outside-image: error, 1 found") == "GT204 box-outside-image: error, 1 found"
