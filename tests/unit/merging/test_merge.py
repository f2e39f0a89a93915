import json
from pathlib import Path
from typing import Any

import pytest

from groundtrain.errors import LabelAttributeError, ManifestError
from groundtrain.manifest.source import FileManifest
from groundtrain.merging.merge import merge
from tests.manifest_lines import LABEL, box, dump, good, record
from tests.merged import manifest_file, merge_lines, names_of_boxes

CAR, BUS = {"0": "car"}, {"0": "bus"}
A, B = "s3://bucket/a.jpg", "s3://bucket/b.jpg"
OLD, NEW = {"creation-date": "2026-01-01T00:00:00.000000"}, {"creation-date": "2026-02-01T00:00:00.000000"}


def renamed(value: dict[str, Any], label: str) -> dict[str, Any]:
    return {key.replace(LABEL, label): part for key, part in value.items()}


def test_a_manifest_merged_with_nothing_stays_byte_for_byte_what_it_is(tmp_path: Path) -> None:
    lines = [*good(3), json.dumps(record(B, box()), indent=None).encode()]
    merged, written = merge_lines(tmp_path, lines)
    assert written == lines
    assert merged.records == 4


def test_records_keep_the_order_of_the_manifests_and_of_their_lines(tmp_path: Path) -> None:
    _, written = merge_lines(tmp_path, good(3, "z"), good(3, "a"))
    assert written == [*good(3, "z"), *good(3, "a")]


def test_classes_are_united_by_name(tmp_path: Path) -> None:
    first, second = [dump(record(A, box(0), classes=CAR))], [dump(record(B, box(0), classes=BUS))]
    merged, written = merge_lines(tmp_path, first, second)
    assert merged.classes == ("car", "bus")
    assert json.loads(written[1])[LABEL]["annotations"][0]["class_id"] == 1
    assert [names_of_boxes(line) for line in written] == [["car"], ["bus"]]


def test_a_label_whose_ids_do_not_change_keeps_its_bytes(tmp_path: Path) -> None:
    odd = dump(record(B, box(), classes=CAR)).replace(b'"left":', b'"left" : ')
    _, written = merge_lines(tmp_path, [dump(renamed(record(A, box()), "cars"))], [odd])
    assert b'"cars":' + dump(record(B, box())[LABEL]).replace(b'"left":', b'"left" : ') in written[1]


@pytest.mark.parametrize("spelled", ['"0"', "0.0", '"00"'])
def test_values_spelled_otherwise_are_written_plainly_and_counted(spelled: str, tmp_path: Path) -> None:
    odd = dump(record(B, box())).replace(b'"class_id":0', f'"class_id":{spelled}'.encode())
    merged, written = merge_lines(tmp_path, [dump(record(A, box())), odd])
    assert written == [dump(record(A, box())), dump(record(B, box()))]
    assert merged.manifests[0].fixed == {"GT241": 1}


def test_gaps_between_class_ids_are_closed(tmp_path: Path) -> None:
    merged, written = merge_lines(
        tmp_path, [dump(record(A, box(7), box(2), classes={"2": "car", "7": "bus"}))]
    )
    assert merged.classes == ("car", "bus")
    assert [b["class_id"] for b in json.loads(written[0])[LABEL]["annotations"]] == [1, 0]


def test_classes_of_a_category_file_come_first(tmp_path: Path) -> None:
    merged, _ = merge_lines(tmp_path, [dump(record(A, box()))], categories=("bus", "tram"))
    assert merged.classes == ("bus", "tram", "car")
    assert merged.conflicts == {"not-in-category-file": 1}


def test_the_newest_label_of_a_source_is_taken(tmp_path: Path) -> None:
    new, old = dump(record(A, box(left=1), **NEW)), dump(record(A, box(left=2), **OLD))
    merged, written = merge_lines(tmp_path, [new], [old])
    assert written == [new]
    assert [one.replaced for one in merged.manifests] == [0, 1]


def test_of_labels_of_one_date_that_of_the_later_manifest_is_taken(tmp_path: Path) -> None:
    first, second = dump(record(A, box(left=1))), dump(record(A, box(left=2)))
    assert merge_lines(tmp_path, [first], [second])[1] == [second]


def test_within_a_manifest_the_first_of_equally_new_lines_is_taken(tmp_path: Path) -> None:
    first, second = dump(record(A, box(left=1))), dump(record(A, box(left=2)))
    assert merge_lines(tmp_path, [first, second])[1] == [first]


