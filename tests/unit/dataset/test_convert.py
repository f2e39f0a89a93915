import base64
import json
from pathlib import Path

import pytest

from groundtrain.dataset.description import LargestRecord
from groundtrain.dataset.outputs import discarded_outputs
from groundtrain.dataset.passes.manifest_passes import read_manifest
from groundtrain.errors import LabelAttributeError, ManifestError
from groundtrain.settings.dataset_settings import DatasetSettings
from tests.manifest_lines import LABEL, Converted, box, dump, good, manifest_of, record

META = f"{LABEL}-metadata"


def test_a_dataset_says_what_it_is(tmp_path: Path) -> None:
    made = Converted(tmp_path, *good(60)).dataset
    assert (made.label, made.type) == (LABEL, "groundtruth/object-detection")
    assert made.attributes == ("source-ref", LABEL)
    assert made.classes == ("car",)
    assert made.image_buckets == ("bucket",)
    assert sum(side.records_by_class.get("car", 0) for side in (made.train, made.validation)) == 60


def test_the_same_manifest_gives_the_same_dataset(tmp_path: Path) -> None:
    assert Converted(tmp_path, *good(30)).dataset == Converted(tmp_path, *good(30)).dataset


def test_a_rejected_line_is_kept_with_its_reason(tmp_path: Path) -> None:
    bad = dump(record("s3://bucket/bad.jpg", box(left=630), box(7)))
    (rejected,) = Converted(tmp_path, *good(20), bad).rejected
    assert (rejected["line"], rejected["code"], rejected["codes"]) == (21, "GT204", ["GT204", "GT301"])
    assert rejected["source"] == "s3://bucket/bad.jpg"
    assert rejected["record"] == bad.decode()
    assert rejected["reason"].startswith("box-outside-image at $.boxes.annotations[0]: ")


def test_a_line_that_is_not_utf_8_loses_no_byte(tmp_path: Path) -> None:
    bad = good(1, "x")[0].replace(b"x-0000", b"\xff")
    (rejected,) = Converted(tmp_path, *good(20), bad).rejected
    assert base64.b64decode(rejected["record_base64"]) == bad


def test_of_equal_sources_the_first_usable_one_is_kept(tmp_path: Path) -> None:
    broken, first, second = (
        dump(record("s3://bucket/a.jpg", box(left=left), classes={"0": "car"})) for left in (900, 10, 11)
    )
    made = Converted(tmp_path, broken, first, *good(20), second)
    assert [(r["line"], r["code"]) for r in made.rejected] == [(1, "GT208"), (23, "GT401")]
    assert first in made.kept


def test_repeated_sources_are_kept_when_their_rule_is_ignored(tmp_path: Path) -> None:
    made = Converted(tmp_path, *good(20), *good(1), settings=DatasetSettings(ignore=("GT401",)))
    assert made.rejected == []
    assert len(made.kept) == 21


def test_equal_file_names_in_two_folders_are_two_images(tmp_path: Path) -> None:
    lines = [dump(record(f"s3://bucket/{folder}/0001.jpg", box())) for folder in "ab"]
    assert Converted(tmp_path, *good(20), *lines).rejected == []


def test_class_ids_with_a_gap_are_renumbered_by_name(tmp_path: Path) -> None:
    line = dump(record("s3://bucket/a.jpg", box(5), box(0), classes={"0": "dog", "5": "bone"}))
    made = Converted(tmp_path, line)
    value = json.loads(made.kept[0])
    assert made.dataset.classes == ("dog", "bone")
    assert [b["class_id"] for b in value[LABEL]["annotations"]] == [1, 0]
    assert value[META]["class-map"] == {"0": "dog", "1": "bone"}
    assert value[META]["job-name"] == "labeling-job/street"


def test_lines_that_number_classes_differently_agree_afterwards(tmp_path: Path) -> None:
    lines = [
        dump(record("s3://bucket/a.jpg", box(0), box(1), classes={"0": "dog", "1": "cat"})),
        dump(record("s3://bucket/b.jpg", box(0), classes={"0": "cat"})),
    ]
    made = Converted(tmp_path, *lines)
    ids = {json.loads(line)["source-ref"]: json.loads(line)[LABEL]["annotations"] for line in made.kept}
    assert made.dataset.classes == ("cat", "dog")
    assert [b["class_id"] for b in ids["s3://bucket/a.jpg"]] == [1, 0]
    assert [b["class_id"] for b in ids["s3://bucket/b.jpg"]] == [0]
    assert {"GT303", "GT304"} <= made.dataset.findings.keys()


