import json
from pathlib import Path
from typing import Any

import pytest

from groundtrain.errors import ManifestError
from groundtrain.linting.linter import check_manifest
from groundtrain.manifest.label_attributes.attribute_choice import find_label
from groundtrain.manifest.label_types.registry import LABEL_TYPES
from groundtrain.manifest.record_reader import RecordReader
from groundtrain.record_keys import keys_of
from groundtrain.rules import RULES
from groundtrain.settings.dataset_settings import DatasetSettings
from groundtrain.settings.environment import Environment
from tests.label_samples import (
    IMAGES,
    SAMPLES,
    Line,
    Sample,
    cuboids,
    custom,
    entities,
    labeled,
    mask,
    points,
    samples,
    sequences,
)
from tests.manifest_lines import Converted, dump, manifest_of

KINDS = sorted(SAMPLES)
EVEN = DatasetSettings(validation=0.5)


def converted(directory: Path, *lines: Line, settings: DatasetSettings = EVEN, **more: Any) -> Converted:
    return Converted(directory, *map(dump, lines), settings=settings, **more)


def codes_on(line: Line, kind: str) -> list[str]:
    sample = SAMPLES[kind]
    reader = RecordReader(keys_of(sample.label, sample.source), LABEL_TYPES[kind], frozenset(RULES))
    return [finding.code for finding in reader.read(1, dump(line)).findings]


def with_metadata(line: Line, key: str, value: Any) -> Line:
    metadata = next(name for name in line if name.endswith("-metadata") and "type" in line[name])
    return {**line, metadata: {**line[metadata], key: value}}


def test_every_label_type_has_samples() -> None:
    assert set(SAMPLES) == set(LABEL_TYPES)


@pytest.mark.parametrize("kind", KINDS)
class TestEveryLabelType:
    @pytest.fixture
    def sample(self, kind: str) -> Sample:
        return SAMPLES[kind]

    def test_is_recognised(self, tmp_path: Path, kind: str, sample: Sample) -> None:
        attribute = find_label(manifest_of(tmp_path, *map(dump, sample.lines)), None)
        assert attribute.type.lower() == kind
        assert attribute.keys == (sample.source, sample.label, f"{sample.label}-metadata")
        assert attribute.created == "2026-02-01T10:00:00.123456"

    def test_is_clean_in_the_samples(self, kind: str, sample: Sample) -> None:
        assert [codes_on(line, kind) for line in sample.lines] == [[], [], []]

    def test_is_counted(self, tmp_path: Path, kind: str, sample: Sample) -> None:
        dataset = converted(tmp_path, *sample.lines).dataset
        assert dataset.type == kind
        assert dataset.classes == sample.classes
        assert dataset.statistics[LABEL_TYPES[kind].noun] == sample.items

    def test_is_written_byte_for_byte(self, tmp_path: Path, sample: Sample) -> None:
        wanted = sorted(
            dump({key: line[key] for key in keys_of(sample.label, sample.source)}) for line in sample.lines
        )
        assert converted(tmp_path, *sample.lines).kept == wanted

    def test_is_streamed_source_first(self, tmp_path: Path, sample: Sample) -> None:
        dataset = converted(tmp_path, *sample.lines).dataset
        assert dataset.attributes == (sample.source, sample.label)

    def test_converts_again_to_itself(self, tmp_path: Path, sample: Sample) -> None:
        once = converted(tmp_path, *sample.lines)
        again = Converted(tmp_path, *once.kept, settings=EVEN)
        assert (again.kept, again.dataset.classes) == (once.kept, once.dataset.classes)

    def test_is_found_where_labeling_failed(self, kind: str, sample: Sample) -> None:
        failed = with_metadata(sample.lines[0], "failure-reason", "expired")
        assert codes_on(failed, kind)[0] == "GT202"
        del failed[sample.label]
        assert codes_on(failed, kind) == ["GT202"]

    def test_is_found_where_nobody_labeled(self, kind: str, sample: Sample) -> None:
        assert codes_on({sample.source: sample.lines[0][sample.source]}, kind) == ["GT201"]

    def test_is_kept_apart_from_other_types(self, kind: str, sample: Sample) -> None:
        assert codes_on(with_metadata(sample.lines[0], "type", "groundtruth/other"), kind) == [
            "GT206" if kind == "groundtruth/custom" else "GT245"
        ]

    def test_does_not_take_the_wrong_ending_for_the_name(self, tmp_path: Path, sample: Sample) -> None:
        renamed = (
            sample.label.removesuffix("-ref") if sample.label.endswith("-ref") else f"{sample.label}-ref"
        )
        lines = [
            {
                sample.source: line[sample.source],
                renamed: line[sample.label],
                f"{renamed}-metadata": line[f"{sample.label}-metadata"],
            }
            for line in sample.lines
        ]
        assert "GT236" in converted(tmp_path, *lines).dataset.findings
        assert "GT236" not in converted(tmp_path, *sample.lines).dataset.findings

    def test_is_said_to_be_of_no_use_to_algorithms_or_is(
        self, tmp_path: Path, kind: str, sample: Sample
    ) -> None:
        dataset = converted(tmp_path, *sample.lines).dataset
        found = [finding for finding in dataset.manifest_findings if finding.code == "GT237"]
        assert len(found) == bool(LABEL_TYPES[kind].alternative)
        assert all(": " not in one.message and one.fix.count("ignore this rule") == 1 for one in found)


