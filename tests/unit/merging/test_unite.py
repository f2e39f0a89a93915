"""Labels of several jobs on one record, put together."""

import json
from pathlib import Path
from typing import Any

import pytest

from groundtrain.errors import ManifestError
from tests.label_samples import labeled, mask
from tests.manifest_lines import LABEL, box, dump, record
from tests.merged import merge_lines, names_of_boxes

A, B = "s3://acme/a.jpg", "s3://acme/b.jpg"
OLD, NEW = {"creation-date": "2026-01-01T00:00:00"}, {"creation-date": "2026-02-01T00:00:00"}
CARS, SIGNS = {"0": "car"}, {"0": "sign"}


def under(label: str, line: dict[str, Any]) -> dict[str, Any]:
    return {key.replace(LABEL, label): value for key, value in line.items()}


def lefts(line: bytes, label: str = LABEL) -> list[tuple[str, float]]:
    boxes = json.loads(line)[label]["annotations"]
    return [(name, box["left"]) for name, box in zip(names_of_boxes(line, label), boxes, strict=True)]


def unite(tmp_path: Path, *jobs: list[dict[str, Any]], **more: Any) -> Any:
    return merge_lines(tmp_path, *[list(map(dump, job)) for job in jobs], overlap="unite", **more)


def test_the_boxes_of_two_jobs_are_on_one_line_by_the_names_of_their_classes(tmp_path: Path) -> None:
    cars = [record(A, box(left=1), classes=CARS, **OLD), record(B, box(left=2), classes=CARS)]
    merged, written = unite(tmp_path, cars, [record(A, box(left=3), box(left=4), classes=SIGNS, **NEW)])
    assert [lefts(line) for line in written] == [[("car", 2)], [("sign", 3), ("sign", 4), ("car", 1)]]
    assert merged.classes == ("car", "sign")
    assert (merged.records, merged.united) == (2, 1)
    assert [(one.taken, one.united, one.replaced) for one in merged.manifests] == [(1, 1, 0), (1, 0, 0)]
    assert merged.conflicts.get("different-labels") is None


def test_confidences_stay_with_their_boxes(tmp_path: Path) -> None:
    cars = record(A, box(left=1), classes=CARS, objects=[{"confidence": 0.5}], **NEW)
    signs = record(A, box(left=2), classes=SIGNS, objects=[{"confidence": 0.7}], **OLD)
    _, written = unite(tmp_path, [cars], [signs])
    metadata = json.loads(written[0])[f"{LABEL}-metadata"]
    assert metadata["objects"] == [{"confidence": 0.5}, {"confidence": 0.7}]
    assert metadata["class-map"] == {"0": "car", "1": "sign"}
    assert metadata["creation-date"] == NEW["creation-date"]


def test_boxes_without_confidence_beside_others_have_that_of_a_single_worker(tmp_path: Path) -> None:
    cars = record(A, box(left=1), box(left=9), classes=CARS, objects=[{"confidence": 0.5}], **NEW)
    signs = record(A, box(left=2), classes=SIGNS, objects=[{"confidence": 0.7}], **OLD)
    _, written = unite(tmp_path, [cars], [signs])
    metadata = json.loads(written[0])[f"{LABEL}-metadata"]
    assert metadata["objects"] == [{"confidence": 0}, {"confidence": 0}, {"confidence": 0.7}]


def test_equal_boxes_of_one_class_are_one_and_counted(tmp_path: Path) -> None:
    both = {"0": "car", "1": "sign"}
    old = record(A, box(left=1), box(left=2), box(1, left=1), classes=both, **OLD)
    merged, written = unite(tmp_path, [old], [record(A, box(left=1), classes=CARS, **NEW)])
    assert lefts(written[0]) == [("car", 1), ("car", 2), ("sign", 1)]
    assert [one.taken_as_one for one in merged.manifests] == [{"car": 1}, {}]


def test_boxes_of_one_class_that_share_enough_are_one_where_that_is_asked_for(tmp_path: Path) -> None:
    """Of 30 columns they share 20: 20 of 40 are half of what they cover."""
    both = {"0": "car", "1": "sign"}
    old = record(A, box(left=20), box(1, left=20), classes=both, **OLD)
    new = record(A, box(left=10), classes=CARS, **NEW)
    apart, _ = unite(tmp_path, [old], [new], iou_threshold=0.51)
    assert [one.taken_as_one for one in apart.manifests] == [{}, {}]
    merged, written = unite(tmp_path, [old], [new], iou_threshold=0.5)
    assert lefts(written[0]) == [("car", 10), ("sign", 20)]
    assert [one.taken_as_one for one in merged.manifests] == [{"car": 1}, {}]


