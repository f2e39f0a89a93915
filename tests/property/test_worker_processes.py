"""Several processes give what one gives, byte for byte, wherever the file is cut."""

import json
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from msgspec.structs import replace

from groundtrain import child_processes
from groundtrain.dataset.outputs import open_outputs
from groundtrain.dataset.passes import worker_processes
from groundtrain.dataset.passes.line_reading import Workers
from groundtrain.dataset.passes.manifest_passes import read_manifest
from groundtrain.dataset.passes.parts import PartSizes, ranges
from groundtrain.dataset.passes.shared_texts import SharedTexts
from groundtrain.dataset.passes.worker_processes import work
from groundtrain.errors import GroundtrainError
from groundtrain.manifest.source import FileManifest
from groundtrain.settings.class_table import NO_CHANGES, ClassTable
from groundtrain.settings.dataset_settings import DatasetSettings
from tests.manifest_lines import LABEL, box, dump, good, manifest_of, record
from tests.strategies import LABELS_BY_TYPE, NAMES, faulty_lines, usable_records


@contextmanager
def worker_threads(number: int, file: FileManifest, shared: SharedTexts) -> Iterator[list[Connection]]:
    """As `worker_processes`, quickly: what is sent is pickled all the same."""
    pairs = [Pipe() for _ in range(number)]
    threads = [threading.Thread(target=work, args=(theirs, file, shared)) for _, theirs in pairs]
    for thread in threads:
        thread.start()
    try:
        yield [ours for ours, _ in pairs]
    finally:
        for ours, _ in pairs:
            ours.close()
        for thread in threads:
            thread.join()


def outcome(
    manifest: Path, settings: DatasetSettings, workers: Workers, **more: Any
) -> dict[str, object] | str:
    """All that can be seen of a manifest that was read."""
    with tempfile.TemporaryDirectory() as directory:
        try:
            result = read_manifest(
                FileManifest(manifest, uri="-"),
                settings,
                lambda: open_outputs(Path(directory)),
                workers=workers,
                **more,
            )
        except GroundtrainError as error:
            return str(error)
        counts, whole = result.counts, result.whole
        return {
            "files": {file.name: file.read_bytes() for file in Path(directory).iterdir()},
            "digests": [writer.sha256() for writer in result.outputs.writers],
            "lines": (result.lines.corrections(), result.lines.records, result.lines.bytes),
            "classes": result.classes,
            "remarks": result.manifest_findings,
            "statistics": counts.statistics(),
            "items": [dict(side.tally.items_by_class()) for side in counts.sides],
            "shown": [dict(side.records_by_class) for side in counts.sides],
            "examples": counts.findings.examples(),
            "counts": [list(each.items()) for each in (counts.findings.counts, counts.reasons)],
            "found on": dict(counts.findings.records_with_findings),
            "fixed": (dict(counts.findings.fixed), dict(counts.fixed_in_vain)),
            "rest": (
                counts.largest_record,
                sorted(counts.buckets),
                counts.spellings,
                counts.class_changes,
                list(whole.records.attributes),
            ),
            "learned": result.earlier,
        }


CHANGES = ClassTable({NAMES[0]: NAMES[1], NAMES[3]: "lamp"}, (NAMES[2], "nothing"))
SETTINGS = st.builds(
    DatasetSettings,
    label=st.just(LABEL),
    validation=st.sampled_from([0.1, 0.5, 0.9]),
    test=st.sampled_from([0.0, 0.05, 0.09]),
    split=st.sampled_from(["stable", "stratified"]),
    split_attribute=st.sampled_from([None, None, "id"]),
    record_key=st.sampled_from([(), (), ("page",), ("source-ref",), ("id", "none")]),
    group_by=st.sampled_from([None, None, "^(.{16})"]),
    group_attribute=st.sampled_from([None, None, "page"]),
    without_objects=st.sampled_from(["keep", "drop"]),
    machine_labeled=st.sampled_from(["keep", "drop"]),
    unused_classes=st.sampled_from(["keep", "drop"]),
    classes=st.sampled_from([NO_CHANGES, NO_CHANGES, CHANGES, replace(CHANGES, emptied_records="keep")]),
    ignore=st.sampled_from([(), (), ("GT401",), ("GT2",)]),
    fix=st.sampled_from([(), ("GT",)]),
)


@st.composite
def lines_of_boxes(draw: st.DrawFn) -> list[bytes]:
    """Usable and faulty lines, some there twice, some of one source with attributes of their own."""
    few = st.sampled_from([f"s3://bucket/clip{i}_{i:03}.jpg" for i in range(6)])
    usable = few.flatmap(lambda source: usable_records(source, id_step=2)).map(dump)
    sides = few.map(lambda source: dump({**record(source, box(1)), "id": source[-5:-4] > "3" and "val"}))
    outside = st.builds(lambda n: dump(record(f"s3://bucket/{n}.jpg", box(0, 600, 470))), st.integers(0, 99))
    lines = draw(st.lists(st.one_of(usable, usable, sides, outside, faulty_lines, st.just(b"")), max_size=40))
    return [*lines, *draw(st.lists(st.sampled_from(lines), max_size=5))] if lines else good(4)


