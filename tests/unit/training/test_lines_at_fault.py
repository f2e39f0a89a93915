import json

import pytest

from groundtrain.training.results.failure_reasons import explain
from groundtrain.training.results.lines_at_fault import MOST, Search, find_lines_at_fault


def a_line(number, boxes=1, **changes):
    label = {"annotations": [{"class_id": 0}] * boxes}
    return {"source-ref": f"s3://yard/{number}.jpg", "boxes": label, **changes}


def lines_at_fault_of(reason, *records):
    known = explain(reason)
    lines = [
        (i, line if isinstance(line, bytes) else json.dumps(line).encode())
        for i, line in enumerate(records, 1)
    ]
    search = Search(reason, ("source-ref", "boxes"))
    return find_lines_at_fault(known.finder, search, "train.manifest", lines)


def test_a_label_that_is_too_long_points_to_the_fullest_image():
    (found,) = lines_at_fault_of(
        "Invalid parameter value 'label_width'", a_line(1, 3), a_line(2, 80), a_line(3, 9)
    )
    assert (found.line, found.source) == (2, "s3://yard/2.jpg")
    assert str(found) == (
        "train.manifest, line 2: s3://yard/2.jpg: 80 boxes, the most in this manifest;"
        " they need a label_width of 402"
    )


@pytest.mark.parametrize(
    "reason",
    [
        "Data download failed for s3://yard/2.jpg: AccessDenied",
        'NoSuchKey: "s3://yard/2.jpg" does not exist.',
        "AccessDenied (403): s3://yard/2.jpg.",
    ],
)
def test_an_object_that_could_not_be_read_points_to_its_records(reason):
    found = lines_at_fault_of(reason, a_line(1), a_line(2), a_line(2), a_line(22))
    assert [one.line for one in found] == [2, 3]


def test_attributes_that_do_not_match_point_to_the_lines_without_them():
    reason = "Got empty batch from pipe: AttributeNames"
    (found,) = lines_at_fault_of(reason, a_line(1), {"source-ref": "s3://yard/2.jpg"}, a_line(3))
    assert (found.line, found.message) == (2, "there is no boxes")


def test_a_pipe_that_timed_out_points_to_records_without_objects_and_blames_them_for_nothing():
    (found,) = lines_at_fault_of("SageMaker pipe channel timed out", a_line(1), a_line(2, 0))
    assert (found.line, found.message) == (2, "nothing is labeled on it, which alone is no fault")


def test_only_the_first_lines_at_fault_are_named():
    assert (
        len(lines_at_fault_of("SageMaker pipe channel timed out", *(a_line(n, 0) for n in range(9)))) == MOST
    )


def test_lines_that_are_no_records_are_passed_over():
    assert lines_at_fault_of("SageMaker pipe channel timed out", b"\xff{", b"[]", a_line(3)) == ()


@pytest.mark.parametrize("reason", ["CapacityError", "InternalServerError", "mini_batch_size"])
def test_where_the_data_is_not_to_blame_nothing_is_looked_for(reason):
    known = explain(reason)
    assert known is None or known.finder is None
