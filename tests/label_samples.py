"""Lines of every label type, three each, in the shapes of the Developer Guide's samples and of real files."""

from typing import Any, NamedTuple

from tests.manifest_lines import box, record

Line = dict[str, Any]


class Sample(NamedTuple):
    """What a type's lines look like and what they come to; `items` are counted under the type's noun."""

    label: str
    lines: tuple[Line, ...]
    classes: tuple[str, ...]
    items: int
    source: str = "source-ref"


def labeled(label: str, value: Any, source: str, kind: str, /, **metadata: Any) -> Line:
    """One line; metadata keys are written with `_` for `-`."""
    return {
        "source-ref" if source.startswith("s3://") else "source": source,
        label: value,
        f"{label}-metadata": {
            **{key.replace("_", "-"): value for key, value in metadata.items()},
            "type": f"groundtruth/{kind}",
            "human-annotated": "yes",
            "creation-date": "2026-02-01T10:00:00.123456",
            "job-name": f"labeling-job/{label.lower()}",
        },
    }


def single(label: str, kind: str, sources: tuple[str, ...], names: tuple[str, ...]) -> tuple[Line, ...]:
    return tuple(
        labeled(label, names.index(name), source, kind, class_name=name, confidence=0.95)
        for source, name in zip(sources, (*names, names[0]), strict=True)
    )


def multi(label: str, kind: str, sources: tuple[str, ...]) -> tuple[Line, ...]:
    chosen = ({1: "rain", 0: "day"}, {2: "snow"}, {})
    return tuple(
        labeled(
            label,
            list(names),
            source,
            kind,
            class_map={str(i): name for i, name in names.items()},
            confidence_map=dict.fromkeys(map(str, names), 0.8),
        )
        for source, names in zip(sources, chosen, strict=True)
    )


def mask(number: int, *names: str) -> Line:
    return labeled(
        "road-ref",
        f"s3://bucket/road/output/{number}_2026-02-01T10:00:00.123456.png",
        f"s3://bucket/{number}.jpg",
        "semantic-segmentation",
        internal_color_map={
            str(i): {"class-name": name, "hex-color": f"#2ca02{i}", "confidence": 0.9}
            for i, name in enumerate(names)
        },
    )


def entities(text: str, *spans: tuple[str, int, int]) -> Line:
    found = [{"label": label, "startOffset": start, "endOffset": end} for label, start, end in spans]
    labels = [{"label": "PERSON", "shortDisplayName": "P"}, {"label": "CITY"}]
    return labeled(
        "ner",
        {"annotations": {"labels": labels, "entities": found}},
        text,
        "text-span",
        entities=[{"confidence": 0.1} for _ in found],
    )


def sequences(kind: str) -> tuple[Line, ...]:
    return tuple(
        labeled(
            "track-ref",
            f"s3://bucket/track/output/{i}/SeqLabel.json",
            f"s3://bucket/sequence-{i}.json",
            kind,
            class_map={"0": "car", "1": "bus"},
        )
        for i in range(3)
    )


def cuboids(number: int, *class_ids: int) -> Line:
    sides = {"length": 3.0, "width": 2, "height": 1.5, "roll": 0, "pitch": 0, "yaw": 1.6}
    centre = {"center-x": -2.5, "center-y": 120.0, "center-z": 0.3}
    line = labeled(
        "lidar",
        {
            "annotations": [
                {"object-name": f"car:{i}", "class-id": i, **centre, **sides, "label-category-attributes": {}}
                for i in class_ids
            ]
        },
        f"s3://bucket/frame-{number}.txt",
        "point_cloud_object_detection",
        objects=[],
    )
    line["lidar-metadata"]["class_map"] = {"0": "car", "1": "bus"}
    line["source-ref-metadata"] = {"format": "text/xyzi", "unix-timestamp": 1566861644.759115}
    return line