def test_a_label_category_file_gives_the_order(tmp_path: Path) -> None:
    made = Converted(tmp_path, *good(20), classes=["person", "car"])
    assert made.dataset.classes == ("person", "car")
    assert all(json.loads(line)[LABEL]["annotations"][0]["class_id"] == 1 for line in made.kept)


def test_other_classes_make_another_dataset(tmp_path: Path) -> None:
    ids = {
        Converted(tmp_path, *good(20), classes=classes).dataset.dataset_id
        for classes in (None, ["person", "car"], ["car", "person"])
    }
    assert len(ids) == 3


def test_ids_with_one_name_on_a_line_are_one_class(tmp_path: Path) -> None:
    line = dump(record("s3://bucket/a.jpg", box(0), box(1), classes={"0": "car", "1": "car"}))
    made = Converted(tmp_path, line, *good(20))
    split = made.dataset.train if line.split(b",")[0] in b"".join(made.train) else made.dataset.validation
    assert split.records_by_class["car"] == split.records


def test_a_class_that_the_category_file_lacks_is_rejected(tmp_path: Path) -> None:
    odd = dump(record("s3://bucket/a.jpg", box(), classes={"0": "ghost"}))
    (rejected,) = Converted(tmp_path, *good(20), odd, classes=["car"]).rejected
    assert (rejected["code"], rejected["line"]) == ("GT302", 21)


def test_a_box_outside_is_clipped_when_that_is_wished(tmp_path: Path) -> None:
    line = dump(record("s3://bucket/a.jpg", box(left=-10, width=30), box(left=600, width=60), box()))
    made = Converted(tmp_path, line, settings=DatasetSettings(fix=("GT204",)))
    boxes = json.loads(made.kept[0])[LABEL]["annotations"]
    assert [(b["left"], b["width"]) for b in boxes] == [(0, 20), (600, 40), (10, 30)]
    assert (made.dataset.fixed, made.dataset.findings.get("GT204")) == ({"GT204": 2}, None)
    assert made.dataset.reasons == {}
    assert json.loads((tmp_path / "dataset" / "report.json").read_bytes())["fixed"] == {"GT204": 2}


def test_a_box_that_would_lose_much_is_not_clipped(tmp_path: Path) -> None:
    line = dump(record("s3://bucket/a.jpg", box(left=-10, width=30), box(left=600, width=61)))
    (rejected,) = Converted(tmp_path, *good(5), line, settings=DatasetSettings(fix=("GT204",))).rejected
    assert (rejected["code"], "34% of it outside" in rejected["reason"]) == ("GT204", True)


def test_what_was_fixed_on_a_line_that_is_left_out_does_not_count(tmp_path: Path) -> None:
    line = dump(record("s3://bucket/0.jpg", box(left=-10, width=30)))
    made = Converted(
        tmp_path, dump(record("s3://bucket/0.jpg", box())), line, settings=DatasetSettings(fix=("GT204",))
    )
    assert (made.dataset.fixed, made.dataset.reasons) == ({}, {"GT401": 1})


def test_a_fix_does_not_save_a_line_with_another_fault(tmp_path: Path) -> None:
    line = dump(record("s3://bucket/a.jpg", box(left=-10), box(7)))
    (rejected,) = Converted(tmp_path, *good(5), line, settings=DatasetSettings(fix=("GT204",))).rejected
    assert rejected["code"] == "GT301"


def test_an_ignored_rule_rejects_nothing(tmp_path: Path) -> None:
    line = dump(record("s3://bucket/a.jpg", box(width=0)))
    assert Converted(tmp_path, *good(5), line, settings=DatasetSettings(ignore=("GT207",))).rejected == []


def test_images_without_objects_are_kept_by_default(tmp_path: Path) -> None:
    made = Converted(tmp_path, *good(5), dump(record("s3://bucket/empty.jpg", classes={})))
    assert made.rejected == []
    assert made.dataset.statistics["without_objects"] == 1


def test_images_without_objects_are_left_out_when_that_is_wished(tmp_path: Path) -> None:
    empty = dump(record("s3://bucket/empty.jpg", classes={}))
    made = Converted(tmp_path, *good(5), empty, settings=DatasetSettings(without_objects="drop"))
    assert made.dataset.reasons == {"GT405": 1}


def test_machine_labeled_lines_are_left_out_when_that_is_wished(tmp_path: Path) -> None:
    line = dump(record("s3://bucket/m.jpg", box(), **{"human-annotated": "no"}))
    made = Converted(tmp_path, *good(5), line, settings=DatasetSettings(machine_labeled="drop"))
    assert made.dataset.reasons == {"GT406": 1}