def test_a_label_without_date_is_older_than_any_other(tmp_path: Path) -> None:
    undated = dump(record(A, box(left=1), **{"creation-date": "some day"}))
    dated = dump(record(A, box(left=2), **OLD))
    assert merge_lines(tmp_path, [dated], [undated])[1] == [dated]


def test_a_label_is_taken_before_none(tmp_path: Path) -> None:
    labeled = dump(record(A, box(), **OLD))
    failed = {"source-ref": A, f"{LABEL}-metadata": {**record()[f"{LABEL}-metadata"], "failure-reason": "no"}}
    merged, written = merge_lines(tmp_path, [labeled], [dump({"source-ref": A}), dump(failed), *good(1)])
    assert written == [labeled, *good(1)]
    assert merged.conflicts == {}


def test_a_record_that_nobody_labeled_is_kept(tmp_path: Path) -> None:
    unlabeled = dump({"source-ref": A, "id": 7})
    merged, written = merge_lines(tmp_path, [unlabeled, *good(1)])
    assert written == [unlabeled, *good(1)]
    assert merged.manifests[0].unlabeled == 1


def test_different_labels_of_a_source_are_listed(tmp_path: Path) -> None:
    merged, _ = merge_lines(
        tmp_path, [*good(1), dump(record(A, box(left=1), **OLD))], [dump(record(A, box(left=2), **NEW))]
    )
    assert merged.conflicts == {"different-labels": 1}
    conflict = merged.examples[0]
    assert conflict.subject == A
    assert (
        conflict.message
        == "b line 1 (2026-02-01 00:00:00) is taken, not a line 2 (2026-01-01 00:00:00, car 1)"
    )


def test_labels_that_say_the_same_under_other_ids_are_no_conflict(tmp_path: Path) -> None:
    one = dump(record(A, box(0), classes={"0": "car", "1": "bus"}))
    other = dump(record(A, box(1), classes={"1": "car"}))
    assert "different-labels" not in merge_lines(tmp_path, [one], [other])[0].conflicts


def test_ids_that_mean_different_classes_are_listed(tmp_path: Path) -> None:
    one = [dump(record(A, box(0), box(1), classes={"0": "car", "1": "bus"}))]
    other = [dump(record(B, box(0), classes={"0": "bus"}))]
    merged, _ = merge_lines(tmp_path, one, other)
    assert [(c.kind, c.subject, c.message) for c in merged.examples] == [
        ("one-name-two-ids", "bus", "1 in a, 0 in b"),
        ("one-id-two-names", "0", "car in a, bus in b"),
    ]


def test_names_that_look_alike_are_listed_and_stay_two_classes(tmp_path: Path) -> None:
    one = [dump(record(A, box(0), classes={"0": "traffic light"}))]
    other = [dump(record(B, box(1), classes={"1": "Traffic_Light"}))]
    merged, _ = merge_lines(tmp_path, one, other)
    assert merged.classes == ("traffic light", "Traffic_Light")
    assert merged.conflicts == {"similar-names": 1}


def test_a_class_that_only_replaced_lines_have_is_no_class_of_the_merged_manifest(tmp_path: Path) -> None:
    typo = [dump(record(A, box(), classes={"0": "carr"}, **OLD))]
    right = [dump(record(A, box(), classes=CAR, **NEW))]
    assert merge_lines(tmp_path, typo, right, drop=("carr",))[0].classes == ("car",)


def test_the_label_attribute_is_called_as_in_the_first_manifest(tmp_path: Path) -> None:
    other = renamed(record(B, box()), "vehicles")
    merged, written = merge_lines(tmp_path, [dump(record(A, box()))], [dump(other)])
    assert merged.label == LABEL
    assert json.loads(written[1]) == record(B, box())
    assert merged.manifests[1].label == "vehicles"


def test_the_label_attribute_is_called_as_is_wished(tmp_path: Path) -> None:
    _, written = merge_lines(tmp_path, good(1), label="vehicles")
    assert json.loads(written[0]) == renamed(json.loads(good(1)[0]), "vehicles")


@pytest.mark.parametrize("name", ["source-ref", "source", "boxes-metadata", "boxes-ref"])
def test_a_label_attribute_gets_no_name_that_would_not_be_streamed(tmp_path: Path, name: str) -> None:
    with pytest.raises(LabelAttributeError):
        merge_lines(tmp_path, good(1), label=name)


