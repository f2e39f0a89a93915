import importlib
from pathlib import Path

import pytest

from benchmarks import engine, existence, growth, loops
from benchmarks.__main__ import BENCHMARKS
from benchmarks.manifests import OF_BOXES, SHAPES, write_manifest
from groundtrain.cli.application import run
from groundtrain.rules import RULES

LINES = 700


def converted(shape: str, root: Path) -> tuple[Path, dict[str, int]]:
    """Where groundtrain's dataset of such a manifest is, and what was found on its lines."""
    manifest, into = root / "output.manifest", root / "ours"
    write_manifest(manifest, LINES, shape)
    arguments = engine.command(engine.GROUNDTRAIN, shape, manifest, into)[1:]
    assert run(arguments) == 0
    return into, engine.counts(into)["findings"]


@pytest.mark.parametrize("shape", OF_BOXES)
def test_a_plain_loop_comes_to_the_same_dataset(shape: str, tmp_path: Path) -> None:
    ours, _ = converted(shape, tmp_path)
    theirs = engine.fresh(tmp_path / "theirs")
    loops.same_work(shape, tmp_path / "output.manifest", theirs)
    engine.refuse_differences(theirs, ours)


def test_a_difference_is_refused(tmp_path: Path) -> None:
    ours, _ = converted("faults", tmp_path)
    theirs = engine.fresh(tmp_path / "theirs")
    loops.same_work("faults", tmp_path / "output.manifest", theirs)
    rejected = theirs / "rejected.jsonl"
    rejected.write_bytes(rejected.read_bytes().replace(b"GT204", b"GT205", 1))
    with pytest.raises(SystemExit, match="came to"):
        engine.refuse_differences(theirs, ours)


@pytest.mark.parametrize("shape", SHAPES)
def test_only_the_faulty_shapes_have_findings_on_lines(shape: str, tmp_path: Path) -> None:
    _, findings = converted(shape, tmp_path)
    on_lines = {code for code in findings if not RULES[code].whole_file}
    assert len(on_lines) == {"warnings": 2, "faults": 14}.get(shape, 0)


@pytest.mark.parametrize("case", growth.CASES, ids=lambda case: case.name)
def test_wide_manifests_are_read(case: growth.Case, tmp_path: Path) -> None:
    manifest = tmp_path / "output.manifest"
    case.write(manifest, 3)
    assert run(growth.arguments(case, manifest, tmp_path / "out")) in (0, 1)


@pytest.mark.parametrize("name", BENCHMARKS)
def test_every_benchmark_can_be_run_by_its_name(name: str) -> None:
    assert callable(importlib.import_module(f"benchmarks.{name}").run)


def test_dense_keys_are_found_in_two_hundred_requests() -> None:
    bucket, _ = existence.ask(existence.KEYS, 1)
    assert bucket.lists + bucket.heads <= 200
