"""Manifests as hypothesis makes them: usable lines, faulty ones, and both together."""

from typing import Any

from hypothesis import strategies as st

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