def points(number: int) -> Line:
    colours = {
        str(i): {"class-name": name, "hex-color": "#ffffff", "confidence": 0}
        for i, name in enumerate(("Background", "Car"))
    }
    return labeled(
        "points-ref",
        f"s3://bucket/points/{number}.zlib",
        f"s3://bucket/frame-{number}.bin",
        "point_cloud_single_frame_semantic_segmentation",
        color_map=colours,
    )


def custom(number: int, answer: Any) -> Line:
    return {
        "source-ref": f"s3://bucket/{number}.jpg",
        "answer": answer,
        "answer-metadata": {
            "type": "groundTruth/custom",
            "job_name": "survey",
            "creation_date": "2026-02-01T10:00:00.123456",
            "human-annotated": "yes",
        },
    }


IMAGES = tuple(f"s3://bucket/{name}.jpg" for name in "abc")
TEXTS = ("the food was good", "the food was bad", 'it was "so": so')

SAMPLES = {
    "groundtruth/object-detection": Sample(
        "boxes", tuple(record(source, box()) for source in IMAGES), ("car",), 3
    ),
    "groundtruth/image-classification": Sample(
        "species", single("species", "image-classification", IMAGES, ("dog", "cat")), ("dog", "cat"), 3
    ),
    "groundtruth/image-classification-multilabel": Sample(
        "tags", multi("tags", "image-classification-multilabel", IMAGES), ("day", "rain", "snow"), 3
    ),
    "groundtruth/semantic-segmentation": Sample(
        "road-ref",
        (mask(0, "BACKGROUND", "road"), mask(1, "BACKGROUND"), mask(2, "BACKGROUND", "road", "kerb")),
        ("BACKGROUND", "road", "kerb"),
        3,
    ),
    "groundtruth/text-classification": Sample(
        "mood", single("mood", "text-classification", TEXTS, ("glad", "sad")), ("glad", "sad"), 3, "source"
    ),
    "groundtruth/text-classification-multilabel": Sample(
        "moods", multi("moods", "text-classification-multilabel", TEXTS), ("day", "rain", "snow"), 3, "source"
    ),
    "groundtruth/text-span": Sample(
        "ner",
        (
            entities("Ada lives in Turin", ("PERSON", 0, 3), ("CITY", 13, 18)),
            entities("Ünal moved to Łódź, Ann too", ("PERSON", 0, 4), ("CITY", 14, 18), ("PERSON", 20, 23)),
            entities("She met Bob", ("PERSON", 8, 11)),
        ),
        ("PERSON", "CITY"),
        6,
        "source",
    ),
    "groundtruth/label-verification": Sample(
        "verify", single("verify", "label-verification", IMAGES, ("good", "bad")), ("good", "bad"), 3
    ),
    "groundtruth/video-classification": Sample(
        "clip", single("clip", "video-classification", IMAGES, ("goal", "foul")), ("goal", "foul"), 3
    ),
    "groundtruth/video-object-detection": Sample(
        "track-ref", sequences("video-object-detection"), ("car", "bus"), 6
    ),
    "groundtruth/video-object-tracking": Sample(
        "track-ref", sequences("video-object-tracking"), ("car", "bus"), 6
    ),
    "groundtruth/point_cloud_object_detection": Sample(
        "lidar", (cuboids(0, 0), cuboids(1, 1, 0), cuboids(2)), ("car", "bus"), 3
    ),
    "groundtruth/point_cloud_object_tracking": Sample(
        "track-ref", sequences("point_cloud_object_tracking"), ("car", "bus"), 6
    ),
    "groundtruth/point_cloud_single_frame_semantic_segmentation": Sample(
        "points-ref", (points(0), points(1), points(2)), ("Background", "Car"), 6
    ),
    "groundtruth/custom": Sample(
        "answer", (custom(0, {"a": [1, 2]}), custom(1, "text"), custom(2, {})), (), 2
    ),
}


def samples(kind: str) -> tuple[Line, ...]:
    """The sample lines of a type."""
    return SAMPLES[kind].lines
