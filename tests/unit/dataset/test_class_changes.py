"""Classes that the settings rename and drop, in labels of every type, and what is told of them."""

import json
from pathlib import Path
from typing import Any

import pytest

from groundtrain.errors import ManifestError
from groundtrain.settings.class_table import ClassTable
from groundtrain.settings.dataset_settings import DatasetSettings
from tests.label_samples import cuboids, entities, labeled, mask, sequences
from tests.manifest_lines import LABEL, Converted, box, dump, record

NAMES = {"0": "Car", "1": "car", "2": "unsure", "3": "bus"}
ONE = {"Car": "car"}


def table(rename: dict[str, str] | None = None, *drop: str, **more: Any) -> DatasetSettings:
    settings = {key: more.pop(key) for key in [*more] if key != "emptied_records"}
    return DatasetSettings(**settings, classes=ClassTable(rename or {}, drop, **more))


def boxes(number: int, *class_ids: int, **more: Any) -> bytes:
    drawn = [box(i, left=10 * place) for place, i in enumerate(class_ids)]
    return dump(record(f"s3://bkt/{number:03}.jpg", *drawn, classes=NAMES, **more))


def told(made: Converted) -> dict[str, str]:
    return {finding.code: finding.message for finding in made.dataset.manifest_findings}


def value_of(line: bytes) -> tuple[Any, Any]:
    """Label and metadata of a line."""
    said = json.loads(line)
    name = next(key for key in said if f"{key}-metadata" in said)
    return said[name], said[f"{name}-metadata"]


MANY = [boxes(i, i % 4, (i + 1) % 4) for i in range(40)]


def test_two_names_renamed_to_one_are_one_class(tmp_path: Path) -> None:
    made = Converted(tmp_path, *MANY, settings=table(ONE))
    assert made.dataset.classes == ("car", "unsure", "bus")
    for line in made.kept:
        assert value_of(line)[1]["class-map"].items() <= {"0": "car", "1": "unsure", "2": "bus"}.items()
    assert sum(one["train_items"] + one["validation_items"] for one in made.report["classes"]) == 80
    assert told(made)["GT314"] == '"Car" is "car" now, on 20 boxes'
    assert not {"GT304", "GT313"} & told(made).keys()


def test_ids_of_one_class_on_different_lines_are_no_conflict_once_renamed(tmp_path: Path) -> None:
    lines = [
        dump(record(f"s3://bkt/{i:03}.jpg", box(i % 2), classes={str(i % 2): ("Car", "car")[i % 2]}))
        for i in range(20)
    ]
    assert "GT313" in told(Converted(tmp_path / "a", *lines))
    made = Converted(tmp_path / "b", *lines, settings=table(ONE))
    assert made.dataset.classes == ("car",)
    assert not {"GT304", "GT313"} & told(made).keys()


def test_a_dropped_class_is_in_no_line_count_or_class_map(tmp_path: Path) -> None:
    made = Converted(tmp_path, *MANY, settings=table(None, "unsure"))
    assert made.dataset.classes == ("Car", "car", "bus")
    assert b"unsure" not in b"".join(made.kept)
    assert made.dataset.statistics["boxes"] == 60
    assert all(
        len(value_of(line)[0]["annotations"]) == len(value_of(line)[1]["objects"]) for line in made.kept
    )
    assert told(made)["GT315"] == '"unsure" is dropped, with 20 boxes'


def test_entries_beside_boxes_are_those_of_the_boxes_that_are_left(tmp_path: Path) -> None:
    objects = [{"confidence": 0.1}, {"confidence": 0.2}, {"confidence": 0.3}]
    made = Converted(tmp_path, boxes(1, 0, 2, 3, objects=objects), settings=table(None, "unsure"))
    label, metadata = value_of(made.kept[0])
    assert [one["left"] for one in label["annotations"]] == [0, 20]
    assert metadata["objects"] == [objects[0], objects[2]]