def test_other_attributes_of_a_line_are_kept(tmp_path: Path) -> None:
    _, written = merge_lines(tmp_path, [dump({"id": 7, **record(A, box())})], label="vehicles")
    assert json.loads(written[0])["id"] == 7


def test_a_line_that_has_something_else_under_the_new_name_stops_the_merge(tmp_path: Path) -> None:
    with pytest.raises(LabelAttributeError, match="a line 1 has something else at vehicles"):
        merge_lines(tmp_path, [dump({"vehicles": 7, **record(A, box())})], label="vehicles")
    assert not (tmp_path / "merged").exists()


def test_of_several_label_attributes_one_is_chosen_and_the_others_are_left_out(tmp_path: Path) -> None:
    chained = dump({**record(A, box(left=1)), **renamed(record(A, box(left=2)), "adjusted")})
    _, written = merge_lines(tmp_path, [chained], take=("adjusted",), label=LABEL)
    assert json.loads(written[0]) == record(A, box(left=2))


def test_several_label_attributes_and_none_chosen_stop_the_merge(tmp_path: Path) -> None:
    chained = dump({**record(A, box()), **renamed(record(A, box()), "adjusted")})
    with pytest.raises(LabelAttributeError, match="2 label attributes") as caught:
        merge_lines(tmp_path, [chained])
    assert "adjusted" in caught.value.fix


def test_a_label_attribute_that_no_manifest_has_is_not_taken(tmp_path: Path) -> None:
    with pytest.raises(LabelAttributeError, match="no manifest has the label attribute nope"):
        merge_lines(tmp_path, good(1, "a"), good(1, "b"), take=["nope"])


def test_manifests_of_different_types_are_not_merged(tmp_path: Path) -> None:
    other = {"source-ref": B, "kind": 0, "kind-metadata": {"type": "groundtruth/image-classification"}}
    with pytest.raises(ManifestError, match=r"groundtruth/image-classification"):
        merge_lines(tmp_path, good(1), [dump(other)])


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b'{"source-ref"', "GT101"),
        (dump({LABEL: 1}), "GT106"),
        (dump({**record(A, box()), LABEL: "none"}), "GT205"),
        (dump(record(A, box(3))), "GT301"),
        (dump({**record(A, box()), LABEL: {**record()[LABEL], "far": 0}}).replace(b"0}", b"1e999}"), "GT205"),
    ],
)
def test_a_line_that_cannot_be_merged_is_left_out_and_told(tmp_path: Path, line: bytes, code: str) -> None:
    merged, written = merge_lines(tmp_path, [line, *good(2)])
    assert written == good(2)
    assert merged.manifests[0].left_out == {code: 1}
    assert [(one.manifest, one.finding.line, one.finding.code) for one in merged.left_out] == [("a", 1, code)]


def test_without_any_line_to_merge_nothing_is_written(tmp_path: Path) -> None:
    (tmp_path / "merged").write_bytes(b"before")
    with pytest.raises(ManifestError, match="no line can be merged"):
        merge_lines(tmp_path, [dump(record(A, box(3)))])
    assert (tmp_path / "merged").read_bytes() == b"before"


def test_the_output_may_be_one_of_the_manifests(tmp_path: Path) -> None:
    manifest_file(tmp_path / "a", good(2, "a"))
    source, other = FileManifest(tmp_path / "a"), manifest_file(tmp_path / "b", good(2, "b"))
    merge([source, other], tmp_path / "a")
    assert (tmp_path / "a").read_bytes().splitlines() == [*good(2, "a"), *good(2, "b")]


def road(source: str, **names: str) -> bytes:
    colors = {i.removeprefix("id"): {"class-name": name, "hex-color": "#ffffff"} for i, name in names.items()}
    metadata = {"type": "groundtruth/semantic-segmentation", "internal-color-map": colors}
    return dump({"source-ref": source, "road-ref": f"{source}.png", "road-ref-metadata": metadata})


def test_masks_that_agree_on_their_ids_are_merged_as_they_are(tmp_path: Path) -> None:
    lines = [road(A, id0="BACKGROUND", id1="asphalt")], [road(B, id0="BACKGROUND", id2="grass")]
    merged, written = merge_lines(tmp_path, *lines)
    assert written == [*lines[0], *lines[1]]
    assert merged.classes == ("BACKGROUND", "asphalt", "grass")


def test_masks_that_disagree_on_an_id_are_not_merged(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match="class id 1 is asphalt in a, grass in b; ids of this type"):
        merge_lines(tmp_path, [road(A, id1="asphalt")], [road(B, id1="grass")])


