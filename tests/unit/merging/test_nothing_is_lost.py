"""A merge chooses between labels of one question, and loses none of another question unasked."""

import json
from pathlib import Path
from typing import Any

import pytest

from groundtrain.errors import GroundtrainError, ManifestError
from tests.label_samples import labeled, mask
from tests.manifest_lines import LABEL, box, dump, good, record
from tests.merged import merge_lines, names_of_boxes

CAR, SIGN = {"0": "car"}, {"0": "sign"}
SOURCES = [f"s3://acme/img/{i:04d}.jpg" for i in range(6)]
OLD, NEW = {"creation-date": "2026-01-01T00:00:00"}, {"creation-date": "2026-02-01T00:00:00"}


def of_job(label: str, source: str, *, name: str = "car", **metadata: Any) -> dict[str, Any]:
    """A line with a box of this class, whose label attribute has this name."""
    line = record(source, box(), classes={"0": name}, **metadata)
    return {key.replace(LABEL, label): value for key, value in line.items()}


JOINED = [dump(of_job("week1" if i < 3 else "week2", source)) for i, source in enumerate(SOURCES)]
FAILED_IN_WEEK_1 = {
    "source-ref": SOURCES[0],
    "week1-metadata": {"type": "groundtruth/object-detection", "failure-reason": "expired"},
}


def test_the_label_attribute_is_chosen_line_by_line(tmp_path: Path) -> None:
    merged, written = merge_lines(tmp_path, JOINED, take=("week1", "week2"))
    assert [names_of_boxes(line, "week1") for line in written] == [["car"]] * 6
    assert [json.loads(line)["source-ref"] for line in written] == SOURCES
    assert merged.manifests[0].unlabeled == 0


def test_a_line_whose_first_attribute_failed_has_the_label_of_the_next(tmp_path: Path) -> None:
    line = dump({**FAILED_IN_WEEK_1, **of_job("week2", SOURCES[0])})
    merged, written = merge_lines(tmp_path, [*JOINED[1:4], line], take=("week1", "week2"))
    assert names_of_boxes(written[-1], "week1") == ["car"]
    assert merged.manifests[0].unlabeled == 0


def test_attributes_of_one_file_may_use_the_ids_differently(tmp_path: Path) -> None:
    lines = [dump(of_job("week1", SOURCES[0])), dump(of_job("week2", SOURCES[1], name="bus"))]
    merged, written = merge_lines(tmp_path, lines, take=("week1", "week2"))
    assert [names_of_boxes(line, "week1") for line in written] == [["car"], ["bus"]]
    assert "car in a (week1), bus in a (week2)" in [one.message for one in merged.examples]


def test_lines_whose_only_label_is_not_taken_stop_the_merge(tmp_path: Path) -> None:
    with pytest.raises(ManifestError) as caught:
        merge_lines(tmp_path, JOINED, take=("week1",))
    assert caught.value.message == (
        "a: 3 lines under week2 would lose their labels, such as line 4: they have none under week1"
    )
    assert caught.value.fix.startswith("add --take week2")
    assert not (tmp_path / "merged").exists()


def test_labels_of_another_type_on_the_lines_are_counted_and_named(tmp_path: Path) -> None:
    weather = labeled("weather", 0, SOURCES[0], "image-classification", class_name="rain")
    lines = [dump({**of_job(LABEL, SOURCES[0]), **weather}), *good(1)]
    merged, _ = merge_lines(tmp_path, lines, take=(LABEL,))
    (other,) = merged.manifests[0].not_taken
    assert (other.label, other.records, other.classes) == ("weather", 1, {"rain": 1})


@pytest.mark.parametrize("dates", [(OLD, NEW), (NEW, OLD), ({}, {})])
def test_jobs_that_asked_for_different_classes_are_not_merged(tmp_path: Path, dates: Any) -> None:
    cars = [dump(of_job("cars", source, **dates[0])) for source in SOURCES]
    signs = [dump(of_job("signs", source, name="sign", **dates[1])) for source in SOURCES]
    with pytest.raises(ManifestError) as caught:
        merge_lines(tmp_path, cars, signs)
    lost = "sign" if dates[0] == NEW else "car"
    assert f'class "{lost}" would be lost on 6 images, such as {SOURCES[0]}' in caught.value.message
    assert f"--drop-class {lost}" in caught.value.fix
    assert not (tmp_path / "merged").exists()


def test_a_class_that_only_the_older_job_knows_is_not_lost_beside_a_shared_one(tmp_path: Path) -> None:
    both = record(SOURCES[0], box(), box(1), classes={"0": "car", "1": "bus"}, **OLD)
    with pytest.raises(ManifestError, match='class "bus" would be lost on 1 image'):
        merge_lines(tmp_path, [dump(both)], [dump(of_job(LABEL, SOURCES[0], **NEW))])