def test_a_record_that_loses_all_its_labels_is_left_out_and_counted(tmp_path: Path) -> None:
    made = Converted(tmp_path, boxes(1, 2, 2), boxes(2), boxes(3, 3, 2), settings=table(None, "unsure"))
    assert made.dataset.reasons == {"GT440": 1}
    assert made.rejected[0]["record"] == boxes(1, 2, 2).decode()
    assert sorted(json.loads(line)["source-ref"][-5] for line in made.kept) == ["2", "3"]
    assert made.dataset.statistics["without_objects"] == 1
    assert told(made)["GT315"] == '"unsure" is dropped, with 3 boxes'


def test_emptied_records_are_kept_where_the_settings_ask_for_it(tmp_path: Path) -> None:
    settings = table(None, "unsure", emptied_records="keep")
    made = Converted(tmp_path, boxes(1, 2, 2), boxes(3, 3, 2), settings=settings)
    assert made.dataset.rejected == 0
    assert made.dataset.statistics["without_objects"] == 1


def test_an_emptied_record_that_is_kept_is_one_without_objects(tmp_path: Path) -> None:
    settings = table(None, "unsure", emptied_records="keep", without_objects="drop")
    made = Converted(tmp_path, boxes(1, 2, 2), boxes(3, 3, 2), settings=settings)
    assert made.dataset.reasons == {"GT405": 1}


def test_a_fault_of_a_dropped_label_is_none(tmp_path: Path) -> None:
    faulty = record("s3://bkt/1.jpg", box(3), box(2, left=900), box(3, left=2000), classes=NAMES)
    both = Converted(tmp_path / "a", boxes(2, 3), dump(faulty), settings=table(None, "unsure"))
    assert both.rejected[0]["reason"].startswith("box-beside-image at $.boxes.annotations[2]: ")
    faulty[LABEL]["annotations"].pop()
    faulty["boxes-metadata"]["objects"].pop()
    one = Converted(tmp_path / "b", boxes(2, 3), dump(faulty), settings=table(None, "unsure"))
    assert one.rejected == []


def test_places_in_findings_are_those_of_the_line_as_it_is(tmp_path: Path) -> None:
    line = record("s3://bkt/1.jpg", box(2), box(3), box(2), box(3), classes=NAMES)
    made = Converted(tmp_path, boxes(2, 3), dump(line), settings=table(None, "unsure"))
    [found] = [one for one in made.report["findings"] if one["code"] == "GT242"]
    assert found["path"] == "$.boxes.annotations[3]"
    assert found["message"] == "annotations[3] is the same box as annotations[1]"


def test_boxes_that_become_equal_are_told_and_fixed(tmp_path: Path) -> None:
    line = dump(record("s3://bkt/1.jpg", box(0), box(1), classes=NAMES))
    made = Converted(tmp_path, boxes(2, 3), line, settings=table(ONE))
    assert made.dataset.findings["GT242"] == 1
    fixed = Converted(tmp_path, boxes(2, 3), line, settings=table(ONE, fix=("GT242",)))
    assert fixed.dataset.fixed == {"GT242": 1}


def test_a_class_that_no_record_has_is_told_with_the_one_that_looks_like_it(tmp_path: Path) -> None:
    made = Converted(tmp_path, *MANY, settings=table({"Van": "van"}, "Bus"))
    found = [one for one in made.dataset.manifest_findings if one.code == "GT316"]
    assert [one.message for one in found] == [
        'no record has the class "Van"',
        'no record has the class "Bus"; there is "bus"',
    ]
    assert [one["labels"] for one in made.report["class_changes"]] == [0, 0]


