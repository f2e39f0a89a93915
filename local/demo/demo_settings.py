"""The settings of the demonstration: those of environments/dev.toml, changed for small data."""

import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal

STAGE = "dev"
_SHARE = 0.2
_SMALL = {
    "dataset": {"validation": _SHARE},
    "training": {"overrides": {"object-detection": {"hyperparameters": {"mini_batch_size": 8}}}},
}
_OWN = {
    "gate": {
        "max_rejected": 0.5,
        "min_records": 2,
        "min_records_per_class": 0,
        "classes_in_both_splits": False,
    },
    "training": {"overrides": {"object-detection": {"hyperparameters": {"mini_batch_size": 1}}}},
}


Trigger = Literal["labeling-job", "upload", "both"]
UPLOADS = "manifests/"
_TRIGGERS: dict[Trigger, dict[str, Any]] = {
    "labeling-job": {},
    "upload": {"labeling": {"jobs": False, "uploads": [UPLOADS]}},
    "both": {"labeling": {"uploads": [UPLOADS]}},
}


def write_settings(
    template: Path,
    folder: Path,
    buckets: Iterable[str],
    *,
    own: bool,
    trigger: Trigger = "labeling-job",
    dataset: Mapping[str, str] | None = None,
    training: Mapping[str, Any] | None = None,
) -> str:
    """Write dev.toml into the folder and return its region.

    Args:
        template: the settings that are changed.
        folder: where to write.
        buckets: of the images.
        own: loosen the gate, for whatever data there is.
        trigger: what starts the pipeline.
        dataset: what [dataset] says beside its share for validation.
        training: tables that name another algorithm.
    """
    labeling = {"labeling": {"buckets": sorted(buckets), "create_bucket": True}}
    chosen = {"dataset": dict(dataset or {})}
    tables = tomllib.loads(template.read_text("utf-8"))
    for changes in (labeling, _SMALL, _OWN if own else {}, _TRIGGERS[trigger], chosen, training or {}):
        tables = _merge(tables, changes)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{STAGE}.toml").write_text("".join(_toml(tables, "")), "utf-8")
    return str(tables["region"])


def in_words(
    *, own: bool, trigger: Trigger, dataset: Mapping[str, str], training: str = ""
) -> tuple[str, ...]:
    """What differs from environments/dev.toml, for people."""
    gate = "".join(f", {key} = '{value}'" for key, value in dataset.items()) + (
        ", a wide gate" if own else ""
    )
    door = f", uploads = ['{UPLOADS}'] and no labeling jobs" if trigger == "upload" else ""
    differences = f"those of dev.toml, but a validation share of {_SHARE:.0%}, small batches{gate}{door}"
    return (differences, training) if training else (differences,)


def _merge(tables: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(tables)
    for key, value in changes.items():
        merged[key] = _merge(merged.get(key, {}), value) if isinstance(value, dict) else value
    return merged


def _toml(table: Mapping[str, Any], name: str) -> Iterable[str]:
    """TOML of a table; strings, numbers, booleans and lists of them are spelled as in JSON."""
    if name:
        yield f"\n[{name}]\n"
    for key, value in table.items():
        if not isinstance(value, dict):
            yield f"{_key(key)} = {json.dumps(value)}\n"
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _toml(value, f"{name}.{_key(key)}" if name else _key(key))


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else json.dumps(name)
