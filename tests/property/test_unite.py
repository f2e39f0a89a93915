"""Labels of several jobs put together: none is lost uncounted, and the order of the files does not matter."""

import copy
import json
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from groundtrain.merging.merge_result import Merged
from tests.manifest_lines import LABEL, box, dump, record
from tests.merged import merge_lines, names_of_boxes

SOURCES = ["s3://bucket/a.jpg", "s3://bucket/b.jpg", "s3://bucket/c.jpg"]
DATES = ["2026-01-01T00:00:00", "2026-01-02T00:00:00", ""]
NAMES = ["car", "bus", "sign"]
PLACES = [0, 3, 10, 20, 0.5]
THRESHOLDS = st.sampled_from([None, 0.3, 0.5, 0.8, 1.0])

Line = dict[str, Any]
Job = list[Line]
Boxes = Counter[tuple[str, str, float, float]]


@st.composite
def jobs_of_boxes(draw: st.DrawFn) -> Job:
    """Each image at most once, with class ids of its own and boxes that often lie on each other."""
    ids = draw(st.permutations(range(5)))[: len(NAMES)]
    lines = []
    for source in draw(st.lists(st.sampled_from(SOURCES), min_size=1, unique=True)):
        kinds = draw(st.lists(st.sampled_from(range(len(NAMES))), max_size=5))
        boxes = [box(ids[i], draw(st.sampled_from(PLACES)), draw(st.sampled_from(PLACES))) for i in kinds]
        names = {str(ids[i]): NAMES[i] for i in sorted(set(kinds))}
        lines.append(record(source, *boxes, classes=names, **{"creation-date": draw(st.sampled_from(DATES))}))
    return lines


several = st.lists(jobs_of_boxes(), min_size=1, max_size=4)


def united(jobs: Sequence[Job], **more: Any) -> tuple[Merged, Job]:
    with tempfile.TemporaryDirectory() as directory:
        lines = [list(map(dump, job)) for job in jobs]
        told, written = merge_lines(Path(directory), *lines, overlap="unite", **more)
    return told, list(map(json.loads, written))


def boxes_of(lines: Sequence[Line]) -> Boxes:
    found: Boxes = Counter()
    for line in lines:
        for name, one in zip(names_of_boxes(dump(line)), line[LABEL]["annotations"], strict=True):
            found[line["source-ref"], name, one["left"], one["top"]] += 1
    return found


def counted(told: Merged) -> Counter[str]:
    return sum((Counter(one.taken_as_one) for one in told.manifests), Counter[str]())


def by_class(boxes: Boxes) -> Counter[str]:
    counts: Counter[str] = Counter()
    for (_, name, _, _), count in boxes.items():
        counts[name] += count
    return counts


@given(several, THRESHOLDS)
def test_all_boxes_are_there_but_those_counted(jobs: list[Job], iou_threshold: float | None) -> None:
    told, lines = united(jobs, iou_threshold=iou_threshold)
    every = sum(map(boxes_of, jobs), Boxes())
    assert boxes_of(lines) <= every
    assert by_class(every) == by_class(boxes_of(lines)) + counted(told)
    assert len(lines) == len({line["source-ref"] for job in jobs for line in job}) == told.records


@given(several)
def test_without_a_threshold_only_equal_boxes_are_one(jobs: list[Job]) -> None:
    _, lines = united(jobs)
    most: Boxes = Counter()
    for job in jobs:
        most |= boxes_of(job)
    assert boxes_of(lines) == most


@given(several, THRESHOLDS, st.randoms())
def test_the_order_of_the_files_changes_no_box(
    jobs: list[Job], iou_threshold: float | None, random: Any
) -> None:
    shuffled = random.sample(jobs, len(jobs))
    one, other = (united(order, iou_threshold=iou_threshold) for order in (jobs, shuffled))
    assert boxes_of(one[1]) == boxes_of(other[1])
    assert counted(one[0]) == counted(other[0])
    assert one[0].united == other[0].united


@given(several, THRESHOLDS, st.integers(0, 3))
def test_a_job_that_is_in_it_already_adds_nothing(
    jobs: list[Job], iou_threshold: float | None, number: int
) -> None:
    _, lines = united(jobs, iou_threshold=iou_threshold)
    again, more = united([lines, lines], iou_threshold=iou_threshold)
    assert more == lines
    assert counted(again) == by_class(boxes_of(lines))
    _, with_job = united([lines, jobs[number % len(jobs)]])
    assert boxes_of(with_job) == boxes_of(lines) | boxes_of(jobs[number % len(jobs)])


@given(several, THRESHOLDS)
def test_every_box_has_an_entry_in_the_metadata_and_a_class_of_the_manifest(
    jobs: list[Job], iou_threshold: float | None
) -> None:
    told, lines = united(jobs, iou_threshold=iou_threshold)
    for line in lines:
        metadata = line[f"{LABEL}-metadata"]
        assert len(metadata["objects"]) == len(line[LABEL]["annotations"])
        assert all(told.classes[int(i)] == name for i, name in metadata["class-map"].items())


@given(st.lists(jobs_of_boxes(), min_size=2, max_size=3))
def test_attributes_of_one_file_are_united_like_files(jobs: list[Job]) -> None:
    """Lines that have the labels of all jobs, each under its own attribute."""
    lines: dict[str, Line] = {}
    for number, job in enumerate(copy.deepcopy(jobs)):
        for line in job:
            named = {key.replace(LABEL, f"job{number}"): value for key, value in line.items()}
            lines.setdefault(line["source-ref"], {}).update(named)
    names = [f"job{number}" for number in range(len(jobs))]
    told, written = united([list(lines.values())], take=names, label=LABEL)
    files, from_files = united(jobs)
    assert boxes_of(written) == boxes_of(from_files)
    assert counted(told) == counted(files)