TRAINED = {
    "groundtruth/object-detection",
    "groundtruth/image-classification",
    "groundtruth/image-classification-multilabel",
    "groundtruth/semantic-segmentation",
    "groundtruth/text-classification",
    "groundtruth/text-classification-multilabel",
}


def test_the_types_that_algorithms_read_are_the_documented_ones() -> None:
    assert {kind for kind, label_type in LABEL_TYPES.items() if not label_type.alternative} == TRAINED


IN_FILES = [
    ("groundtruth/text-classification", "a.txt", False),
    ("groundtruth/video-classification", "a.mp4", False),
    ("groundtruth/video-object-tracking", "a.json", False),
    ("groundtruth/label-verification", "a.json", False),
    ("groundtruth/custom", "a.pdf", False),
    ("groundtruth/image-classification", "a.json", True),
    ("groundtruth/image-classification-multilabel", "a.webp", True),
    ("groundtruth/semantic-segmentation", "a.tif", True),
]


@pytest.mark.parametrize(("kind", "name", "told"), IN_FILES)
def test_only_images_that_algorithms_read_must_not_be_named_otherwise(
    kind: str, name: str, told: bool
) -> None:
    line = {key: value for key, value in SAMPLES[kind].lines[0].items() if key != "source"}
    reader = RecordReader(keys_of(SAMPLES[kind].label), LABEL_TYPES[kind], frozenset(RULES))
    found = reader.read(1, dump({**line, "source-ref": f"s3://bucket/{name}"})).findings
    assert [finding.code for finding in found] == ["GT125"] * told


SPECIES, TAGS = "groundtruth/image-classification", "groundtruth/image-classification-multilabel"
MASKS, SPANS = "groundtruth/semantic-segmentation", "groundtruth/text-span"
VIDEO, LIDAR = "groundtruth/video-object-tracking", "groundtruth/point_cloud_object_detection"
POINTS = "groundtruth/point_cloud_single_frame_semantic_segmentation"
ONE = {kind: SAMPLES[kind].lines[0] for kind in KINDS}
ROAD = mask(0, "BACKGROUND", "road")

