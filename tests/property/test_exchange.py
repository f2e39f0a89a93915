import json
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from groundtrain.errors import ManifestError
from groundtrain.formats.manifest_lines import Origin
from groundtrain.formats.s3_manifest.exporting import export_keys, export_labels
from groundtrain.formats.s3_manifest.gathered_labels import gather_labels
from groundtrain.formats.s3_manifest.importing import import_manifest
from groundtrain.formats.s3_manifest.named_objects import look_for_objects
from groundtrain.manifest.source import FileManifest
from tests.manifest_lines import dump, manifest_of
from tests.strategies import NAMES

ORIGIN = Origin("kind", "job", datetime(2026, 2, 3, tzinfo=UTC))
TYPES = {"one": None, "several": "groundtruth/image-classification-multilabel", "boxes": None}
keys = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=8).filter(
    lambda key: not key.endswith("/")
)
names = st.sampled_from(NAMES)
sides = st.integers(0, 99) | st.floats(0.25, 99, width=16)
boxes = st.fixed_dictionaries(
    {
        "class": names,
        "left": sides,
        "top": sides,
        "width": sides,
        "height": sides,
        "image_width": st.just(640),
    }
)
labels = {
    "one": names,
    "several": st.lists(names, max_size=3, unique=True),
    "boxes": st.lists(boxes, max_size=3),
}


def rows(kind: str, key: str, label: Any) -> list[dict[str, Any]]:
    if kind == "one":
        return [{"key": key, "class": label}]
    if kind == "several":
        return [{"key": key, "class": name} for name in label or [None]]
    size = {"image_width": 640, "image_height": 480}
    empty = dict.fromkeys(("class", "left", "top", "width", "height"))
    return [{"key": key, **box, **size} for box in label or [empty]]


def imported(directory: Path, classic: Path, table: Path, kind: str) -> bytes:
    gathered = gather_labels(FileManifest(table), TYPES[kind])
    import_manifest(FileManifest(classic), gathered, ORIGIN, directory / "manifest")
    return (directory / "manifest").read_bytes()


@given(st.data(), st.sampled_from(list(labels)), st.sampled_from([".csv", ".jsonl"]))
def test_what_was_exported_imports_to_the_same_manifest(data: Any, kind: str, suffix: str) -> None:
    said = data.draw(st.dictionaries(keys, labels[kind], min_size=1, max_size=6))
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        classic, table = directory / "classic", directory / f"table{suffix}"
        classic.write_text(json.dumps([{"prefix": "s3://bucket/a/"}, *said]))
        first = directory / "first.jsonl"
        first.write_text("\n".join(json.dumps(row) for key in said for row in rows(kind, key, said[key])))
        once = imported(directory, classic, first, kind)
        objects = look_for_objects(FileManifest(directory / "manifest"))
        export_keys(objects, classic)
        export_labels(objects, None, table)
        assert imported(directory, classic, table, kind) == once
        assert len(once.splitlines()) == len(said)


@given(st.lists(keys, min_size=1, max_size=8))
def test_a_classic_manifest_lists_the_address_of_each_object_once(chosen: list[str]) -> None:
    lines = [dump({"source-ref": f"s3://bucket/{key}"}) for key in chosen]
    with tempfile.TemporaryDirectory() as name:
        objects = look_for_objects(manifest_of(Path(name), *lines))
        export_keys(objects, Path(name, "classic"))
        prefix, *written = json.loads(Path(name, "classic").read_bytes())
    assert [prefix["prefix"] + key for key in written] == [
        f"s3://bucket/{key}" for key in dict.fromkeys(chosen)
    ]


@given(st.binary(max_size=100) | st.text(alphabet='key,clas"\n1{}:').map(str.encode), st.binary(max_size=100))
def test_any_bytes_are_imported_or_refused_in_one_sentence(table: bytes, classic: bytes) -> None:
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        (directory / "table").write_bytes(table)
        (directory / "classic").write_bytes(b'[{"prefix":"s3://bkt/"},' + classic)
        try:
            imported(directory, directory / "classic", directory / "table", "one")
        except ManifestError:
            assert not (directory / "manifest").exists()
