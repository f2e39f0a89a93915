import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

import orjson
import pytest

from benchmarks import existence
from benchmarks.contenders import groundtrain_convert, reference, reference_json
from benchmarks.contenders.outcome import Outcome
from benchmarks.manifests import write_manifest
from groundtrain.rules import RULES

WRITTEN = ("train.manifest", "validation.manifest", "rejected.jsonl")
REFERENCES: dict[str, Callable[[Path, Path], Outcome]] = {
    "json": partial(reference.run, reference_json.decode),
    "json-counting": partial(reference.run, reference.counting(json.loads)),
    "orjson": partial(reference.run, reference.counting(orjson.loads)),
}


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("benchmark") / "output.manifest"
    write_manifest(path, 2600)
    return path


@pytest.fixture
def with_other_files(manifest: Path, tmp_path: Path) -> Path:
    """With images that are named otherwise, some of them like another kind of file."""
    endings = [".jpg"] * 5 + [".webp", ".JSON", ".Jpeg", ""]
    lines = manifest.read_bytes().splitlines(keepends=True)
    path = tmp_path / "output.manifest"
    path.write_bytes(
        b"".join(
            line.replace(b".jpg", endings[number % len(endings)].encode())
            for number, line in enumerate(lines)
        )
    )
    return path


@pytest.mark.parametrize("name", REFERENCES)
def test_a_plain_loop_leaves_out_the_same_files(name: str, with_other_files: Path, tmp_path: Path) -> None:
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    outcome = groundtrain_convert.run(with_other_files, ours)
    assert outcome.reasons["GT125"] > 500
    assert REFERENCES[name](with_other_files, theirs) == outcome
    assert (theirs / "rejected.jsonl").read_bytes() == (ours / "rejected.jsonl").read_bytes()


@pytest.mark.parametrize("name", REFERENCES)
def test_a_plain_loop_comes_to_the_same_dataset(name: str, manifest: Path, tmp_path: Path) -> None:
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    assert REFERENCES[name](manifest, theirs) == groundtrain_convert.run(manifest, ours)
    for file in WRITTEN:
        assert (theirs / file).read_bytes() == (ours / file).read_bytes()


def test_the_manifest_has_faults_of_a_dozen_kinds(manifest: Path, tmp_path: Path) -> None:
    findings = groundtrain_convert.run(manifest, tmp_path).findings
    assert len(findings) >= 12
    assert findings.keys() <= RULES.keys()


def test_dense_keys_are_found_in_two_hundred_requests() -> None:
    bucket, _ = existence.ask(existence.KEYS, 1)
    assert bucket.lists + bucket.heads <= 200