FAULTS = [
    ("GT205", SPECIES, {**ONE[SPECIES], "species": None}),
    ("GT205", SPECIES, {**ONE[SPECIES], "species": -1}),
    ("GT205", SPECIES, {**ONE[SPECIES], "species": 1.5}),
    ("GT205", SPECIES, {**ONE[SPECIES], "species": "dog"}),
    ("GT241", SPECIES, {**ONE[SPECIES], "species": "01"}),
    ("GT241", SPECIES, {**ONE[SPECIES], "species": 0.0}),
    ("GT205", SPECIES, {**ONE[SPECIES], "species": True}),
    ("GT245", SPECIES, {**ONE[SPECIES], "species": [0]}),
    ("GT245", SPECIES, {**ONE[SPECIES], "species": "s3://bkt/0.png"}),
    ("GT241", SPECIES, with_metadata(ONE[SPECIES], "class-name", None)),
    ("GT241", SPECIES, with_metadata(ONE[SPECIES], "class-name", 7)),
    ("GT230", SPECIES, {**ONE[SPECIES], "species": "0"}),
    ("GT245", TAGS, {**ONE[TAGS], "tags": 1}),
    ("GT241", TAGS, {**ONE[TAGS], "tags": [0, 1.0]}),
    ("GT205", TAGS, {**ONE[TAGS], "tags": [0, None]}),
    ("GT230", TAGS, {**ONE[TAGS], "tags": [0, "1"]}),
    ("GT231", TAGS, {**ONE[TAGS], "tags": [0, 1, 0]}),
    ("GT301", TAGS, {**ONE[TAGS], "tags": [0, 7]}),
    ("GT205", MASKS, {**ROAD, "road-ref": {"annotations": []}}),
    ("GT205", MASKS, with_metadata(ROAD, "internal-color-map", {"0": "BACKGROUND"})),
    ("GT232", MASKS, {**ROAD, "road-ref": "masks/0.png"}),
    ("GT108", MASKS, {**ROAD, "road-ref": "s3://s3://bucket/0.png"}),
    ("GT114", MASKS, {**ROAD, "road-ref": "s3://bucket//0.png"}),
    ("GT232", MASKS, {**ROAD, "road-ref": "s3://bucket/masks/"}),
    ("GT233", MASKS, with_metadata(ROAD, "creation-date", "2020-06-04T00:00:00.000000")),
    ("GT233", MASKS, with_metadata(ROAD, "creation-date", "2020-09-04T23:59:59")),
    ("GT234", MASKS, mask(0, "cracked")),
    ("GT238", MASKS, with_metadata(ROAD, "internal-color-map", {"256": {"class-name": "road"}})),
    ("GT238", MASKS, with_metadata(ROAD, "internal-color-map", {"01": {"class-name": "road"}})),
    ("GT238", MASKS, with_metadata(ROAD, "internal-color-map", {"": {"class-name": "road"}})),
    ("GT238", MASKS, with_metadata(ROAD, "internal-color-map", {"1" * 5000: {"class-name": "road"}})),
    ("GT209", SPANS, with_metadata(ONE[SPANS], "entities", [])),
    ("GT235", SPANS, entities("Ada in Turin", ("CITY", 7, 13))),
    ("GT235", SPANS, entities("Ada in Turin", ("CITY", -1, 3))),
    ("GT235", SPANS, entities("Ada in Turin", ("CITY", 3, 3))),
    ("GT301", SPANS, entities("Ada in Turin", ("RIVER", 7, 12))),
    ("GT242", SPANS, entities("Ada in Turin", ("CITY", 7, 12), ("CITY", 7, 12))),
    ("GT245", SPANS, {**ONE[SPANS], "ner": 1}),
    ("GT205", SPANS, {**ONE[SPANS], "ner": {"annotations": {"entities": []}}}),
    ("GT106", SPANS, {**entities("a b"), "source": ""}),
    ("GT232", VIDEO, {**ONE[VIDEO], "track-ref": "SeqLabel.json"}),
    ("GT238", VIDEO, with_metadata(ONE[VIDEO], "class-map", {"300": "car"})),
    (
        "GT207",
        LIDAR,
        {**ONE[LIDAR], "lidar": {"annotations": [{**ONE[LIDAR]["lidar"]["annotations"][0], "height": 0}]}},
    ),
    ("GT301", LIDAR, cuboids(0, 2)),
    ("GT242", LIDAR, cuboids(0, 0, 0)),
    ("GT205", LIDAR, {**ONE[LIDAR], "lidar": {"annotations": [{"class-id": 0}]}}),
    ("GT238", POINTS, with_metadata(points(0), "color-map", {"-1": {"class-name": "Car"}})),
]


