"""The table `[dataset.classes]` of a settings file: what it may say, and how it is written."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groundtrain.errors import SettingsError
from groundtrain.settings.class_table import ClassTable, rename_in_toml
from groundtrain.settings.environment import Environment
from groundtrain.settings.environment_file import dump_environment, load_environment, parse_environment
from groundtrain.training.settings_checks import training_mistakes


def load(directory: Path, table: str) -> Environment:
    path = directory / "dev.toml"
    path.write_text(f'region = "eu-west-1"\n[dataset.classes]\n{table}\n', "utf-8")
    return load_environment(path, training_mistakes)


def test_the_functions_receive_the_table(tmp_path: Path) -> None:
    environment = load(tmp_path, 'rename = { "Car" = "car", "VAN" = "car" }\ndrop = ["unsure"]')
    assert environment.dataset.classes == ClassTable({"Car": "car", "VAN": "car"}, ("unsure",))
    assert parse_environment(dump_environment(environment), training_mistakes) == environment


@pytest.mark.parametrize("table", ["", "drop = []", "rename = {}", 'emptied_records = "keep"'])
def test_a_table_that_changes_nothing_is_no_other_setting(table: str, tmp_path: Path) -> None:
    (tmp_path / "dev.toml").write_text('region = "eu-west-1"\n')
    without = load_environment(tmp_path / "dev.toml", training_mistakes)
    assert dump_environment(load(tmp_path, table)) == dump_environment(without)


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ('rename = { "a" = "b", "b" = "c" }', '"a" would become "b", which gets another name itself: '),
        ('rename = { "a" = "b", "b" = "c" }', 'the name that it is to have in the end: "a" = "c"'),
        ('rename = { "a" = "b", "b" = "a" }', '"a" would become "b", which gets another name itself: '),
        ('rename = { "a" = "b", "b" = "c", "c" = "a" }', '"a" would become "b", which gets another name'),
        ('rename = { "a" = "a" }', '"a" would get the name that it has: leave it out'),
        ('rename = { "a" = "b" }\ndrop = ["a"]', '"a" is to be dropped as well: do one of the two'),
        ('rename = { "a" = "b" }\ndrop = ["b"]', '"a" would become "b", which is to be dropped: drop "a"'),
        ('rename = { "" = "a" }', "classes.rename: a name in which nothing is visible: write the whole name"),
        ('rename = { "a" = "\\u200b" }', "dataset.classes.rename: a name in which nothing is visible"),
        ('drop = [" "]', "dataset.classes.drop: a name in which nothing is visible"),
        ('drop = ["a", "a"]', 'dataset.classes.drop: "a" is there twice: name it once'),
        ('rename = { "a" = 5 }', "dataset.classes.rename[...]: expected a text, got a whole number"),
        ("drop = [5]", "dataset.classes.drop[0]: expected a text, got a whole number"),
        ('drop = "a"', "dataset.classes.drop: expected a list, got a text"),
        ('rename = ["a"]', "dataset.classes.rename: expected an object, got a list"),
        ('emptied_records = "no"', "dataset.classes.emptied_records: 'no' is not one of drop, keep"),
        ('dropp = ["a"]', 'the table [dataset.classes] has no key "dropp": the nearest is drop'),
    ],
)
def test_names_that_cannot_be_are_refused_in_words(table: str, reason: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as refusal:
        load(tmp_path, table)
    assert reason in str(refusal.value)


@given(st.dictionaries(st.text(), st.text(), min_size=1, max_size=4))
def test_any_names_are_read_back_from_what_is_written_for_a_settings_file(rename: dict[str, str]) -> None:
    written = rename_in_toml(rename)
    assert tomllib.loads(f"rename = {written}") == {"rename": rename}
    assert written.isprintable()
    assert "`" not in written


def test_letters_that_are_composed_otherwise_can_be_told_apart() -> None:
    assert rename_in_toml({"Mu\u0308ll": "Müll"}) == '{ "Mu\\u0308ll" = "Müll" }'