def test_a_box_is_the_same_as_one_box_of_another_job_that_shares_most(tmp_path: Path) -> None:
    old = record(A, box(left=12), box(left=11), classes=CARS, **OLD)
    merged, written = unite(
        tmp_path, [old], [record(A, box(left=10), classes=CARS, **NEW)], iou_threshold=0.5
    )
    assert lefts(written[0]) == [("car", 10), ("car", 12)]
    assert merged.manifests[0].taken_as_one == {"car": 1}


def test_boxes_of_two_classes_are_never_one(tmp_path: Path) -> None:
    old, new = record(A, box(), classes=SIGNS, **OLD), record(A, box(), classes=CARS, **NEW)
    merged, written = unite(tmp_path, [old], [new], iou_threshold=0.1)
    assert lefts(written[0]) == [("car", 10), ("sign", 10)]
    assert merged.manifests[0].taken_as_one == {}


@pytest.mark.parametrize("iou_threshold", [None, 0.5])
def test_a_box_of_one_job_is_the_same_as_one_of_another_at_the_most(
    iou_threshold: float | None, tmp_path: Path
) -> None:
    old, new = record(A, box(), box(), box(), **OLD), record(A, box(), **NEW)
    merged, written = unite(tmp_path, [old], [new], iou_threshold=iou_threshold)
    assert len(lefts(written[0])) == 3
    assert merged.manifests[0].taken_as_one == {"car": 1}


def test_a_label_without_confidences_gets_none_where_nothing_is_added(tmp_path: Path) -> None:
    new = record(A, box(), **NEW)
    del new[f"{LABEL}-metadata"]["objects"]
    _, written = unite(tmp_path, [record(A, box(), **OLD)], [new])
    assert written == [dump(new)]


def test_boxes_that_a_machine_only_confirms_are_drawn_by_people(tmp_path: Path) -> None:
    machine = record(A, box(), **OLD, **{"human-annotated": "no"})
    _, written = unite(tmp_path, [machine], [record(A, box(), **NEW)])
    assert json.loads(written[0])[f"{LABEL}-metadata"]["human-annotated"] == "yes"


def test_of_labels_of_one_date_the_order_of_the_files_does_not_decide(tmp_path: Path) -> None:
    jobs = [[record(A, box(left=left), **OLD)] for left in (10, 12)]
    written = [unite(tmp_path, *order, iou_threshold=0.5)[1] for order in (jobs, jobs[::-1])]
    assert lefts(written[0][0]) == lefts(written[1][0])


def test_an_attribute_beside_is_counted_without_what_is_put_together(tmp_path: Path) -> None:
    cars, signs = record(A, box(), classes=CARS, **NEW), record(A, box(left=1), classes=SIGNS, **OLD)
    line = {**under("cars", cars), **under("signs", signs)}
    with pytest.raises(ManifestError, match=r"\(1 label of a \(signs\)\)"):
        unite(tmp_path, [line], [under("cars", record(A, box(left=2), classes=SIGNS, **OLD))], take=("cars",))


def test_a_label_whose_metadata_cannot_be_written_anew_is_left_out(tmp_path: Path) -> None:
    bad = dump(spans(("CITY", 13, 18), classes=("CITY",))).replace(b'"type"', b'"far":1e999,"type"')
    good = dump(spans(("CITY", 13, 18), classes=("CITY",)))
    merged, written = merge_lines(tmp_path, [bad], [good], overlap="unite")
    assert written == [good]
    assert merged.manifests[0].left_out == {"GT205": 1}


def test_two_attributes_of_one_line_become_one(tmp_path: Path) -> None:
    line = {
        **under("cars", record(A, box(left=1), classes=CARS)),
        **under("signs", record(A, box(left=2), classes=SIGNS)),
    }
    merged, written = unite(tmp_path, [line], take=("cars", "signs"))
    assert sorted(lefts(written[0], "cars")) == [("car", 1), ("sign", 2)]
    assert json.loads(written[0]).keys() == {"source-ref", "cars", "cars-metadata"}
    assert (merged.united, merged.manifests[0].taken, merged.manifests[0].not_taken) == (1, 1, ())