@pytest.mark.parametrize(("code", "kind", "line"), FAULTS)
def test_a_fault_of_a_type_is_found_under_its_code_and_no_other(code: str, kind: str, line: Line) -> None:
    assert codes_on(line, kind) == [code]


VARIANTS = [
    (SPECIES, {**ONE[SPECIES], "species-metadata": {**ONE[SPECIES]["species-metadata"], "confidence": 0}}),
    (SPECIES, labeled("species", 1, IMAGES[0], "image-classification", class_name="cat")),
    (SPECIES, with_metadata(ONE[SPECIES], "adjustment-status", "adjusted")),
    (TAGS, labeled("tags", [], IMAGES[0], "image-classification-multilabel", class_map={})),
    (TAGS, labeled("tags", [8], IMAGES[0], "image-classification-multilabel", class_map={"8": "day"})),
    (MASKS, with_metadata(ROAD, "adjustment-status", "unadjusted")),
    (MASKS, with_metadata(ROAD, "creation-date", "2020-06-03T23:59:59.999999")),
    (MASKS, with_metadata(ROAD, "creation-date", "2020-09-05T00:00:00")),
    (MASKS, with_metadata(ROAD, "creation-date", "some day")),
    (MASKS, with_metadata(ROAD, "internal-color-map", {"1": {"class-name": "road"}})),
    (SPANS, entities("nothing here")),
    (SPANS, labeled("ner", ONE[SPANS]["ner"], "Ada lives in Turin", "text-span")),
    (LIDAR, with_metadata(with_metadata(ONE[LIDAR], "class_map", {}), "class-map", {"0": "car"})),
    ("groundtruth/custom", with_metadata(custom(0, 1), "type", "GROUNDTRUTH/CUSTOM")),
    (
        "groundtruth/label-verification",
        with_metadata(
            samples("groundtruth/label-verification")[0], "worker-feedback", [{"comment": "loose"}]
        ),
    ),
]


@pytest.mark.parametrize(("kind", "line"), VARIANTS)
def test_a_variant_of_real_files_is_accepted(kind: str, line: Line) -> None:
    assert codes_on(line, kind) == []


def test_the_clean_samples_of_frequent_types_go_the_fast_way() -> None:
    for kind in (SPECIES, TAGS, "groundtruth/text-classification"):
        sample, line = SAMPLES[kind], dump(ONE[kind])
        reader = RecordReader(keys_of(sample.label, sample.source), LABEL_TYPES[kind], frozenset(RULES))
        assert reader.read(1, line).output is line


def test_single_labels_get_ids_by_name(tmp_path: Path) -> None:
    lines = (
        labeled("species", "5", "s3://bucket/a.jpg", "image-classification", class_name="cat"),
        labeled("species", 2, "s3://bucket/b.jpg", "image-classification", class_name="dog"),
    )
    made = converted(tmp_path, *lines)
    assert made.dataset.classes == ("dog", "cat")
    assert sorted(json.loads(line)["species"] for line in made.kept) == [0, 1]


def test_lists_of_labels_and_their_maps_get_ids_by_name(tmp_path: Path) -> None:
    line = labeled(
        "tags",
        [8, "3"],
        "s3://bucket/a.jpg",
        "image-classification-multilabel",
        class_map={"3": "person", "8": "clothing", "9": "bicycle"},
        confidence_map={"3": 0.2, "8": 0.9},
    )
    made = converted(tmp_path, line)
    (kept,) = map(json.loads, made.kept)
    assert made.dataset.classes == ("person", "clothing", "bicycle")
    assert kept["tags"] == [1, 0]
    assert kept["tags-metadata"]["class-map"] == {"0": "person", "1": "clothing", "2": "bicycle"}
    assert kept["tags-metadata"]["confidence-map"] == {"0": 0.2, "1": 0.9}