def test_two_attributes_on_one_line_with_different_classes_are_not_merged(tmp_path: Path) -> None:
    lines = [
        dump({**of_job("cars", source), **of_job("signs", source, name="sign")}) for source in SOURCES[:3]
    ]
    for take in (("cars",), ("cars", "signs")):
        with pytest.raises(ManifestError, match='class "sign" would be lost on 3 images'):
            merge_lines(tmp_path, lines, take=take)


def test_what_would_be_lost_is_counted_by_class_and_job(tmp_path: Path) -> None:
    names = {"0": "sign", "1": "pole"}
    old = [record(source, box(), box(0, 70), box(1), classes=names, **OLD) for source in SOURCES]
    new = [record(source, box(), classes=CAR, **NEW) for source in SOURCES[:4]]
    with pytest.raises(ManifestError) as caught:
        merge_lines(tmp_path, list(map(dump, old)), list(map(dump, new)))
    assert caught.value.message == (
        f'class "pole" would be lost on 4 images, such as {SOURCES[0]}, where b is taken and has no such'
        " class (4 labels of a);"
        f' class "sign" would be lost on 4 images, such as {SOURCES[0]}, where b is taken and has no such'
        " class (8 labels of a)"
    )
    assert "--overlap newest" in caught.value.fix


def test_what_two_attributes_of_one_line_would_lose_is_counted(tmp_path: Path) -> None:
    lines = [dump({**of_job("cars", one), **of_job("signs", one, name="sign")}) for one in SOURCES[:3]]
    with pytest.raises(ManifestError, match=r"\(3 labels of a \(signs\)\)"):
        merge_lines(tmp_path, lines, take=("cars",))


def test_the_newest_label_is_taken_whatever_is_lost_where_that_is_asked_for(tmp_path: Path) -> None:
    cars = [dump(of_job("cars", source, **NEW)) for source in SOURCES[:2]]
    signs = [dump(of_job("signs", source, name="sign", **OLD)) for source in SOURCES]
    merged, written = merge_lines(tmp_path, cars, signs, overlap="newest")
    assert [names_of_boxes(line, "cars") for line in written] == [["car"]] * 2 + [["sign"]] * 4
    assert [one.replaced_classes for one in merged.manifests] == [{}, {"sign": 2}]
    assert merged.conflicts["different-labels"] == 2


def test_a_class_that_may_be_lost_is_dropped_and_counted(tmp_path: Path) -> None:
    cars = [dump(of_job("cars", source, **OLD)) for source in SOURCES]
    signs = [dump(of_job("signs", source, name="sign", **NEW)) for source in SOURCES]
    merged, written = merge_lines(tmp_path, cars, signs, drop=("car",))
    assert [names_of_boxes(line, "cars") for line in written] == [["sign"]] * 6
    assert [one.replaced_classes for one in merged.manifests] == [{"car": 6}, {}]
    assert merged.classes == ("sign",)


def test_a_correction_may_take_away_what_its_job_knows(tmp_path: Path) -> None:
    names = {"0": "car", "1": "bus"}
    first = [dump(record(source, box(), box(1), classes=names, **OLD)) for source in SOURCES]
    second = [dump(record(SOURCES[0], box(0), classes={"0": "car"}, **NEW))]
    second.append(dump(record(SOURCES[1], box(0), classes={"0": "bus"}, **NEW)))
    merged, written = merge_lines(tmp_path, first, second)
    assert len(written) == 6
    assert merged.manifests[0].replaced_classes == {"car": 2, "bus": 2}
    assert ", car 1, bus 1)" in next(one.message for one in merged.examples if one.subject == SOURCES[0])


def page(source: str, number: int, **more: Any) -> dict[str, Any]:
    return {"source-ref": source, "page": str(number), **of_job(LABEL, source, **more)}


PAGES = [dump(page(source, number)) for source in SOURCES[:2] for number in (1, 2, 3)]


def test_records_of_one_source_that_differ_in_their_own_attributes_are_all_kept(tmp_path: Path) -> None:
    merged, written = merge_lines(tmp_path, PAGES)
    assert written == PAGES
    assert merged.records_apart.count == 4
    assert merged.records_apart.attributes == ("page",)


def test_of_one_page_the_newest_label_is_taken(tmp_path: Path) -> None:
    newer = dump(page(SOURCES[0], 2, **{"creation-date": "2026-03-01T00:00:00"}))
    merged, written = merge_lines(tmp_path, PAGES, [newer])
    assert written == [*PAGES[:1], *PAGES[2:], newer]
    assert merged.manifests[0].replaced == 1


