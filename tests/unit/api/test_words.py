"""Advice as a caller of a function can follow it."""

import pytest

from groundtrain.api.words import PythonCall

CHECK = PythonCall(
    options={
        "purpose": "",
        "settings": "",
        "split": "",
        "fix": "several",
        "take": "several",
        "overlap": "",
        "override_gate": "switch",
        "images": "",
        "sample": "",
        "output": "",
        "rename_class": "",
        "validation": "",
    },
    fix='fix=["{}"], output=FILE',
)
WITH_FILE, MERGE = PythonCall(settings="dev.toml"), PythonCall(options={"take": "several"})


@pytest.mark.parametrize(
    ("reader", "advice", "words"),
    [
        (CHECK, "name it by `--for`", "name it by purpose="),
        (CHECK, "add `--output FILE`", "add output=FILE"),
        (CHECK, "`--output 'my file'` would overwrite it", 'output="my file" would overwrite it'),
        (CHECK, "add `--overlap unite --take a --take 'b c'`", 'add overlap="unite", take=["a", "b c"]'),
        (CHECK, "a sample (`--sample 1000`)", "a sample (sample=1000)"),
        (CHECK, "all the same with `--override-gate`", "all the same with override_gate=True"),
        (CHECK, "`--workers 1` needs less", "--workers 1 needs less"),
        (CHECK, r"`--take $'a\x1b'` is odd", r"--take $'a\x1b' is odd"),
        (CHECK, "`--take 'a` is odd", "--take 'a is odd"),
        (CHECK, 'label more, or set `dataset.split = "stratified"`', 'label more, or add split="stratified"'),
        (CHECK, "lower `dataset.validation`", "lower validation="),
        (CHECK, 'set `dataset.classes.rename = { "a b" = "c" }`', 'add rename_class={"a b": "c"}'),
        (CHECK, "clip the box (fix GT204)", 'clip the box (fix=["GT204"], output=FILE)'),
        (CHECK, "lower `gate.min_records`", "lower min_records in [gate] of a settings file (settings=)"),
        (WITH_FILE, "clip it (fix GT204)", 'clip it (fix = ["GT204"] in [dataset] of dev.toml)'),
        (MERGE, "lower `gate.min_records`", "lower min_records in [gate] of a settings file"),
        (CHECK, "label it again", "label it again"),
    ],
)
def test_options_are_keyword_arguments(reader: PythonCall, advice: str, words: str) -> None:
    assert reader.worded(advice) == words
