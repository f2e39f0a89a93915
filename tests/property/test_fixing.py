import copy
import json
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from groundtrain.errors import GroundtrainError
from groundtrain.linting.linter import check_manifest
from groundtrain.manifest.label_types.boxes.box_clipping import clip
from groundtrain.manifest.label_types.registry import LABEL_TYPES
from groundtrain.manifest.record_reader import RecordReader
from groundtrain.manifest.source import FileManifest
from groundtrain.record_keys import keys_of
from groundtrain.rules import RULES
from groundtrain.settings.dataset_settings import DatasetSettings
from groundtrain.settings.environment import Environment
from tests.manifest_lines import LABEL, box, dump, record
from tests.strategies import manifests

FIXES_ALL = Environment(name="local", region="", dataset=DatasetSettings(label=LABEL, fix=("GT",)))
LOOKS = Environment(name="local", region="", dataset=DatasetSettings(label=LABEL))
FIXABLE = {code for code, rule in RULES.items() if rule.fixable}


def fixed(lines: list[bytes], directory: Path, ending: bytes = b"\n") -> Path | None:
    path, output = directory / "output.manifest", directory / "fixed.manifest"
    path.write_bytes(ending.join(lines))
    try:
        check_manifest(FileManifest(path), FIXES_ALL, fix_into=output)
    except GroundtrainError:
        return None
    return output if output.exists() else None


@given(manifests)
def test_what_was_mended_needs_no_mending_again(lines: list[bytes]) -> None:
    with tempfile.TemporaryDirectory() as directory:
        if (output := fixed(lines, Path(directory), b"\r\n")) is not None:
            assert check_manifest(FileManifest(output), FIXES_ALL).fixed == {}


@given(manifests)
def test_mending_keeps_every_record_and_the_bytes_of_every_other_line(lines: list[bytes]) -> None:
    with tempfile.TemporaryDirectory() as directory:
        if (output := fixed(lines, Path(directory))) is None:
            return
        before = check_manifest(FileManifest(Path(directory, "output.manifest")), LOOKS).findings
        to_fix = {finding.line for finding in before if finding.code in FIXABLE}
        kept = [(i, line.rstrip(b"\r")) for i, line in enumerate(lines, 1) if line.strip()]
        for (number, old), new in zip(kept, output.read_bytes().split(b"\n")[:-1], strict=True):
            assert new == old or number in to_fix


WIDTH, HEIGHT = 640, 480
numbers = st.integers(-50, 700) | st.floats(-50, 700).map(lambda number: round(number, 2))
lengths = st.integers(-3, 200) | st.floats(-3, 200).map(lambda number: round(number, 2))
boxes_anywhere = st.lists(
    st.builds(box, st.just(0), numbers, numbers, lengths, lengths), min_size=1, max_size=6
)


def boxes_that_stand_out(boxes: list[dict[str, Any]]) -> set[int]:
    """Positions of the boxes that GT204 names and that its fix clips."""
    reader = RecordReader(keys_of(LABEL), LABEL_TYPES["groundtruth/object-detection"], frozenset({"GT204"}))
    findings = reader.read(1, dump(record("s3://bkt/a.jpg", *boxes, size=(WIDTH, HEIGHT)))).findings
    clippable = (finding for finding in findings if not finding.fix)
    return {int(finding.path.partition("[")[2].partition("]")[0]) for finding in clippable}


@given(boxes_anywhere)
def test_clipping_moves_no_edge_that_is_inside_and_touches_no_other_box(boxes: list[dict[str, Any]]) -> None:
    label = record("s3://bkt/a.jpg", *copy.deepcopy(boxes), size=(WIDTH, HEIGHT))[LABEL]
    clip(label, {})
    outside = boxes_that_stand_out(boxes)
    for number, (old, new) in enumerate(zip(boxes, label["annotations"], strict=True)):
        if number not in outside:
            assert json.dumps(new) == json.dumps(old)
            continue
        for start, length, limit in (("left", "width", WIDTH), ("top", "height", HEIGHT)):
            assert new[start] == max(old[start], 0)
            assert abs(new[start] + new[length] - min(old[start] + old[length], limit)) < 1e-9
            assert new[length] > 0
