import click
import pytest

from groundtrain.cli.colours import colouring_of

RED, GREEN, YELLOW = "\x1b[31m", "\x1b[32m", "\x1b[33m"


def coloured(line: str) -> str:
    return colouring_of(line)(line)


def test_a_rule_has_the_colour_of_its_severity() -> None:
    assert RED in coloured("  pallets.manifest:12 GT204 box from …: clip the box (fix GT204)")
    assert RED not in coloured("GT403 class-in-one-split: warning, 1 found")


def test_a_verdict_is_green_yellow_or_red() -> None:
    assert coloured("a.manifest: will train without 5 lines").startswith(GREEN)
    assert coloured("a.manifest: could train, but the gate is closed: …").startswith(YELLOW)
    assert coloured("a.manifest: will not train, because no line is JSON").startswith(RED)


def test_so_is_that_on_a_deployment() -> None:
    assert coloured("dev: nothing stands in the way").startswith(GREEN)
    assert coloured("dev: nothing stands in the way, with warnings").startswith(YELLOW)
    assert coloured("dev: something would fail, or could not be asked").startswith(RED)


def test_so_is_the_verdict_of_a_rehearsal() -> None:
    assert coloured("python train.py: went through its job").startswith(GREEN)
    assert coloured("python train.py: went through its job, with warnings").startswith(YELLOW)
    assert coloured("python train.py: would not train, because: nothing was read").startswith(RED)


def test_all_pieces_of_a_verdict_have_its_colour() -> None:
    colour = colouring_of("a.manifest: will not train, because: no line is JSON")
    assert colour("    no line is JSON").startswith(RED)


def test_a_failure_and_its_fix_are_labeled() -> None:
    assert coloured("groundtrain: there is no such file").startswith(RED)
    assert coloured("groundtrain: warning: validation is empty").startswith(YELLOW)
    assert "fix:" in coloured("    fix: check the path")


@pytest.mark.parametrize(
    "line", ["", "GT999 unknown", "  and 3 more", "x: will train", "  f:1 GT101 …", "groundtrain: no"]
)
def test_colours_change_no_letter(line: str) -> None:
    assert click.unstyle(coloured(line)) == line
