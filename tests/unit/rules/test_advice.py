"""The same advice in words of each reader."""

import pytest

from groundtrain.rules.advice import DEPLOYED, Audience, option_words

CONVERT = Audience(options={"split": "--split {}", "fix": "--fix {}", "group_by": "--group-by {}"})
NO_OPTIONS, WITH_FILE, WITHOUT_SETTINGS = Audience(), Audience("dev.toml"), Audience(takes_settings=False)
RENAMING = Audience("dev.toml", options={"rename_class": "--rename-class {}"})
TABLE = '{ "big car" = "car", "VAN" = "car" }'
RENAME, SOMEWHERE = f"if so, set `dataset.classes.rename = {TABLE}`", "in [dataset.classes] of dev.toml"
STRATIFIED = 'label more, or set `dataset.split = "stratified"`'


@pytest.mark.parametrize(
    ("reader", "advice", "words"),
    [
        (CONVERT, STRATIFIED, "label more, or add --split stratified"),
        (
            NO_OPTIONS,
            STRATIFIED,
            'label more, or set split = "stratified" in [dataset] of a settings file (--settings)',
        ),
        (WITH_FILE, STRATIFIED, 'label more, or set split = "stratified" in [dataset] of dev.toml'),
        (
            DEPLOYED,
            STRATIFIED,
            'label more, or set split = "stratified" in [dataset] of the environment\'s settings',
        ),
        (CONVERT, "lower `gate.min_records`", "lower min_records in [gate] of a settings file (--settings)"),
        (WITHOUT_SETTINGS, "lower `gate.min_records`", "lower min_records in [gate] of a settings file"),
        (CONVERT, "correct it in `dataset.group_by`", "correct it in --group-by"),
        (CONVERT, "set `dataset.group_by = '^(.*)_[0-9]+$'`", "add --group-by '^(.*)_[0-9]+$'"),
        (CONVERT, "clip the box (fix GT204), or correct it", "clip the box (--fix GT204), or correct it"),
        (WITH_FILE, "clip the box (fix GT204)", 'clip the box (fix = ["GT204"] in [dataset] of dev.toml)'),
        (CONVERT, "label it again", "label it again"),
        (CONVERT, "take the newest: `--overlap newest`", "take the newest: --overlap newest"),
        (CONVERT, f"add {option_words(('--take', 'a b'), ('--take', 'c'))}", "add --take 'a b' --take c"),
        (CONVERT, f"add {option_words(('--take', 'a`b'))}", "add --take 'a`b'"),
        (RENAMING, RENAME, "if so, add --rename-class 'big car=car' --rename-class VAN=car"),
        (
            RENAMING,
            'set `dataset.classes.rename = { "a=b" = "a" }`',
            f'set rename = {{ "a=b" = "a" }} {SOMEWHERE}',
        ),
        (RENAMING, "correct `dataset.classes.drop`", "correct drop in [dataset.classes] of dev.toml"),
        (DEPLOYED, RENAME, f"if so, set rename = {TABLE} in [dataset.classes] of the environment's settings"),
    ],
)
def test_advice_names_what_its_reader_can_do(reader: Audience, advice: str, words: str) -> None:
    assert reader.worded(advice) == words