def test_a_class_listed_twice_is_not_mended_for_the_list_may_say_0_or_1_for_each_class(
    tmp_path: Path,
) -> None:
    line = {**ONE[TAGS], "tags": [1, 0, 1]}
    assert converted(tmp_path, line, settings=DatasetSettings(fix=("GT",))).kept == [dump(line)]


def weather(*lists: list[Any], names: tuple[str, ...] = ("dry", "rain", "fog")) -> list[Line]:
    class_map = {str(i): name for i, name in enumerate(names)}
    return [
        labeled("tags", values, source, "image-classification-multilabel", class_map=class_map)
        for values, source in zip(lists, IMAGES, strict=False)
    ]


MULTI_HOT = [
    weather([1, 0, 1], [0, 1, 0], [1, 1, 1]),
    weather([0, 0, 0], [0, 0, 0]),
    weather([0, 1, "0"]),
    weather([1, 0], [0, 1], names=("dry", "rain")),
    weather([1, 1], names=("dry", "rain")),
    weather(*([0, 1, 0], [0, 0, 1]), names=("fog", "rain", "dry")),
]
NOT_MULTI_HOT = [
    weather([1, 0], [0, 1], [1]),
    weather([0, 1], [0, 1], names=("dry", "rain")),
    weather([1, 0, 1], [0, 1, 2]),
    weather([1, 0, 1], []),
    weather([1, 0, 1], [0, 1]),
    weather([0, 0], [1, 1]),
    weather([0], [0], names=("dry",)),
    weather([], [], names=()),
]


@pytest.mark.parametrize("lines", MULTI_HOT)
def test_lists_of_0_and_1_for_each_class_are_told(tmp_path: Path, lines: list[Line]) -> None:
    told = {finding.code for finding in converted(tmp_path, *lines).dataset.manifest_findings}
    assert "GT309" in told


@pytest.mark.parametrize("lines", NOT_MULTI_HOT)
def test_lists_that_may_be_class_ids_are_not_told_to_be_none(tmp_path: Path, lines: list[Line]) -> None:
    told = {finding.code for finding in converted(tmp_path, *lines).dataset.manifest_findings}
    assert "GT309" not in told


@pytest.mark.parametrize("lines", [*MULTI_HOT, *NOT_MULTI_HOT])
@pytest.mark.parametrize("at", range(4))
def test_lists_of_0_and_1_are_told_on_whichever_side_they_are(lines: list[Line], at: int) -> None:
    tags, n = LABEL_TYPES[TAGS], len(lines[0]["tags-metadata"]["class-map"])
    reader = RecordReader(keys_of("tags"), tags, frozenset(RULES))
    whole, one, other = tags.tally(), tags.tally(), tags.tally()
    for i, line in enumerate(lines):
        record = reader.read(1, dump(line)).record
        assert record is not None
        for tally in (whole, one if i < at else other):
            tally.add_all([record], [tags.summarize(record)])
    assert one.merged(other).statistics() == whole.statistics()
    (check,) = tags.checks_together.values()
    saw = [list(check(tally, ("",) * n)) for tally in (whole, one.merged(other), other.merged(one))]
    assert bool(saw[0]) == bool(saw[1]) == bool(saw[2])


def test_two_ids_with_one_name_are_written_as_one_class(tmp_path: Path) -> None:
    line = {**ONE[TAGS], "tags": [0, 1], "tags-metadata": {**ONE[TAGS]["tags-metadata"]}}
    line["tags-metadata"]["class-map"] = {"0": "wet", "1": "wet"}
    made = converted(tmp_path, line)
    (written,) = made.kept
    assert json.loads(written)["tags"] == [0]
    both = (made.dataset.train.records_by_class, made.dataset.validation.records_by_class)
    assert sum(side.get("wet", 0) for side in both) == 1


