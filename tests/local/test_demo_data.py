import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from groundtrain.errors import GroundtrainError, LabelAttributeError, ManifestError
from groundtrain.settings.environment_file import load_environment
from groundtrain.training.settings_checks import training_mistakes
from local.cdk import ROOT
from local.demo.choice import Choice
from local.demo.demo_settings import write_settings
from local.demo.own_manifest import own_manifest
from local.demo.run import run_demo
from local.demo.street_scenes import CLASSES, HEIGHT, WIDTH, street_scenes
from local.demo.workspace import DirectoryTakenError, fresh_workspace, only_demo_in

TEMPLATE = ROOT / "environments" / "dev.toml"


def a_line(**replaced: Any) -> dict[str, Any]:
    metadata = {"type": "groundtruth/object-detection", "class-map": {}, "objects": []}
    return {
        "source-ref": "s3://pictures/a/b.jpg",
        "boxes": {"annotations": [], "image_size": [{"width": 10, "height": 10, "depth": 3}]},
        "boxes-metadata": metadata,
        **replaced,
    }


@pytest.fixture
def write(tmp_path: Path) -> Any:
    def write(*lines: dict[str, Any]) -> Path:
        path = tmp_path / "own.manifest"
        path.write_text("".join(json.dumps(line) + "\n" for line in lines))
        return path

    return write


def test_street_scenes_are_the_same_every_time(tmp_path: Path) -> None:
    one, other = (street_scenes(tmp_path / name) for name in ("one", "other"))
    assert one.manifest == other.manifest
    images = [
        [path.read_bytes() for path in sorted((tmp_path / name).iterdir())] for name in ("one", "other")
    ]
    assert images[0] == images[1]


def test_street_scenes_have_the_faults_of_real_jobs(tmp_path: Path) -> None:
    lines = [json.loads(line) for line in street_scenes(tmp_path).manifest.splitlines()]
    labels = [line["boxes"]["annotations"] for line in lines if "boxes" in line]
    boxes = [box for annotations in labels for box in annotations]
    sources = [line["source-ref"] for line in lines]
    assert sum("failure-reason" in line.get("boxes-metadata", {}) for line in lines) == 1
    assert sum(not any(key.startswith("boxes") for key in line) for line in lines) == 1
    assert (
        sum(box["left"] + box["width"] > WIDTH or box["top"] + box["height"] > HEIGHT for box in boxes) == 1
    )
    assert sum(box["class_id"] >= len(CLASSES) for box in boxes) == 1
    assert len(sources) - len(set(sources)) == 1
    assert any(not annotations for annotations in labels)
    assert any(isinstance(box["left"], float) for box in boxes)


def test_a_class_map_names_only_the_classes_of_its_image(tmp_path: Path) -> None:
    lines = [json.loads(line) for line in street_scenes(tmp_path).manifest.splitlines()]
    maps = {len(line["boxes-metadata"]["class-map"]) for line in lines if "boxes" in line}
    assert len(maps) > 1


def test_the_settings_differ_from_dev_only_where_they_must(tmp_path: Path) -> None:
    write_settings(TEMPLATE, tmp_path, ["street-scenes"], own=False)
    written, dev = (
        load_environment(tmp_path / "dev.toml", training_mistakes),
        load_environment(TEMPLATE, training_mistakes),
    )
    assert written.labeling.buckets == ("street-scenes",)
    assert written.gate == dev.gate
    assert written.training.instance_types == dev.training.instance_types


def test_an_upload_needs_no_labeling_jobs_and_has_the_label_that_was_chosen(tmp_path: Path) -> None:
    write_settings(TEMPLATE, tmp_path, ["pictures"], own=True, trigger="upload", dataset={"label": "boxes"})
    written = load_environment(tmp_path / "dev.toml", training_mistakes)
    assert (written.labeling.jobs, written.labeling.uploads) == (False, ("manifests/",))
    assert written.dataset.label == "boxes"


def test_an_own_manifest_gets_a_looser_gate(tmp_path: Path) -> None:
    write_settings(TEMPLATE, tmp_path, ["pictures"], own=True)
    assert load_environment(tmp_path / "dev.toml", training_mistakes).gate.min_records == 2


def test_images_are_taken_from_the_directory_and_made_up_where_it_has_none(
    tmp_path: Path, write: Any
) -> None:
    images = tmp_path / "images"
    images.mkdir()
    (images / "b.jpg").write_bytes(b"mine")
    data = own_manifest(write(a_line(), a_line(**{"source-ref": "s3://other/c.png"})), images, None)
    contents = {upload.key: upload.content for upload in data.uploads}
    assert contents["a/b.jpg"] == images / "b.jpg"
    assert isinstance(contents["c.png"], bytes)
    assert data.buckets == ("other", "pictures")


