import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groundtrain.dataset.overview import build_overview
from groundtrain.errors import ManifestError
from groundtrain.linting.linter import check_manifest
from groundtrain.manifest.label_types.sequences.sequence_file import LARGEST, SequenceFile, read_sequence
from groundtrain.manifest.source import FileManifest
from groundtrain.settings.environment import Environment
from tests.manifest_lines import good

BOX = {"left": 1, "top": 2, "width": 30, "height": 40, "label-category-attributes": {}}
CENTRE = {"center-x": 1.0, "center-y": 2.0, "center-z": 0.5, "length": 4, "width": 2, "height": 2}


def tracked(
    name: str = "car:1", class_id: Any = "0", object_id: str = "3f", **changes: Any
) -> dict[str, Any]:
    return {**BOX, "class-id": class_id, "object-id": object_id, "object-name": name, **changes}


def frame(number: int, *items: Any) -> dict[str, Any]:
    return {"frame-no": str(number), "frame": f"{number:06}.jpg", "annotations": list(items)}


def tracking(*frames: Any) -> dict[str, Any]:
    return {"tracking-annotations": list(frames)}


class Labels:
    def __init__(self, directory: Path, content: Any, *, indent: int | None = None) -> None:
        path = directory / "SeqLabel.json"
        path.write_text(json.dumps(content, indent=indent), encoding="utf-8")
        self.source = FileManifest(path)

    @property
    def sequence(self) -> SequenceFile:
        found = read_sequence(self.source)
        assert found is not None
        return found

    @property
    def findings(self) -> list[tuple[str, str]]:
        return [(finding.code, finding.path) for finding in self.sequence.findings]


TWO_FRAMES = tracking(frame(0, tracked(), tracked("bus:1", "2", "5a")), frame(1, tracked()), frame(2))


@pytest.mark.parametrize("indent", [None, 4])
def test_frames_boxes_and_objects_are_counted(tmp_path: Path, indent: int | None) -> None:
    sequence = Labels(tmp_path, TWO_FRAMES, indent=indent).sequence
    assert sequence.type == "groundtruth/video-object-tracking"
    assert (sequence.frames, sequence.most, sequence.empty) == (3, 2, 1)
    assert sequence.items == {0: 2, 2: 1}
    assert sequence.frames_by_class == {0: 2, 2: 1}
    assert sequence.names == {0: "car", 2: "bus"}
    assert sequence.objects == {"3f": 0, "5a": 2}
    assert sequence.findings == []


def test_detections_have_no_objects(tmp_path: Path) -> None:
    item = {**BOX, "class-id": "1"}
    sequence = Labels(tmp_path, {"detection-annotations": [frame(0, item)]}).sequence
    assert (sequence.type, sequence.findings) == ("groundtruth/video-object-detection", [])
    assert sequence.statistics() == {"boxes": 1, "most_boxes": 1, "without_objects": 0, "objects": 0}


def test_lidar_and_cameras_are_read_together(tmp_path: Path) -> None:
    cloud = {"frame-number": 0, "frame-name": "0.pcd", "annotations": [{**tracked(class_id=0), **CENTRE}]}
    camera = {"frame-no": 0, "frame": "0.pcd", "annotations": [tracked(class_id=0)]}
    labels = Labels(tmp_path, {"lidar": tracking(cloud), "camera-0": tracking(camera)})
    assert labels.sequence.type == "groundtruth/point_cloud_object_tracking"
    assert (labels.sequence.frames, len(labels.sequence.objects)) == (2, 1)
    assert labels.findings == []


def test_a_box_at_the_edge_of_its_frame_is_no_fault(tmp_path: Path) -> None:
    assert Labels(tmp_path, tracking(frame(0, tracked(left=0, top=0)))).findings == []