def noted(note: str, number: int = 1, **more: Any) -> dict[str, Any]:
    return {**page(SOURCES[0], number, **more), "note": note}


def test_only_the_attributes_of_the_record_key_make_a_record(tmp_path: Path) -> None:
    old = [noted("first", **OLD), noted("second", 2, **OLD), noted("none", 3, **OLD)]
    new = [noted("better", **NEW), noted("second", 2, **NEW)]
    merged, written = merge_lines(tmp_path, [*map(dump, old)], [*map(dump, new)], record_key=("page",))
    assert written == [dump(old[2]), *map(dump, new)]
    assert [one.attributes_not_written for one in merged.manifests] == [{"note": 1}, {}]
    assert merged.records_apart.attributes == ("page",)


def test_the_source_alone_is_a_record_key(tmp_path: Path) -> None:
    merged, written = merge_lines(tmp_path, PAGES, record_key=("source-ref",))
    assert written == [PAGES[0], PAGES[3]]
    assert merged.manifests[0].attributes_not_written == {"page": 4}
    assert merged.records_apart.count == 0


def test_labels_of_one_page_are_put_together_whatever_else_its_lines_say(tmp_path: Path) -> None:
    old, new = noted("old", name="sign", **OLD), noted("new", **NEW)
    lines = [dump(old)], [dump(new), dump(noted("other", 2))]
    merged, written = merge_lines(tmp_path, *lines, record_key=("page",), overlap="unite")
    assert [names_of_boxes(line) for line in written] == [["car", "sign"], ["car"]]
    assert json.loads(written[0])["note"] == "new"
    assert merged.manifests[0].attributes_not_written == {"note": 1}


def test_a_record_key_that_no_line_has_is_refused(tmp_path: Path) -> None:
    with pytest.raises(GroundtrainError, match="no line has the attribute pag") as caught:
        merge_lines(tmp_path, PAGES, record_key=("page", "pag"))
    assert caught.value.fix == "correct the name under `--record-key`"
    assert not (tmp_path / "merged").exists()


def test_custom_labels_of_pages_are_all_kept(tmp_path: Path) -> None:
    lines = [
        dump(
            {
                "source-ref": f"s3://acme/letters/{i // 3}.pdf",
                "page": str(i % 3 + 1),
                "letters": {"annotation-ref": f"s3://acme/ann/{i}.json"},
                "letters-metadata": {"type": "groundtruth/custom"},
            }
        )
        for i in range(30)
    ]
    assert merge_lines(tmp_path, lines)[1] == lines


def test_a_scheme_written_twice_is_written_once_and_told(tmp_path: Path) -> None:
    twice = dump(of_job(LABEL, "s3://s3://acme/1.jpg", **OLD))
    merged, written = merge_lines(tmp_path, [twice], [dump(of_job(LABEL, "s3://acme/1.jpg", **NEW))])
    assert [json.loads(line)["source-ref"] for line in written] == ["s3://acme/1.jpg"]
    assert merged.manifests[0].fixed == {"GT108": 1}
    assert merged.manifests[0].replaced == 1


@pytest.mark.parametrize("source", ["photo.jpg", "https://acme/1.jpg", "s3://acme/"])
@pytest.mark.parametrize("is_labeled", [True, False])
def test_a_line_whose_address_no_training_can_read_is_left_out(
    tmp_path: Path, source: str, is_labeled: bool
) -> None:
    line = of_job(LABEL, source) if is_labeled else {"source-ref": source}
    merged, written = merge_lines(tmp_path, [dump(line), *good(1)])
    assert written == good(1)
    assert merged.manifests[0].left_out == {"GT107": 1}


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (dump({**of_job(LABEL, SOURCES[0]), LABEL: {**record()[LABEL], "annotations": [box("0")]}}), "GT241"),  # type: ignore[arg-type]
        (dump(of_job(LABEL, SOURCES[0])) + b",", "GT130"),
    ],
)
def test_what_can_be_read_in_one_way_only_is_fixed_and_counted(
    tmp_path: Path, line: bytes, code: str
) -> None:
    merged, written = merge_lines(tmp_path, [line, *good(1)])
    assert [names_of_boxes(line) for line in written] == [["car"], ["car"]]
    assert merged.manifests[0].fixed == {code: 1}


def of_kind(number: int, class_id: int, name: str, **metadata: Any) -> bytes:
    source = f"s3://acme/{number}.jpg"
    return dump(labeled("kind", class_id, source, "image-classification", class_name=name, **metadata))


SPELLED = [of_kind(i, int(i > 0), ["normal", "ANOMALY", "anomaly", "Anomaly"][i]) for i in range(4)]