def test_labels_that_are_no_class_ids_will_not_train(tmp_path: Path) -> None:
    manifest = manifest_of(tmp_path, *map(dump, MULTI_HOT[0]))
    check = check_manifest(manifest, Environment(name="local", region="", dataset=EVEN))
    assert any("write the ids of the classes that apply" in reason for reason in check.verdict.because)


def test_cuboids_get_ids_by_name(tmp_path: Path) -> None:
    line = with_metadata(cuboids(0, 7), "class_map", {"7": "bus"})
    (kept,) = map(json.loads, converted(tmp_path, line).kept)
    assert kept["lidar"]["annotations"][0]["class-id"] == 0
    assert kept["lidar-metadata"]["class_map"] == {"0": "bus"}


def test_entities_keep_their_bytes_though_classes_are_in_another_order(tmp_path: Path) -> None:
    other = entities("Rome is old", ("CITY", 0, 4))
    other["ner"]["annotations"]["labels"].reverse()
    made = converted(tmp_path, ONE[SPANS], other)
    assert made.dataset.classes == ("CITY", "PERSON")
    assert made.kept == sorted([dump(ONE[SPANS]), dump(other)])
    assert (
        sum(side.records_by_class.get("CITY", 0) for side in (made.dataset.train, made.dataset.validation))
        == 2
    )
    assert set(made.dataset.findings) == {"GT237", "GT403"}


def test_ids_in_masks_stay_and_a_gap_is_a_class_without_name(tmp_path: Path) -> None:
    gap = with_metadata(ROAD, "internal-color-map", {"2": {"class-name": "road"}})
    made = converted(tmp_path, gap)
    assert made.dataset.classes == ("BACKGROUND", "unnamed 1", "road")
    assert made.kept == [dump(gap)]
    assert made.dataset.findings["GT331"] == 1


def test_masks_that_disagree_on_an_id_are_left_out(tmp_path: Path) -> None:
    made = converted(
        tmp_path,
        mask(0, "BACKGROUND", "road"),
        mask(1, "BACKGROUND", "kerb"),
        ROAD | {"source-ref": "s3://bucket/9.jpg"},
    )
    assert made.dataset.classes == ("BACKGROUND", "road")
    assert made.dataset.reasons == {"GT330": 1}
    assert made.rejected[0]["reason"].endswith('id 1 is "kerb" here and "road" elsewhere')


def test_a_mask_that_repeats_an_image_is_a_repetition_though_its_id_is_named_otherwise(
    tmp_path: Path,
) -> None:
    again = mask(1, "BACKGROUND", "kerb")
    good = [mask(number, "BACKGROUND", "road") for number in (0, 1)]
    made = converted(tmp_path, *good, again, mask(2, "BACKGROUND", "kerb"))
    assert made.dataset.reasons == {"GT401": 1, "GT330": 1}


def test_class_0_is_the_background_where_any_mask_says_so(tmp_path: Path) -> None:
    made = converted(tmp_path, mask(0, "cracked"), mask(1, "BACKGROUND"))
    assert made.dataset.classes == ("BACKGROUND",)
    assert made.dataset.reasons == {"GT330": 1}


def test_masks_that_name_the_background_only_show_no_class(tmp_path: Path) -> None:
    made = converted(tmp_path, mask(0, "BACKGROUND"), mask(1, "BACKGROUND"))
    assert made.dataset.findings.keys() & {"GT307", "GT415"} == {"GT307"}


def test_the_label_category_file_leaves_out_the_background_of_masks(tmp_path: Path) -> None:
    made = converted(tmp_path, ROAD, classes=("road", "kerb"))
    assert made.dataset.classes == ("BACKGROUND", "road", "kerb")
    assert made.dataset.rejected == 0


def test_the_buckets_of_masks_are_among_those_to_read(tmp_path: Path) -> None:
    line = {**ROAD, "road-ref": "s3://masks/0.png"}
    assert converted(tmp_path, line).dataset.image_buckets == ("bucket", "masks")


