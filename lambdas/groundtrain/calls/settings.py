"""The settings of a call: those of a file or the defaults, with the options that it gives."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import asdict, replace

from groundtrain.calls.class_options import CLASS_OPTIONS
from groundtrain.errors import SettingsError, WrongCallError
from groundtrain.rules.selection import code_of, invalid_code_reason
from groundtrain.settings.class_table import ClassTable, class_mistakes
from groundtrain.settings.dataset_settings import DatasetSettings, invalid_shares_reason
from groundtrain.settings.environment import Environment
from groundtrain.settings.environment_file import load_environment
from groundtrain.settings.mistakes import explain_invalid_value
from groundtrain.settings.regular_expressions import invalid_pattern_reason
from groundtrain.training.settings_checks import training_mistakes

_OPTION = {"dataset.classes.rename": "--rename-class", "dataset.classes.drop": "--drop-class"}


def environment_of(settings: Path | None, **options: Any) -> Environment:
    """The settings file, or the defaults, with the options that were given in place of what it says.

    Raises:
        SettingsError: the settings file cannot be used.
        WrongCallError: an option has a value that cannot be.
    """
    environment = (
        load_environment(settings, training_mistakes) if settings else Environment(name="local", region="")
    )
    of_classes = {name: options.pop(name, None) for name in CLASS_OPTIONS}
    values = asdict(environment.dataset)
    values |= {name: value for name, value in options.items() if value not in (None, ())}
    try:
        dataset = msgspec.convert(values, DatasetSettings)
    except msgspec.ValidationError as error:
        mistake = explain_invalid_value(str(error), DatasetSettings, values)
        option = f"`--{re.split(r'[.[]', mistake.path)[0].replace('_', '-')}`"
        raise SettingsError(f"{option}: {mistake.seen}", fix=f"write another value for {option}") from error
    _refuse_impossible(dataset)
    classes = _with_class_options(dataset.classes, **of_classes)
    return replace(environment, dataset=replace(dataset, classes=classes))


def _refuse_impossible(dataset: DatasetSettings) -> None:
    for name in ("select", "ignore", "fix"):
        for code in getattr(dataset, name):
            if reason := invalid_code_reason(code, name):
                raise WrongCallError(f"`--{name}`: {reason}", fix="correct the code")
    if reason := invalid_shares_reason(dataset):
        raise WrongCallError(f"`--validation` and `--test`: {reason}", fix="lower one of them")
    if reason := invalid_pattern_reason(dataset.group_by or ""):
        raise WrongCallError(f"`--group-by`: {reason}", fix='write another, such as "(clip-[0-9]+)/"')
    if (dataset.verified_by is None) == bool(dataset.accepted):
        raise WrongCallError(
            "`--verified-by` says where the labels were verified, `--accepted NAME` which of its classes keep"
            " a record",
            fix="give both",
        )


def _with_class_options(
    table: ClassTable,
    rename_class: Mapping[str, str] | None = None,
    drop_class: tuple[str, ...] | None = None,
    emptied_records: Any = None,
) -> ClassTable:
    """The table with what options give in place of what it says."""
    given = {"rename": rename_class, "drop": drop_class, "emptied_records": emptied_records}
    changed = replace(table, **{key: value for key, value in given.items() if value})
    for mistake in class_mistakes(changed):
        raise WrongCallError(f"`{_OPTION[mistake.path]}`: {mistake.seen}", fix=mistake.fix)
    return changed


def codes_in(texts: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Codes of rules or of families of rules, and what was written for each.

    Args:
        texts: each one code in letters of any size, the name of a rule, or several with commas between.
    """
    written = tuple(code.strip() for text in texts for code in text.split(",") if code.strip())
    return tuple(code_of(code) or code.upper() for code in written), written
