"""A tool that knows what was meant does it, or says it; what is near by chance is not named."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import click
import pytest

from groundtrain.closest_spelling import nearest
from groundtrain.rules import RULES
from groundtrain.rules.selection import code_of, no_such_rule
from tests.command_tree import commands

Say = Callable[..., SimpleNamespace]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        ("chekc a.manifest", "did you mean groundtrain check?"),
        ("validate a.manifest", "did you mean groundtrain check?"),
        ("qqqq", "there are check, convert, inspect"),
        ("a.manifest", "name a command first, such as groundtrain check a.manifest"),
        ("import s3manifest", "did you mean groundtrain import s3-manifest?"),
        ("check a.manifest --imges full", "did you mean --images?"),
        (
            "check a.manifest --split stable",
            "groundtrain check has no such option; groundtrain convert and report have",
        ),
        ("convert a.manifest --images list", "groundtrain check, inspect and demo have"),
        ("import tfrecord", "there are coco, "),
        ("check a.manifest --json", "write --format json"),
        ("check --fix a.manifest", "put --fix after the manifest, or write --fix=CODES"),
        ("check --select a.manifest", "put the manifest before --select"),
        ("convert --fix a.manifest --output o", "put --fix after the manifest"),
        ("check a.manifest --select GT999", "the families are GT1 to GT8"),
        ("check a.manifest --select GT299", "those of GT2 are GT201 to GT2"),
        ("rule GT299", "groundtrain rule GT2 lists them"),
        ("rule GT2O4", "the nearest is GT204 (box-outside-image)"),
        ("rule box-outside-imgae", "the nearest is GT204 (box-outside-image)"),
        ("rule outside-box", "the nearest is GT204 (box-outside-image)"),
        ("rule qqqq", "there is no rule qqqq; groundtrain rule lists them all"),
    ],
)
def test_what_was_probably_meant_is_said(say: Say, call: str, words: str) -> None:
    said = say(*call.split())
    assert (said.code, said.out) == (2, "")
    assert words in said.err


@pytest.mark.parametrize("written", ["box-outside-image", "BOX-OUTSIDE-IMAGE", "box outside image", "gt204"])
def test_a_rule_is_shown_by_its_name(say: Say, written: str) -> None:
    said = say("rule", written)
    assert said.code == 0
    assert said.out.startswith("GT204 box-outside-image: error")


@pytest.mark.parametrize("option", ["--select", "--ignore"])
def test_rules_are_chosen_by_their_names_as_by_their_codes(say: Say, option: str) -> None:
    by_name = say("check", "a.manifest", option, "box-outside-image", "--format", "json")
    assert by_name.code == 0
    assert by_name.out == say("check", "a.manifest", option, "GT204", "--format", "json").out


def test_every_command_is_found_with_two_letters_swapped(say: Say) -> None:
    for first, *_ in commands():
        swapped = first[:1] + first[2:3] + first[1:2] + first[3:]
        assert f"did you mean groundtrain {first}?" in say(swapped).err


def test_every_rule_is_found_with_a_letter_missing() -> None:
    for code, rule in RULES.items():
        assert f"({rule.name})" in no_such_rule(rule.name[:-1]), code
        assert code_of(rule.name) == code


def test_nothing_is_near_by_chance() -> None:
    assert nearest("xx-nowhere-1", ["eu-west-1", "us-east-1"]) == ""
    assert nearest("gt" * 50_000, RULES) == ""


def test_a_file_is_no_code_even_in_large_letters(say: Say) -> None:
    Path("GT.manifest").touch()
    assert "GT.manifest is no code" in say("check", "--fix", "GT.manifest").err


def test_an_option_means_one_thing_in_all_commands() -> None:
    """But for --labels, a table that import reads and export writes, and --predictions, which report takes
    from a file and Label Studio's readers from the tasks themselves."""
    kinds: dict[str, set[str]] = {}
    for command in commands().values():
        for option in command.params:
            for name in option.opts if not getattr(option, "hidden", False) else ():
                kind = "path" if isinstance(option.type, click.Path) else type(option.type).__name__
                kind += ", or alone" if isinstance(getattr(option, "flag_value", None), str) else ""
                kinds.setdefault(name, set()).add(kind)
    assert {name: kind for name, kind in kinds.items() if len(kind) > 1 and name.startswith("--")} == {
        "--labels": {"path", "StringParamType"},
        "--predictions": {"StringParamType", "BoolParamType"},
    }


def test_fix_alone_applies_all_safe_fixes_in_every_command_that_has_it(say: Say) -> None:
    made = say("convert", "a.manifest", "--fix", "--output", "d")
    assert made.code == 0, made.err