def test_an_attribute_that_is_not_taken_is_no_part_of_it(tmp_path: Path) -> None:
    line = {
        **under("cars", record(A, box(left=1), classes=CARS)),
        **under("signs", record(A, box(left=2), classes=SIGNS)),
    }
    with pytest.raises(ManifestError, match='class "sign" would be lost on 1 image') as caught:
        unite(tmp_path, [line], take=("cars",))
    assert "add `--overlap unite --take cars --take signs`" in caught.value.fix


def test_within_one_job_the_newest_label_is_taken(tmp_path: Path) -> None:
    job = [record(A, box(left=1), **OLD), record(A, box(left=2), **NEW)]
    merged, written = unite(tmp_path, job, [record(A, box(left=3), classes=SIGNS, **OLD)])
    assert [lefts(line) for line in written] == [[("car", 2), ("sign", 3)]]
    assert merged.manifests[0].replaced_classes == {"car": 1}
    assert merged.conflicts["different-labels"] == 1


def test_a_record_without_label_gives_way_to_one_that_has_some(tmp_path: Path) -> None:
    line = record(A, box(left=1))
    merged, written = unite(tmp_path, [line], [{"source-ref": A}, record(B, box())])
    assert written == [dump(line), dump(record(B, box()))]
    assert [one.replaced for one in merged.manifests] == [0, 1]


def test_a_label_to_which_nothing_is_added_keeps_its_bytes(tmp_path: Path) -> None:
    odd = dump(record(A, box(left=1), **NEW)).replace(b'"left":', b'"left" : ')
    same = dump(record(A, box(left=1), **OLD))
    merged, written = merge_lines(tmp_path, [same], [odd], overlap="unite")
    assert written == [odd]
    assert merged.manifests[0].taken_as_one == {"car": 1}


def test_boxes_on_images_of_other_sizes_are_not_put_together(tmp_path: Path) -> None:
    old, new = record(A, box(), size=(1280, 960), **OLD), record(A, box(left=1), **NEW)
    with pytest.raises(ManifestError) as caught:
        unite(tmp_path, [old], [new])
    assert caught.value.message == (
        f"the labels of {A} cannot be put together, b line 1 and a line 1: one is of an image of 640 x 480"
        " pixels, one of 1280 x 960"
    )
    assert not (tmp_path / "merged").exists()


@pytest.mark.parametrize("machine", [0, 1])
def test_boxes_that_a_machine_drew_in_part_are_not_called_drawn_by_people(
    machine: int, tmp_path: Path
) -> None:
    jobs = [record(A, box(left=i), **date) for i, date in enumerate((OLD, NEW))]
    jobs[machine][f"{LABEL}-metadata"]["human-annotated"] = "no"
    _, written = unite(tmp_path, [jobs[0]], [jobs[1]])
    assert json.loads(written[0])[f"{LABEL}-metadata"]["human-annotated"] == "no"


def older(line: dict[str, Any], year: int = 2025) -> dict[str, Any]:
    (key,) = (key for key in line if key.endswith("-metadata"))
    return {**line, key: {**line[key], "creation-date": f"{year}-01-01"}}


def tags(ids: list[int], *names: str) -> dict[str, Any]:
    said = {str(i): name for i, name in zip(ids, names, strict=True)}
    more = {"class_map": said, "confidence_map": dict.fromkeys(said, 0.5)}
    return labeled("tags", ids, A, "image-classification-multilabel", **more)


def test_lists_of_classes_are_united(tmp_path: Path) -> None:
    old = older(tags([0, 1], "day", "rain"))
    merged, written = unite(tmp_path, [old], [tags([1, 0], "snow", "day")])
    line = json.loads(written[0])
    names = line["tags-metadata"]["class-map"]
    assert [names[str(i)] for i in line["tags"]] == ["snow", "day", "rain"]
    assert line["tags-metadata"]["confidence-map"].keys() == names.keys()
    assert merged.manifests[0].taken_as_one == {"day": 1}


def test_a_class_that_a_list_has_twice_is_counted_of_a_label_that_is_added(tmp_path: Path) -> None:
    old = older(tags([1, 2], "rain", "rain"))
    merged, written = unite(tmp_path, [old], [tags([0], "day")])
    assert json.loads(written[0])["tags"] == [1, 0]
    assert merged.manifests[0].repeated == {"rain": 1}


def spans(*found: tuple[str, int, int], classes: tuple[str, ...]) -> dict[str, Any]:
    label = {
        "annotations": {
            "labels": [{"label": name} for name in classes],
            "entities": [{"label": n, "startOffset": s, "endOffset": e} for n, s, e in found],
        }
    }
    entries = [{"confidence": 0.3} for _ in found]
    return labeled("ner", label, "Ada lives in Turin", "text-span", entities=entries)


