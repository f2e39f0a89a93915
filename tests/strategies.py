"""Manifests as hypothesis makes them: usable lines, faulty ones, and both together."""

from typing import Any

from hypothesis import strategies as st

from tests.label_samples import Line, cuboids, labeled
from tests.manifest_lines import LABEL, box, dump, record

NAMES = ("car", "bicycle", "person", "traffic light", "Fußgänger", "猫")

_keys = st.text(
    alphabet=st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=12
).map(lambda key: key + ".jpg")

sources = st.builds("s3://{}/{}".format, st.sampled_from(["bucket", "other-bucket"]), _keys)


@st.composite
def boxes_inside(draw: st.DrawFn, width: int, height: int, class_ids: list[int]) -> dict[str, Any]:
    left, top = draw(st.integers(0, width - 1)), draw(st.integers(0, height - 1))
    return box(
        draw(st.sampled_from(class_ids)),
        left,
        top,
        draw(st.integers(1, width - left)),
        draw(st.integers(1, height - top)),
    )


@st.composite
def usable_records(draw: st.DrawFn, source: str | None = None, *, id_step: int = 1) -> dict[str, Any]:
    """A record that converts; `id_step` above 1 leaves gaps between the class ids."""
    width, height = draw(st.integers(1, 4000)), draw(st.integers(1, 4000))
    ids = [i * id_step for i in range(len(NAMES))]
    boxes = draw(st.lists(boxes_inside(width, height, ids), max_size=5))
    classes = {str(i): NAMES[i // id_step] for i in sorted({b["class_id"] for b in boxes})}
    extra = draw(
        st.dictionaries(st.sampled_from(["color", "id", "page"]), st.integers() | st.text(max_size=5))
    )
    made = record(source or draw(sources), *boxes, classes=classes, size=(width, height))
    return {**draw(st.permutations(list({**extra, **made}.items())).map(dict))}


def _without(key: str) -> Any:
    return lambda value: {k: v for k, v in value.items() if k != key}


def _with_metadata(**changes: Any) -> Any:
    key = f"{LABEL}-metadata"
    return lambda value: {**value, key: {**value[key], **changes}}


_FAULTS = [
    _without("source-ref"),
    _without(LABEL),
    _without(f"{LABEL}-metadata"),
    lambda value: {"source-ref": value["source-ref"]},
    lambda value: {**value, "source-ref": "photo.jpg"},
    lambda value: {**value, LABEL: "none"},
    lambda value: {**value, LABEL: {**value[LABEL], "annotations": [box(99)]}},
    lambda value: {**value, LABEL: {**value[LABEL], "annotations": [box(0, -5)]}},
    lambda value: {**value, LABEL: {**value[LABEL], "annotations": [box(0, width=0)]}},
    lambda value: {**value, LABEL: {**value[LABEL], "image_size": []}},
    _with_metadata(**{"failure-reason": "expired"}),
    _with_metadata(type="groundtruth/image-classification"),
]

faulty_lines = st.one_of(
    st.builds(lambda value, fault: dump(fault(value)), usable_records(), st.sampled_from(_FAULTS)),
    st.binary(max_size=60).map(lambda text: text.replace(b"\n", b"")),
    usable_records()
    .map(dump)
    .flatmap(lambda line: st.integers(1, len(line) - 1).map(lambda end: line[:end])),
    st.sampled_from([b"[]", b"null", b"{}", b'{"a":NaN}', b'{"source-ref":"\\ud800"}', b"[" * 5000]),
)

usable_lines = usable_records().map(dump)
manifests = st.lists(st.one_of(usable_lines, usable_lines, faulty_lines), max_size=25)


@st.composite
def single_labels(draw: st.DrawFn, kind: str, label: str, source: st.SearchStrategy[str]) -> Line:
    """One class, whose id leaves gaps and may be a text; sometimes without confidence."""
    class_id = draw(st.integers(0, len(NAMES) - 1))
    confidence = draw(st.sampled_from([{}, {"confidence": 0}, {"confidence": 0.95}]))
    value = draw(st.sampled_from([3 * class_id, str(3 * class_id)]))
    return labeled(label, value, draw(source), kind, class_name=NAMES[class_id], **confidence)


@st.composite
def multi_labels(draw: st.DrawFn, kind: str, label: str, source: st.SearchStrategy[str]) -> Line:
    """Any number of classes in any order; the class-map may name more than those."""
    ids = draw(st.lists(st.integers(0, len(NAMES) - 1), unique=True, max_size=4))
    named = {*ids, *draw(st.sets(st.integers(0, len(NAMES) - 1), max_size=2))}
    return labeled(
        label,
        [2 * i for i in ids],
        draw(source),
        kind,
        class_map={str(2 * i): NAMES[i] for i in named},
        confidence_map={str(2 * i): 0.5 for i in ids},
    )


@st.composite
def masks(draw: st.DrawFn) -> Line:
    """The same id means the same class on every line; the background may be left out."""
    ids = draw(st.sets(st.integers(0, 4), min_size=1))
    names = ("BACKGROUND", *NAMES)
    return labeled(
        "road-ref",
        f"{draw(sources)}_2026-02-01T10:00:00.123456.png",
        draw(sources),
        "semantic-segmentation",
        internal_color_map={str(i): {"class-name": names[i]} for i in sorted(ids)},
    )


@st.composite
def texts_with_entities(draw: st.DrawFn) -> Line:
    """Spans within the text, whatever letters it has; each line lists the classes in an order of its own."""
    text = draw(texts)
    spans = draw(st.lists(st.tuples(st.integers(0, len(text) - 1), st.integers(1, len(text))), max_size=4))
    names = draw(st.permutations(NAMES[:3]))
    entities = [
        {"label": draw(st.sampled_from(names)), "startOffset": start, "endOffset": end}
        for start, end in spans
        if start < end
    ]
    return labeled(
        "ner",
        {"annotations": {"labels": [{"label": name} for name in names], "entities": entities}},
        text,
        "text-span",
        entities=[{"confidence": 0.1} for _ in entities],
    )


@st.composite
def cuboid_records(draw: st.DrawFn) -> Line:
    ids = draw(st.lists(st.integers(0, 3), max_size=3))
    line = cuboids(0, *(4 * i for i in ids))
    line["lidar-metadata"]["class_map"] = {str(4 * i): NAMES[i] for i in range(4)}
    return {**line, "source-ref": draw(sources)}


# what begins like an address would be one: `labeled` writes it as source-ref
texts = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), min_size=1, max_size=30).map(
    lambda text: f". {text} ."
)

LABELS_BY_TYPE: dict[str, st.SearchStrategy[Line]] = {
    "groundtruth/object-detection": usable_records(id_step=3),
    "groundtruth/image-classification": single_labels("image-classification", "species", sources),
    "groundtruth/image-classification-multilabel": multi_labels(
        "image-classification-multilabel", "tags", sources
    ),
    "groundtruth/semantic-segmentation": masks(),
    "groundtruth/text-classification": single_labels("text-classification", "mood", texts),
    "groundtruth/text-classification-multilabel": multi_labels(
        "text-classification-multilabel", "moods", texts
    ),
    "groundtruth/text-span": texts_with_entities(),
    "groundtruth/label-verification": single_labels("label-verification", "verify", sources),
    "groundtruth/video-classification": single_labels("video-classification", "clip", sources),
    "groundtruth/point_cloud_object_detection": cuboid_records(),
}
"""Usable records of the types whose labels are more than an address of a file outside."""