def test_a_mask_that_is_missing_leaves_its_line_out(tmp_path: Path) -> None:
    made = converted(
        tmp_path,
        mask(0, "BACKGROUND"),
        mask(1, "BACKGROUND"),
        image_exists=lambda address: "/1_" not in address,
    )
    assert made.dataset.reasons == {"GT620": 1}
    assert "$.road-ref" in made.rejected[0]["reason"]


def test_a_doubled_scheme_is_mended_in_the_addresses_of_image_and_mask(tmp_path: Path) -> None:
    line = {**ROAD, "source-ref": "s3://s3://bucket/0.jpg", "road-ref": "s3://s3://masks/0.png"}
    made = converted(tmp_path, line, settings=DatasetSettings(fix=("GT108",)))
    (kept,) = map(json.loads, made.kept)
    assert (kept["source-ref"], kept["road-ref"]) == ("s3://bucket/0.jpg", "s3://masks/0.png")
    assert made.dataset.image_buckets == ("bucket", "masks")


def test_metadata_of_a_mask_may_lack_the_ending_of_its_name(tmp_path: Path) -> None:
    line = {"road-metadata" if key == "road-ref-metadata" else key: value for key, value in ROAD.items()}
    failed = {
        "source-ref": "s3://bucket/x.jpg",
        "road-metadata": {"failure-reason": "expired", "type": ROAD["road-ref-metadata"]["type"]},
    }
    made = converted(tmp_path, line, failed)
    assert made.dataset.label == "road-ref"
    assert made.kept == [dump(line)]
    assert made.dataset.reasons == {"GT202": 1}


def test_a_text_may_be_an_object_in_s3(tmp_path: Path) -> None:
    line = labeled("mood", 0, "s3://bucket/a.txt", "text-classification", class_name="glad")
    dataset = converted(tmp_path, line).dataset
    assert (dataset.attributes, dataset.image_buckets) == (("source-ref", "mood"), ("bucket",))


def test_texts_on_the_lines_need_no_bucket(tmp_path: Path) -> None:
    assert converted(tmp_path, *samples("groundtruth/text-classification")).dataset.image_buckets == ()


def test_a_chained_label_leaves_the_older_one_behind(tmp_path: Path) -> None:
    older, newer = ONE[SPECIES], labeled("again", 0, IMAGES[0], "image-classification", class_name="dog")
    newer = with_metadata(newer, "adjustment-status", "adjusted")
    made = converted(tmp_path, {**older, **newer}, settings=DatasetSettings(label="again"))
    assert made.kept == [dump(newer)]


def test_custom_labels_are_kept_though_a_category_file_lists_classes(tmp_path: Path) -> None:
    made = converted(tmp_path, *samples("groundtruth/custom"), classes=("yes", "no"))
    assert (made.dataset.rejected, made.dataset.statistics["without_objects"]) == (0, 1)


def test_video_sequences_keep_their_ids(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match='here and "bus" in the label category file') as told:
        converted(tmp_path, *sequences("video-object-detection"), classes=("bus", "car"))
    assert told.value.fix == "name the label category file of this job, or leave the line out"


def test_an_entity_on_a_line_that_lists_no_class_is_told_so() -> None:
    line = entities("Ada in Turin", ("CITY", 7, 12))
    line["ner"]["annotations"]["labels"] = []
    reader = RecordReader(keys_of("ner", "source"), LABEL_TYPES[SPANS], frozenset(RULES))
    (finding,) = reader.read(1, dump(line)).findings
    assert (finding.code, finding.message) == ("GT301", '"CITY", and the classes are none')


def test_a_text_without_an_entity_is_a_record_that_shows_nothing(tmp_path: Path) -> None:
    made = Converted(tmp_path, dump(entities("Ada in Turin", ("CITY", 7, 12))), dump(entities("no one")))
    assert (made.rejected, made.dataset.statistics["without_objects"]) == ([], 1)