FAULTS = [
    ("GT204", tracked(top=-1), ""),
    ("GT204", tracked(left=-3), ""),
    ("GT205", tracked(class_id="car"), ".class-id"),
    ("GT205", tracked(class_id=None), ".class-id"),
    ("GT205", {**BOX, "class-id": "0", "object-id": "3f", "width": "30"}, ".width"),
    ("GT205", {"class-id": "0"}, ""),
    ("GT205", {**BOX, "class-id": "0"}, ""),
    ("GT205", 17, ""),
    ("GT207", tracked(height=0), ""),
    ("GT238", tracked(class_id="999999999"), ""),
]


@pytest.mark.parametrize(("code", "item", "place"), FAULTS)
def test_a_fault_of_an_item_is_found_at_its_place(tmp_path: Path, code: str, item: Any, place: str) -> None:
    found = Labels(tmp_path, tracking(frame(0), frame(1, item))).findings
    assert found == [(code, f"$.tracking-annotations[1].annotations[0]{place}")]


def test_a_frame_that_is_there_twice_is_found(tmp_path: Path) -> None:
    found = Labels(tmp_path, tracking(frame(0), frame(1), frame(0))).findings
    assert found == [("GT401", "$.tracking-annotations[2]")]


def test_an_object_that_is_twice_on_a_frame_is_found(tmp_path: Path) -> None:
    found = Labels(tmp_path, tracking(frame(0, tracked(), tracked()))).findings
    assert found == [("GT239", "$.tracking-annotations[0].annotations[1]")]


def test_an_object_that_changes_its_class_is_found(tmp_path: Path) -> None:
    found = Labels(tmp_path, tracking(frame(0, tracked()), frame(1, tracked(class_id="1")))).findings
    assert found == [("GT240", "$.tracking-annotations[1].annotations[0]")]


def test_frames_that_are_no_list_are_found(tmp_path: Path) -> None:
    assert Labels(tmp_path, {"tracking-annotations": 3}).findings == [("GT205", "$.tracking-annotations")]


def test_another_file_is_no_sequence(tmp_path: Path) -> None:
    path = tmp_path / "other"
    for content in (b"", b"[]", b'{"a": 1}', *good(1), b"\xff", b"[" * 100_000):
        path.write_bytes(content)
        assert read_sequence(FileManifest(path)) is None
    assert read_sequence(FileManifest(tmp_path / "missing")) is None


def test_a_file_that_is_far_too_large_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "large"
    with path.open("wb") as file:
        file.truncate(LARGEST + 1)
    assert read_sequence(FileManifest(path)) is None


def test_inspect_takes_frames_for_records(tmp_path: Path) -> None:
    overview = build_overview(
        Labels(tmp_path, tracking(frame(0, tracked()), frame(1, tracked(left=-1)))).source
    )
    (label,) = overview.labels
    assert (overview.records, label.usable, label.findings) == (2, 1, {"GT204": 1})
    assert [(found.name, found.records, found.items) for found in label.classes] == [("car", 2, 2)]


def test_inspect_refuses_what_is_neither(tmp_path: Path) -> None:
    path = tmp_path / "other"
    path.write_bytes(b"[]")
    with pytest.raises(ManifestError, match="JSON array"):
        build_overview(FileManifest(path))


def test_check_lists_the_faults_of_a_sequence(tmp_path: Path) -> None:
    source = Labels(tmp_path, tracking(frame(0, tracked(width=-1)))).source
    check = check_manifest(source, Environment(name="local", region=""))
    assert check.verdict.kind == "will-not-train"
    assert "label file of one sequence" in check.verdict.because[0]
    assert (check.records, check.counts) == (1, {"GT207": 1})


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["annotations", "class-id", "width", "height", "left", "object-id", "frame"]),
            inner,
        )
    ),
    max_leaves=12,
)


@given(st.lists(values, max_size=4))
def test_any_frames_end_in_counts_and_findings(frames: list[Any]) -> None:
    with tempfile.TemporaryDirectory() as directory:
        sequence = Labels(Path(directory), tracking(*frames)).sequence
    assert sequence.frames == len(frames)
    assert sequence.items.total() <= str(frames).count("class-id")