def test_masks_of_one_file_that_disagree_are_told_a_way_for_one_file(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match="class id 1 is asphalt in a, grass in a") as raised:
        merge_lines(tmp_path, [road(A, id1="asphalt"), road(B, id1="grass")])
    assert (
        raised.value.fix == "convert a first: groundtrain convert leaves out the lines that disagree (GT330)"
    )


def test_masks_are_not_merged_under_a_category_file_of_another_order(tmp_path: Path) -> None:
    lines = [road(A, id0="BACKGROUND", id1="asphalt")], [road(B, id0="BACKGROUND", id2="grass")]
    with pytest.raises(ManifestError, match='class "asphalt" has id 1 in the files of the labels, and 2'):
        merge_lines(tmp_path, *lines, categories=["grass", "asphalt"])
    assert merge_lines(tmp_path, *lines, categories=["asphalt", "grass"])[0].classes[1:] == (
        "asphalt",
        "grass",
    )


def species(source: str, label: Any, **metadata: Any) -> bytes:
    kind = "image-classification" + ("-multilabel" if isinstance(label, list) else "")
    said = {"type": f"groundtruth/{kind}", **metadata}
    return dump({"source-ref": source, "species": label, "species-metadata": said})


def test_single_classes_are_united_by_name(tmp_path: Path) -> None:
    first, second = species(A, 1, **{"class-name": "dog"}), species(B, "0", **{"class-name": "cat"})
    merged, written = merge_lines(tmp_path, [first], [second])
    assert merged.classes == ("dog", "cat")
    assert [json.loads(line)["species"] for line in written] == [0, 1]


def test_lists_of_classes_that_differ_in_order_only_are_no_conflict(tmp_path: Path) -> None:
    first = species(A, [0, 1], **{"class-map": {"0": "dog", "1": "cat"}})
    second = species(A, [0, 1], **{"class-map": {"0": "cat", "1": "dog"}})
    merged, written = merge_lines(tmp_path, [first], [second])
    assert "different-labels" not in merged.conflicts
    assert sorted(json.loads(written[0])["species"]) == [0, 1]


def test_texts_are_told_apart_by_what_they_say(tmp_path: Path) -> None:
    metadata = {"type": "groundtruth/text-classification", "class-name": "praise"}
    lines = [dump({"source": text, "tone": 0, "tone-metadata": metadata}) for text in ("good", "great")]
    assert merge_lines(tmp_path, lines, lines)[1] == lines


def person(text: str, *classes: str) -> bytes:
    """A text that begins with a person."""
    labels = [{"label": name} for name in classes]
    found = [{"label": "PERSON", "startOffset": 0, "endOffset": 3}]
    metadata = {"type": "groundtruth/text-span", "entities": [{"confidence": 1}]}
    label = {"annotations": {"labels": labels, "entities": found}}
    return dump({"source": text, "ner": label, "ner-metadata": metadata})


def test_entities_are_merged_whatever_the_order_of_their_classes(tmp_path: Path) -> None:
    lines = [person("Eve sings", "PERSON", "CITY")], [person("Ada counts", "CITY", "PERSON")]
    merged, written = merge_lines(tmp_path, *lines)
    assert written == [*lines[0], *lines[1]]
    assert (merged.classes, merged.conflicts) == (("PERSON", "CITY"), {})


def test_texts_and_objects_are_not_merged(tmp_path: Path) -> None:
    metadata = {"type": "groundtruth/text-classification", "class-name": "praise"}
    tone = {"tone": 0, "tone-metadata": metadata}
    with pytest.raises(ManifestError, match="b has source-ref, a has source"):
        merge_lines(tmp_path, [dump({"source": "good", **tone})], [dump({"source-ref": A, **tone})])


CORPUS = Path(__file__).parents[4] / "shared" / "corpus"
JOBS = sorted(CORPUS.glob("aws-samples__*greengrass*/*.manifest"))


@pytest.mark.skipif(not JOBS, reason="the public manifests are not at hand")
def test_the_four_jobs_of_a_public_sample_become_one_manifest(tmp_path: Path) -> None:
    lines = [line for job in JOBS for line in job.read_bytes().splitlines()]
    merged = merge([FileManifest(job) for job in JOBS], tmp_path / "merged")
    assert merged.records == len(lines) == 1310
    assert (tmp_path / "merged").read_bytes().splitlines() == lines