@given(lines_of_boxes(), SETTINGS, st.integers(100, 3000), st.booleans(), st.integers(2, 3))
@hypothesis_settings(deadline=None)
def test_several_processes_give_what_one_gives(
    lines: list[bytes], settings: DatasetSettings, size: int, listed: bool, number: int
) -> None:
    with tempfile.TemporaryDirectory() as directory, pytest.MonkeyPatch.context() as patch:
        patch.setattr(worker_processes, "worker_processes", worker_threads)
        manifest = manifest_of(Path(directory), *lines).path
        more = {"classes": [name.upper() for name in NAMES[:4]] if listed else None, "most_findings": 3}
        alone = outcome(manifest, settings, Workers(1), **more)
        assert outcome(manifest, settings, Workers(number, size), **more) == alone


@pytest.mark.parametrize("kind", LABELS_BY_TYPE)
@given(st.data(), st.integers(100, 3000))
@hypothesis_settings(deadline=None, max_examples=15)
def test_labels_of_every_type_are_read_by_several_processes(
    kind: str, data: st.DataObject, size: int
) -> None:
    lines = data.draw(st.lists(LABELS_BY_TYPE[kind].map(dump), min_size=1, max_size=20))
    with tempfile.TemporaryDirectory() as directory, pytest.MonkeyPatch.context() as patch:
        patch.setattr(worker_processes, "worker_processes", worker_threads)
        manifest = manifest_of(Path(directory), *lines).path
        alone = outcome(manifest, DatasetSettings(), Workers(1))
        assert outcome(manifest, DatasetSettings(), Workers(2, size)) == alone


@pytest.mark.parametrize("leaving", [0, 20, 700])
def test_habits_of_labels_are_those_of_the_whole(
    leaving: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sound file is watched at its beginning only; then some boxes leave their image, or most."""
    monkeypatch.setattr(worker_processes, "worker_processes", worker_threads)
    every = max(1, 700 // leaving) if leaving else 10**9
    lines = [
        dump(record(f"s3://bucket/{i}.jpg", box(0, 600 if i > 600 and i % every == 0 else 10, 300 + i % 100)))
        for i in range(2 if leaving == 20 else 0, 1900)
    ]
    manifest = manifest_of(tmp_path, *lines).path
    alone = outcome(manifest, DatasetSettings(), Workers(1))
    for size in (5_000, 200_000):
        assert outcome(manifest, DatasetSettings(), Workers(2, size)) == alone


@pytest.mark.parametrize("forks", [True, False])
def test_processes_do_what_threads_do(forks: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child_processes, "may_fork", lambda: forks)
    lines = [*good(3000), *good(20), b"{", *good(1500, "more")]
    manifest = manifest_of(tmp_path, *lines).path
    settings = DatasetSettings(split="stratified")
    assert outcome(manifest, settings, Workers(2, 100_000)) == outcome(manifest, settings, Workers(1))


def test_a_process_that_ends_is_told_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_processes, "work", json.loads)  # takes other arguments, so it ends at once
    manifest = manifest_of(tmp_path, *good(300)).path
    said = outcome(manifest, DatasetSettings(), Workers(2, 10_000))
    assert said == (
        f"{manifest} was not read to its end: one of the processes that read it was ended:"
        " try `--workers 1`, which needs less memory"
    )


@given(st.lists(st.binary(max_size=20)), st.integers(1, 40), st.integers(1, 30))
def test_a_file_is_cut_behind_line_ends(parts: list[bytes], size: int, chunk: int) -> None:
    text = b"\n".join(parts)
    sizes = PartSizes(size, len(text), processes=2)
    found = list(ranges([text[i : i + chunk] for i in range(0, len(text), chunk)], sizes))
    assert b"".join(text[part.start : part.end] for part in found) == text
    assert all(text[part.end - 1 : part.end] == b"\n" for part in found[:-1])
    assert [part.first for part in found] == [text.count(b"\n", 0, part.start) + 1 for part in found]


def test_the_last_parts_of_a_file_are_smaller_so_that_processes_end_together() -> None:
    parts = [part.end - part.start for part in ranges([b"123456789\n" * 1000], PartSizes(1000, 10_000, 2))]
    assert parts[:6] == [1000] * 6
    assert parts == sorted(parts, reverse=True)
    assert parts[-1] < 100