def test_a_missing_image_is_rejected(tmp_path: Path) -> None:
    made = Converted(tmp_path, *good(5), image_exists=lambda source: not source.endswith("3.jpg"))
    assert [(r["line"], r["code"]) for r in made.rejected] == [(4, "GT601")]


def test_an_ignored_image_rule_asks_for_no_image(tmp_path: Path) -> None:
    def refuse(source: str) -> bool:
        raise AssertionError(source)

    made = Converted(tmp_path, *good(5), settings=DatasetSettings(ignore=("GT6",)), image_exists=refuse)
    assert made.rejected == []


def test_oddities_of_the_file_are_put_right_and_told(tmp_path: Path) -> None:
    lines = good(20)
    made = Converted(tmp_path, b"\xef\xbb\xbf" + lines[0] + b"\r", b"", *lines[1:])
    assert made.kept == sorted(lines)
    assert {"GT110", "GT111", "GT112"} <= made.dataset.findings.keys()
    assert made.dataset.source.records == 20


def test_boxes_are_counted_over_both_sides(tmp_path: Path) -> None:
    many = dump(record("s3://bucket/many.jpg", *[box() for _ in range(85)], size=(100, 2000)))
    figures = Converted(tmp_path, *good(40), many).dataset.statistics
    assert (figures["boxes"], figures["most_boxes"]) == (125, 85)
    assert (figures["smallest_width"], figures["largest_height"]) == (100, 2000)
    assert figures["short_side_p50"] == 30


def test_the_fullest_image_is_known_by_its_line(tmp_path: Path) -> None:
    many = [dump(record(f"s3://bucket/many-{i}.jpg", *[box() for _ in range(80)])) for i in range(2)]
    left_out = dump(record("s3://bucket/more.jpg", *[box(left=630) for _ in range(90)]))
    dataset = Converted(tmp_path, *good(40), left_out, *many, *good(40, "later")).dataset
    assert dataset.largest_record == LargestRecord(42, "s3://bucket/many-0.jpg")


def test_where_nothing_is_marked_no_image_is_the_fullest(tmp_path: Path) -> None:
    assert Converted(tmp_path, dump(record("s3://bucket/none.jpg"))).dataset.largest_record is None


def test_the_report_has_counts_by_class_and_the_rules_met(tmp_path: Path) -> None:
    bad = dump(record("s3://bucket/bad.jpg", box(left=630)))
    report = Converted(tmp_path, *good(20), bad).report
    (car,) = report["classes"]
    assert car["train_records"] + car["validation_records"] == 20
    assert car["train_items"] + car["validation_items"] == 20
    assert {rule["code"]: rule["count"] for rule in report["rules"]}["GT204"] == 1
    assert report["findings"][0]["line"] == 21
    assert all(finding["fix"] for finding in report["findings"])


def test_an_empty_side_of_the_split_is_told_once_and_not_for_each_class(tmp_path: Path) -> None:
    made = Converted(tmp_path, good(1)[0]).dataset
    assert made.findings.keys() == {"GT402"}


def test_a_manifest_without_a_usable_record_is_refused_with_the_main_reason(tmp_path: Path) -> None:
    lines = [dump(record(f"s3://bucket/{i}.jpg", box(9))) for i in range(3)]
    with pytest.raises(
        ManifestError, match=r"no usable record: 3 of 3 are class-not-in-map \(GT301\)"
    ) as raised:
        Converted(tmp_path, *lines)
    assert "line 1, $.boxes.annotations[0].class_id" in raised.value.message


def test_labels_of_an_unknown_type_are_refused_by_name(tmp_path: Path) -> None:
    line = dump(
        {
            "source-ref": "s3://bkt/a.jpg",
            "kind": 1,
            "kind-metadata": {"type": "groundtruth/smell-detection"},
        }
    )
    with pytest.raises(ManifestError, match="kind is of type groundtruth/smell-detection"):
        Converted(tmp_path, line)


def test_a_second_label_attribute_far_down_asks_for_a_choice(tmp_path: Path) -> None:
    verified = {
        **record("s3://bucket/z.jpg", box()),
        "v": 1,
        "v-metadata": {"type": "groundtruth/label-verification"},
    }
    with pytest.raises(LabelAttributeError, match="2 label attributes"):
        Converted(tmp_path, *good(1500), dump(verified))


def test_of_many_buckets_few_are_compared_with_each_record(tmp_path: Path) -> None:
    source = manifest_of(tmp_path, *(dump(record(f"s3://bucket-{i}/a.jpg", box())) for i in range(50)))
    counts = read_manifest(source, DatasetSettings(), discarded_outputs).counts
    assert len(counts.buckets) == 50