def test_a_key_that_points_out_of_the_directory_is_not_read(tmp_path: Path, write: Any) -> None:
    images = tmp_path / "images"
    images.mkdir()
    (tmp_path / "secret").write_bytes(b"secret")
    data = own_manifest(write(a_line(**{"source-ref": "s3://pictures/../secret"})), images, None)
    assert isinstance(data.uploads[0].content, bytes)


def test_a_bucket_that_cannot_exist_is_renamed_and_said_so(write: Any) -> None:
    data = own_manifest(write(a_line(**{"source-ref": "s3://DOC-EXAMPLE-BUCKET/a.jpg"})), None, None)
    assert data.buckets == ("doc-example-bucket",)
    assert b"s3://doc-example-bucket/a.jpg" in data.manifest
    assert "DOC-EXAMPLE-BUCKET" in data.notes[0]


def test_two_label_attributes_and_none_chosen_are_listed(write: Any) -> None:
    line = a_line()
    line |= {"more": line["boxes"], "more-metadata": line["boxes-metadata"]}
    with pytest.raises(LabelAttributeError, match=r"boxes.*more"):
        own_manifest(write(line), None, None)


@pytest.mark.parametrize(
    "content", [b"", b"\x1f\x8b\x00", b"[1, 2]", b"{\n", b"not json\n" * 3, b"[" * 10**5]
)
def test_a_file_that_is_no_manifest_is_refused_before_anything_is_deployed(
    tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "odd"
    path.write_bytes(content)
    with pytest.raises(ManifestError, match=f"^{path} (is|has)"):
        own_manifest(path, None, None)


def test_lines_without_a_label_are_left_to_the_pipeline(tmp_path: Path) -> None:
    path = tmp_path / "odd"
    path.write_text('{"source-ref": "s3://pictures/a.jpg"}\n')
    assert own_manifest(path, None, None).label == "label"


def test_a_missing_manifest_is_said_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(GroundtrainError, match="there is no such file"):
        own_manifest(tmp_path / "nothing", None, None)


def test_an_earlier_demonstration_is_replaced(tmp_path: Path) -> None:
    earlier = fresh_workspace(tmp_path / "demo")
    earlier.manifest.write_text("old")
    assert not fresh_workspace(tmp_path / "demo").manifest.exists()


def test_a_directory_of_someone_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("years of work")
    with pytest.raises(GroundtrainError, match="other files"):
        fresh_workspace(tmp_path)
    assert (tmp_path / "thesis.tex").exists()


def test_a_second_demonstration_in_a_directory_is_refused_and_the_first_keeps_its_files(tmp_path):
    with only_demo_in(tmp_path / "demo"):
        first = fresh_workspace(tmp_path / "demo")
        first.manifest.touch()
        with (
            pytest.raises(DirectoryTakenError, match=r"another demonstration is running.*another directory"),
            only_demo_in(tmp_path / "demo"),
        ):
            fresh_workspace(tmp_path / "demo")
        assert first.manifest.exists()
        with only_demo_in(tmp_path / "other"):
            assert fresh_workspace(tmp_path / "other").logs.is_dir()


HOLDS = """
import sys
from pathlib import Path
from local.demo.workspace import fresh_workspace, only_demo_in
with only_demo_in(Path(sys.argv[1])):
    print(fresh_workspace(Path(sys.argv[1])).manifest.write_text("of the first"), flush=True)
    sys.stdin.read()
"""


def test_another_process_is_refused_its_directory_until_it_is_gone_however_it_ends(tmp_path):
    root = tmp_path / "demo"
    command = [sys.executable, "-c", HOLDS, str(root)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as first:
        assert first.stdout.readline() == b"12\n"
        with pytest.raises(DirectoryTakenError, match="another demonstration"), only_demo_in(root):
            pass
        assert (root / "output.manifest").read_text() == "of the first"
        first.kill()
    with only_demo_in(root):
        assert not fresh_workspace(root).manifest.exists()


def test_a_demonstration_that_has_ended_leaves_its_directory_to_the_next(tmp_path):
    for _ in range(2):
        with only_demo_in(tmp_path / "demo"):
            fresh_workspace(tmp_path / "demo").manifest.touch()


def test_a_demonstration_locks_before_it_deletes(tmp_path, monkeypatch):
    monkeypatch.setattr("local.demo.run.cdk.require_tools", lambda **_: None)
    with only_demo_in(tmp_path / "demo"):
        mine = fresh_workspace(tmp_path / "demo")
        mine.manifest.touch()
        with pytest.raises(DirectoryTakenError, match="another demonstration is running"):
            run_demo(Choice(tmp_path / "demo"), None)
        assert mine.manifest.exists()