def test_spans_are_united_with_the_classes_of_both_jobs(tmp_path: Path) -> None:
    old = older(spans(("CITY", 13, 18), classes=("CITY",)))
    new = spans(("PERSON", 0, 3), ("CITY", 13, 18), classes=("PERSON", "CITY"))
    other = older(spans(("PLACE", 13, 18), classes=("PLACE",)), 2024)
    merged, written = unite(tmp_path, [old], [new], [other])
    label = json.loads(written[0])["ner"]["annotations"]
    assert [each["label"] for each in label["labels"]] == ["PERSON", "CITY", "PLACE"]
    assert [each["label"] for each in label["entities"]] == ["PERSON", "CITY", "PLACE"]
    assert len(json.loads(written[0])["ner-metadata"]["entities"]) == 3
    assert merged.manifests[0].taken_as_one == {"CITY": 1}


def test_a_span_that_a_job_marked_twice_is_there_twice(tmp_path: Path) -> None:
    city = ("CITY", 13, 18)
    merged, written = unite(
        tmp_path, [older(spans(city, city, classes=("CITY",)))], [spans(city, classes=("CITY",))]
    )
    assert len(json.loads(written[0])["ner"]["annotations"]["entities"]) == 2
    assert merged.manifests[0].taken_as_one == {"CITY": 1}


def test_a_class_whose_id_is_a_text_is_that_class(tmp_path: Path) -> None:
    old = older({**tags([0], "day"), "tags": ["0"]})
    merged, written = unite(tmp_path, [old], [tags([0], "day")])
    assert json.loads(written[0])["tags"] == [0]
    assert merged.manifests[0].taken_as_one == {"day": 1}


def of_kind(source: str, name: str) -> dict[str, Any]:
    return labeled("kind", 0, source, "image-classification", class_name=name)


def test_different_classes_of_which_a_record_has_one_are_not_put_together(tmp_path: Path) -> None:
    first, second = [of_kind(A, "dog"), of_kind(B, "dog")], [of_kind(A, "dog"), of_kind(B, "cat")]
    with pytest.raises(ManifestError) as caught:
        unite(tmp_path, first, second)
    assert caught.value.message == (
        f"1 image has different labels of several jobs, such as {B}: a line 2 (dog 1) and b line 2 (cat 1);"
        " a record has one label of type groundtruth/image-classification"
    )
    assert not (tmp_path / "merged").exists()


def test_one_class_that_all_jobs_say_is_there_once(tmp_path: Path) -> None:
    old = older(of_kind(A, "dog"))
    merged, written = unite(tmp_path, [old], [of_kind(A, "dog")])
    assert written == [dump(of_kind(A, "dog"))]
    assert merged.manifests[0].taken_as_one == {"dog": 1}


def test_masks_are_not_put_together(tmp_path: Path) -> None:
    other = {**mask(0, "BACKGROUND", "road"), "road-ref": "s3://bucket/road/other.png"}
    with pytest.raises(ManifestError, match="1 image has different labels of several jobs"):
        unite(tmp_path, [mask(0, "BACKGROUND", "road")], [other])


def test_a_threshold_is_for_boxes(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match="have no IoU, only boxes do"):
        unite(tmp_path, [tags([0], "day")], [tags([0], "day")], iou_threshold=0.5)


def test_labels_of_three_jobs_are_put_together(tmp_path: Path) -> None:
    jobs = [[record(A, box(left=i), classes={"7": name})] for i, name in enumerate(("car", "bus", "van"))]
    for job in jobs:
        job[0][LABEL]["annotations"][0]["class_id"] = 7
    merged, written = unite(tmp_path, *jobs)
    assert sorted(lefts(written[0])) == [("bus", 1), ("car", 0), ("van", 2)]
    assert merged.united == 1
    assert [one.united + one.taken for one in merged.manifests] == [1, 1, 1]


def test_classes_of_labels_that_are_replaced_are_no_classes(tmp_path: Path) -> None:
    job = [record(A, box(), classes={"0": "carr"}, **OLD), record(A, box(), classes=CARS, **NEW)]
    merged, _ = unite(tmp_path, job, [record(A, box(left=3), classes=SIGNS)], drop=("carr",))
    assert set(merged.classes) == {"car", "sign"}
