"""What the commands say of the sides of a split."""

import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

Say = Callable[..., SimpleNamespace]


def test_convert_holds_back_a_share_for_test_and_says_so(say: Say) -> None:
    said = say("convert", "a.manifest", "--output", "d", "--test", "0.2")
    assert said.code == 0
    assert "  test         8  d/test.manifest" in said.out
    assert len(Path("d/test.manifest").read_bytes().splitlines()) == 8
    assert say("convert", "a.manifest", "--output", "d").code == 0
    assert not Path("d/test.manifest").exists(), "the directory is replaced as a whole"


def test_convert_in_json_names_the_test_side_only_where_there_is_one(say: Say) -> None:
    said = say("convert", "a.manifest", "--output", "d", "--test", "0.2", "--format", "json")
    assert json.loads(said.out)["test"] == 8
    said = say("convert", "a.manifest", "--output", "d", "--format", "json")
    assert "test" not in json.loads(said.out)


def test_convert_says_where_the_share_for_test_is_off(say: Say) -> None:
    said = say("convert", "a.manifest", "--output", "d", "--test", "0.05")
    assert "Test has " in said.out
    assert "where 5% was asked" in said.out


@pytest.mark.parametrize(
    ("shares", "told"),
    [
        (("--validation", "0.8", "--test", "0.2"), "validation 0.8 and test 0.2 leave nothing to train on"),
        (("--test", "1"), "--test"),
        (("--test", "-0.1"), "--test"),
        (("--test", "nan"), "nan is no number"),
        (("--test", "much"), "--test"),
    ],
)
def test_shares_that_cannot_be_are_refused(say: Say, shares: tuple[str, ...], told: str) -> None:
    said = say("convert", "a.manifest", "--output", "d", *shares)
    assert said.code == 2
    assert told in " ".join(said.err.split())


@pytest.mark.parametrize("value", ["1.0", "-0.5", "nan", '"0.1"', "0.95"])
def test_a_settings_file_with_an_impossible_share_is_refused_by_its_key(say: Say, value: str) -> None:
    Path("xx.toml").write_text(f'region = "eu-west-1"\n[dataset]\ntest = {value}\n', encoding="utf-8")
    said = say("check", "a.manifest", "--settings", "xx.toml")
    assert said.code == 2
    assert "dataset.test" in said.err


def test_check_counts_the_test_side_of_its_settings(say: Say) -> None:
    Path("xx.toml").write_text('region = "eu-west-1"\n[dataset]\ntest = 0.2\n', encoding="utf-8")
    said = say("check", "a.manifest", "--settings", "xx.toml", "--statistics")
    assert ", test 8, left out 0" in said.out
    said = say("check", "a.manifest", "--settings", "xx.toml", "--format", "json")
    assert json.loads(said.out)["test"] == 8
