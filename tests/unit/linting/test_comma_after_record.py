import json
from pathlib import Path

from groundtrain.linting.linter import check_manifest
from groundtrain.settings.dataset_settings import DatasetSettings
from groundtrain.settings.environment import Environment
from tests.manifest_lines import good, manifest_of

LINES = good(60)


def environment(*fix: str) -> Environment:
    return Environment(name="local", region="", dataset=DatasetSettings(fix=fix))


def test_a_comma_after_a_record_is_named_and_leaves_the_line_out(tmp_path: Path) -> None:
    check = check_manifest(
        manifest_of(tmp_path, LINES[0] + b",", LINES[1] + b" , ", *LINES[2:]), environment()
    )
    assert (check.counts, check.rejected) == ({"GT130": 2}, 2)


def test_the_fix_removes_the_comma_and_nothing_else(tmp_path: Path) -> None:
    source, fixed = manifest_of(tmp_path, *(line + b"," for line in LINES)), tmp_path / "fixed.manifest"
    check = check_manifest(source, environment("GT130"), fix_into=fixed)
    assert (str(check.verdict), check.fixed) == ("will train", {"GT130": 60})
    assert fixed.read_bytes().splitlines() == LINES


def test_a_comma_after_what_is_no_json_is_not_the_fault(tmp_path: Path) -> None:
    check = check_manifest(manifest_of(tmp_path, *LINES, b"{,"), environment())
    assert check.counts == {"GT101": 1}


def test_a_comma_after_a_label_without_metadata_is_fixed_as_well(tmp_path: Path) -> None:
    bare = [b'{"source-ref":"s3://acme/%d.jpg","class":%d},' % (i, i % 2) for i in range(60)]
    settings = DatasetSettings(label="class", fix=("GT130",))
    fixed = tmp_path / "fixed.manifest"
    check = check_manifest(
        manifest_of(tmp_path, *bare), Environment(name="local", region="", dataset=settings), fix_into=fixed
    )
    assert str(check.verdict) == "will train"
    assert all(map(json.loads, fixed.read_bytes().splitlines()))


def test_a_comma_after_a_record_without_the_label_is_told_beside_that(tmp_path: Path) -> None:
    check = check_manifest(
        manifest_of(tmp_path, *LINES, b'{"source-ref":"s3://acme/new.jpg"},'), environment()
    )
    assert (check.counts, check.rejected) == ({"GT130": 1, "GT201": 1, "GT410": 1}, 1)