def test_a_spelling_that_is_forgotten_is_told_and_proposed(tmp_path: Path) -> None:
    names = ["car", "CAR", "bus"]
    lines = [
        dump(record(f"s3://bkt/{i:03}.jpg", box(i % 3 // 2), classes={str(i % 3 // 2): names[i % 3]}))
        for i in range(30)
    ]
    assert "GT317" not in told(Converted(tmp_path / "a", *lines, settings=table({"bus": "coach"})))
    made = Converted(tmp_path / "b", *lines, settings=table({"car": "wagon"}))
    [found] = [one for one in made.dataset.manifest_findings if one.code == "GT317"]
    assert found.message == '"CAR" stays, and "car", which differs in spelling only, is renamed'
    assert '{ "car" = "wagon", "CAR" = "wagon" }' in found.fix
    dropped = Converted(tmp_path / "c", *lines, settings=table(None, "car"))
    assert told(dropped)["GT317"] == '"CAR" stays, and "car", which differs in spelling only, is dropped'


def test_lists_are_counted_as_they_are_streamed_where_two_spellings_are_one_class(tmp_path: Path) -> None:
    line = json.loads(several(2, "Rain", "fog"))
    line["weather-metadata"]["class-map"]["2"] = "rain"
    made = Converted(tmp_path, several(1, "Rain"), several(3, "Rain").replace(b"Rain", b"rain"), dump(line))
    assert made.dataset.classes == ("rain",)
    assert made.dataset.statistics["labels"] == sum(len(value_of(line)[0]) for line in made.kept)


def test_classes_of_the_category_file_are_renamed_and_dropped_as_well(tmp_path: Path) -> None:
    listed = ("bus", "Car", "unsure", "tram", "car")
    made = Converted(tmp_path, *MANY, settings=table({**ONE, "tram": "rail"}, "unsure"), classes=listed)
    assert made.dataset.classes == ("bus", "car", "rail")
    assert made.dataset.reasons == {}
    assert "GT316" not in told(made)
    assert told(made)["GT308"].endswith('"rail"') or '"rail"' in told(made)["GT308"]


def test_ids_of_lines_without_metadata_mean_the_category_file_as_it_is(tmp_path: Path) -> None:
    lines = [json.loads(boxes(i, i % 2, 2 + i % 2)) for i in range(10)]
    bare = [dump({key: line[key] for key in ("source-ref", LABEL)}) for line in lines]
    settings = table(ONE, "unsure", label=LABEL)
    made = Converted(tmp_path, *bare, settings=settings, classes=tuple(NAMES.values()))
    assert made.dataset.classes == ("car", "bus")
    assert made.dataset.statistics["boxes"] == 15


def test_a_stratified_split_counts_the_new_names(tmp_path: Path) -> None:
    lines = [boxes(i, 0 if i == 5 else 1 if i == 20 else 3) for i in range(40)]
    made = Converted(tmp_path, *lines, settings=table({**ONE, "bus": "coach"}, split="stratified"))
    for side in (made.dataset.train, made.dataset.validation):
        assert side.records_by_class["car"] == 1


def test_unusual_spellings_are_renamed_dropped_and_told(tmp_path: Path) -> None:
    text = boxes(1, 0, 2, 3).replace(b'"class_id":2', b'"class_id":"2"').replace(b'"Car"', b'"\\u0043ar"')
    made = Converted(tmp_path, *MANY[2:6], text + b",", settings=table(ONE, "unsure", fix=("GT130",)))
    assert made.rejected == []
    [line] = [line for line in made.kept if b"/001" in line]
    assert [one["left"] for one in value_of(line)[0]["annotations"]] == [0, 20]
    assert b"Car" not in line
    assert made.dataset.fixed == {"GT130": 1}


def test_one_class_is_renamed_and_an_image_of_a_dropped_one_is_left_out(tmp_path: Path) -> None:
    lines = [
        dump(labeled("kind", i % 3, f"s3://bkt/{i}.jpg", "image-classification", class_name=name))
        for i in range(30)
        for name in [("Cat", "dog", "unsure")[i % 3]]
    ]
    made = Converted(tmp_path, *lines, settings=table({"Cat": "cat"}, "unsure", emptied_records="keep"))
    assert made.dataset.classes == ("cat", "dog")
    assert made.dataset.reasons == {"GT440": 10}
    assert {value_of(line)[1]["class-name"] for line in made.kept} == {"cat", "dog"}
    assert told(made)["GT315"] == '"unsure" is dropped, with 10 labels'


def several(number: int, *names: str) -> bytes:
    ids = {name: i for i, name in enumerate(("Rain", "rain", "fog", "unsure"))}
    return dump(
        labeled(
            "weather",
            [ids[name] for name in names],
            f"s3://bkt/{number}.jpg",
            "image-classification-multilabel",
            class_map={str(ids[name]): name for name in names},
            confidence_map={str(ids[name]): 0.5 + 0.1 * place for place, name in enumerate(names)},
        )
    )


def test_a_list_of_classes_has_each_once_and_what_is_not_twice_is_counted(tmp_path: Path) -> None:
    lines = [several(1, "Rain", "rain", "unsure"), several(2, "Rain", "fog"), several(3, "rain"), several(4)]
    made = Converted(tmp_path, *lines, settings=table({"Rain": "rain"}, "unsure"))
    assert made.dataset.classes == ("rain", "fog")
    by_source = {json.loads(line)["source-ref"][9]: value_of(line) for line in made.kept}
    assert {source: label for source, (label, _) in by_source.items()} == {
        "1": [0],
        "2": [0, 1],
        "3": [0],
        "4": [],
    }
    assert by_source["1"][1]["confidence-map"] == {"0": 0.6}
    assert by_source["1"][1]["class-map"] == {"0": "rain"}
    assert made.dataset.statistics["labels"] == 4
    assert told(made)["GT314"] == (
        '"Rain" is "rain" now, on 1 label; 1 more was beside "rain" and is not there twice'
    )


def test_the_confidence_of_a_class_is_that_of_the_label_that_is_left(tmp_path: Path) -> None:
    made = Converted(tmp_path, several(1, "rain", "Rain", "fog"), settings=table({"Rain": "rain"}))
    label, metadata = value_of(made.kept[0])
    assert label == [0, 1]
    assert metadata["confidence-map"] == {"0": 0.5, "1": 0.7}


def test_an_emptied_list_of_classes_may_be_kept(tmp_path: Path) -> None:
    lines = [several(1, "unsure"), several(2, "fog")]
    kept = table(None, "unsure", emptied_records="keep")
    assert Converted(tmp_path / "a", *lines, settings=table(None, "unsure")).dataset.reasons == {"GT440": 1}
    made = Converted(tmp_path / "b", *lines, settings=kept)
    assert [value_of(line)[0] for line in made.kept] == [[], [0]]


def test_entities_are_renamed_and_dropped_with_their_list_of_classes(tmp_path: Path) -> None:
    text = entities("Ada lives in Turin", ("PERSON", 0, 3), ("CITY", 13, 18))
    other = entities("She met Bob", ("PERSON", 8, 11))
    made = Converted(tmp_path, dump(text), dump(other), settings=table({"CITY": "place"}, "PERSON"))
    assert made.dataset.classes == ("place",)
    assert made.dataset.reasons == {"GT440": 1}
    label, metadata = value_of(made.kept[0])
    assert label["annotations"] == {
        "labels": [{"label": "place"}],
        "entities": [{"label": "place", "startOffset": 13, "endOffset": 18}],
    }
    assert len(metadata["entities"]) == 1


def test_entities_of_two_classes_become_one(tmp_path: Path) -> None:
    text = dump(entities("Ada lives in Turin", ("PERSON", 0, 3), ("CITY", 13, 18)))
    made = Converted(tmp_path, text, settings=table({"CITY": "PERSON"}))
    label, _ = value_of(made.kept[0])
    assert label["annotations"]["labels"] == [{"label": "PERSON", "shortDisplayName": "P"}]
    assert [one["label"] for one in label["annotations"]["entities"]] == ["PERSON", "PERSON"]


def test_an_entity_whose_class_is_not_listed_is_renamed_to_one_that_is(tmp_path: Path) -> None:
    text = dump(entities("Ada lives in Turin", ("Person", 0, 3), ("CITY", 13, 18)))
    other = dump(entities("She met Bob", ("PERSON", 8, 11)))
    assert Converted(tmp_path / "a", text, other).dataset.reasons == {"GT301": 1}
    made = Converted(tmp_path / "b", text, other, settings=table({"Person": "PERSON"}))
    assert made.dataset.reasons == {}
    assert told(made)["GT314"] == '"Person" is "PERSON" now, on 1 entity'


def test_cuboids_are_renamed_and_dropped(tmp_path: Path) -> None:
    lines = [dump(cuboids(i, *ids)) for i, ids in enumerate([(0, 1), (1,), (0,)])]
    made = Converted(tmp_path, *lines, settings=table({"car": "wagon"}, "bus"))
    assert made.dataset.classes == ("wagon",)
    assert made.dataset.reasons == {"GT440": 1}
    assert made.dataset.statistics["cuboids"] == 2


MASKS = [dump(mask(i, "BACKGROUND", "Road", "kerb")) for i in range(8)]


def test_a_class_of_masks_gets_another_name_and_keeps_its_id(tmp_path: Path) -> None:
    made = Converted(tmp_path, *MASKS, settings=table({"Road": "road"}))
    assert made.dataset.classes == ("BACKGROUND", "road", "kerb")
    assert value_of(made.kept[0])[1]["internal-color-map"]["1"]["class-name"] == "road"
    assert told(made)["GT314"] == '"Road" is "road" now, on 8 labels'


@pytest.mark.parametrize("lines", [MASKS, [*map(dump, sequences("video-object-detection"))]])
def test_a_class_cannot_be_dropped_from_files_that_labels_name(lines: list[bytes], tmp_path: Path) -> None:
    with pytest.raises(
        ManifestError, match='"car" cannot be dropped: labels of type groundtruth/'
    ) as refusal:
        Converted(tmp_path, *lines, settings=table(None, "car"))
    assert refusal.value.fix.startswith("take it out of `dataset.classes.drop`")


def test_two_ids_of_masks_cannot_become_one_class(tmp_path: Path) -> None:
    settings = table({"kerb": "road", "Road": "road"})
    with pytest.raises(ManifestError, match='id 1 and id 2 cannot both be "road"'):
        Converted(tmp_path, *MASKS, settings=settings)
    with pytest.raises(ManifestError, match='"Road" and "kerb" cannot both be "road"'):
        Converted(tmp_path, *MASKS, settings=settings, classes=("Road", "kerb"))


def test_lines_that_disagree_on_a_name_of_a_mask_can_be_made_to_agree(tmp_path: Path) -> None:
    others = [dump(mask(i, "BACKGROUND", "street", "kerb")) for i in range(8, 12)]
    apart = Converted(tmp_path / "a", *MASKS, *others)
    assert apart.dataset.reasons == {"GT330": 4}
    made = Converted(tmp_path / "b", *MASKS, *others, settings=table({"street": "Road"}))
    assert made.dataset.reasons == {}


def test_lines_without_a_class_to_be_changed_keep_their_bytes(tmp_path: Path) -> None:
    lines = [boxes(i, 3, 1) for i in range(20)]
    plain = [line.replace(b'"0":"Car",', b"").replace(b',"2":"unsure"', b"") for line in lines]
    once = Converted(tmp_path / "a", *plain)
    made = Converted(tmp_path / "b", *plain, settings=table(ONE, "unsure"))
    assert (made.train, made.validation) == (once.train, once.validation)


def test_without_a_table_a_dataset_is_what_it_was(tmp_path: Path) -> None:
    once = Converted(tmp_path / "a", *MANY)
    made = Converted(
        tmp_path / "a", *MANY, settings=DatasetSettings(classes=ClassTable(emptied_records="keep"))
    )
    assert made.dataset == once.dataset
    assert made.report == once.report
    assert "class_changes" not in made.report


def test_repeated_records_are_counted_once(tmp_path: Path) -> None:
    made = Converted(tmp_path, boxes(1, 0), boxes(1, 0), boxes(2, 3), settings=table(ONE))
    assert told(made)["GT314"] == '"Car" is "car" now, on 1 box'
    assert made.dataset.reasons == {"GT401": 1}