def test_names_of_one_id_that_differ_in_spelling_only_are_one_class(tmp_path: Path) -> None:
    merged, written = merge_lines(tmp_path, SPELLED)
    assert merged.classes == ("normal", "anomaly")
    said = [(json.loads(line)["kind"], json.loads(line)["kind-metadata"]["class-name"]) for line in written]
    assert said == [(0, "normal"), *[(1, "anomaly")] * 3]
    assert [(one.kind, one.subject, one.message) for one in merged.examples] == [
        (
            "one-class-spelled-differently",
            "anomaly",
            'is also spelled "ANOMALY" and "Anomaly" in a; all are one',
        )
    ]


def test_spellings_of_an_id_that_cannot_change_are_one_class(tmp_path: Path) -> None:
    jobs = [[dump(mask(i, "BACKGROUND", name))] for i, name in enumerate(("road", "Road"))]
    merged, written = merge_lines(tmp_path, *jobs)
    assert merged.classes == ("BACKGROUND", "road")
    assert [(one.kind, one.message) for one in merged.examples] == [
        ("one-class-spelled-differently", 'is also spelled "Road" in b; all are one')
    ]
    assert written == [line for lines in jobs for line in lines]


def test_the_spelling_of_the_category_file_is_taken(tmp_path: Path) -> None:
    merged, _ = merge_lines(tmp_path, SPELLED, categories=("normal", "Anomaly"))
    assert merged.classes == ("normal", "Anomaly")
    assert "not-in-category-file" not in merged.conflicts


@pytest.mark.parametrize(("name", "i"), [("Anomaly", 1), ("ano-maly", 2)])
def test_a_class_of_the_category_file_in_another_spelling_is_that_class(
    name: str, i: int, tmp_path: Path
) -> None:
    lines = [of_kind(0, 0, "normal"), of_kind(1, i, "anomaly")]
    merged, written = merge_lines(tmp_path, lines, categories=("normal", name))
    assert merged.classes == ("normal", name)
    assert json.loads(written[1])["kind-metadata"]["class-name"] == name
    assert [(one.kind, one.message) for one in merged.examples if one.subject == name][-1:] == [
        ("one-class-spelled-differently", 'is also spelled "anomaly" in a; all are one')
    ]
    assert merged.conflicts.keys() == {"one-class-spelled-differently"}


def test_two_spellings_that_the_category_file_has_both_stay_two_classes(tmp_path: Path) -> None:
    lines = [of_kind(0, 0, "Anomaly"), of_kind(1, 0, "anomaly")]
    merged, written = merge_lines(tmp_path, lines, categories=("Anomaly", "anomaly"))
    assert [json.loads(line)["kind"] for line in written] == [0, 1]
    assert merged.classes == ("Anomaly", "anomaly")


def test_a_mask_of_a_class_that_the_category_file_spells_otherwise_is_of_that_class(tmp_path: Path) -> None:
    line = dump(mask(0, "BACKGROUND", "road"))
    merged, written = merge_lines(tmp_path, [line], categories=("Road",))
    assert merged.classes == ("BACKGROUND", "Road")
    assert written == [line]
    assert merged.conflicts == {"one-class-spelled-differently": 1}


def of_kinds(i: int, ids: list[int], **names: str) -> bytes:
    classes = {key.removeprefix("id"): name for key, name in names.items()}
    kind = "image-classification-multilabel"
    return dump(labeled("kinds", ids, SOURCES[i], kind, class_map=classes))


def test_items_whose_ids_share_a_name_are_written_once_and_the_others_counted(tmp_path: Path) -> None:
    lines = [of_kinds(i, [0, 1], id0="car", id1="car") for i in range(3)]
    lines += [of_kinds(3, [2, 1], id1="car", id2="bus")]
    merged, written = merge_lines(tmp_path, lines)
    assert [json.loads(line)["kinds"] for line in written] == [[0], [0], [0], [1, 0]]
    assert merged.manifests[0].repeated == {"car": 3}


def test_similar_names_with_ids_of_their_own_stay_two_classes_and_are_told(tmp_path: Path) -> None:
    merged, _ = merge_lines(tmp_path, [of_kind(0, 0, "Cat"), of_kind(1, 1, "cat")])
    assert merged.classes == ("Cat", "cat")
    assert merged.conflicts == {"similar-names": 1}


def test_another_spelling_of_a_class_is_no_other_question(tmp_path: Path) -> None:
    old, new = (
        of_kind(0, 0, "Cat", creation_date="2026-01-01"),
        of_kind(0, 1, "cat", creation_date="2026-02-01"),
    )
    assert len(merge_lines(tmp_path, [old], [new])[1]) == 1
