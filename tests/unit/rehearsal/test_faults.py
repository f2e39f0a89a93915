"""Programs with the faults that only a run finds, each beside its repaired twin; and bad behaviour."""

import sys
from pathlib import Path

import pytest

from groundtrain.calls import rehearse
from groundtrain.cli.application import run
from tests.unit.rehearsal.conftest import IMAGE, Rehearsed, left_behind

BEGIN = """
import json, os, struct, subprocess, sys, time
from pathlib import Path
from groundtrain.pipe import read_channel, read_records
ML = Path(os.environ.get("SAGEMAKER_BASE_DIR", "/opt/ml"))
NAMES = ["source-ref", "boxes"]
CONFIG = ML / "input" / "config"
def read():
    for channel in "train", "validation":
        for example in read_channel(channel, NAMES):
            yield example
def save():
    (ML / "model" / "weights").write_text("1")
"""
SOUND = f"{BEGIN}list(read())\nsave()\n"
OWN_READER = """
def records(file):
    while header := file.read(8):
        magic, word = struct.unpack("<II", header)
        {length}
        yield file.read(length)
        file.read(-length % 4)
for channel in "train", "validation":
    with open(ML / "input" / "data" / f"{{channel}}_0", "rb") as file:
        found = list({records}(file))
    for image, label in zip(found[::2], found[1::2]):
        json.loads(label)
save()
"""
FLAGS_IGNORED = BEGIN + OWN_READER.format(length="length = word & (1 << 29) - 1", records="records")
FLAGS_READ = BEGIN + OWN_READER.format(length="length = word & (1 << 29) - 1", records="read_records")
EPOCHS = """
for epoch in range(3):
    for channel in "train", "validation":
        pipe = ML / "input" / "data" / f"{{channel}}_{{epoch}}"
        {wait}
        with open(pipe, "rb") as file:
            list(read_records(file))
save()
"""
NOT_WAITED = BEGIN + EPOCHS.format(wait="pass")
WAITED = BEGIN + EPOCHS.format(wait="while not pipe.exists(): time.sleep(0.01)")
TOLD = """
try:
    list(read())
    open(ML / "input" / "data" / "validation_1")
except OSError as error:
    (ML / "output" / "failure").write_text(str(error))
    raise
"""
CLASSES = """
counts = [0] * {classes}
try:
    for image, label in read():
        for box in label["annotations"]:
            counts[box["class_id"]] += 1
except IndexError as error:
    (ML / "output" / "failure").write_text(str(error))
    raise
save()
"""
LATER = '\nrate = json.loads((CONFIG / "hyperparameters.json").read_text())["rate"]\n'
RATE = "[training.hyperparameters]\nrate = 0.5\n"
FAULTS = {
    "continuation flags ignored": (FLAGS_IGNORED, FLAGS_READ, "GT705", ("--split-records", "500"), ""),
    "file mode expected": (
        f"{BEGIN}os.listdir(ML / 'input' / 'data' / 'train')\n", SOUND, "GT702", (), "",
    ),
    "hyperparameters taken for numbers": (
        f"{BEGIN}{LATER}rate * 0.1", f"{BEGIN}{LATER}float(rate)\nlist(read())\nsave()", "GT707", (), RATE,
    ),
    "the pipes of another channel": (
        f"{BEGIN}open(ML / 'input' / 'data' / 'training_0')\n", SOUND, "GT702", (), "",
    ),
    "no waiting for the next pipe": (NOT_WAITED, WAITED, "GT714", (), ""),
    "no waiting, with a failure text": (
        f"{BEGIN}{TOLD}", WAITED, "GT714", (), "",
    ),
    "a pipe left out": (
        f"{BEGIN}list(read())\nopen(ML / 'input' / 'data' / 'train_2')\n", WAITED, "GT702", (), "",
    ),
    "an attribute that the channel does not have": (
        f"{BEGIN}NAMES.append('more')\nlist(read())\n", SOUND, "GT705", (), "",
    ),
    "a class more than the program knows": (
        f"{BEGIN}{CLASSES.format(classes=0)}", f"{BEGIN}{CLASSES.format(classes=1)}", "GT712", (), "",
    ),
    "bytes without RecordIO": (
        f"{BEGIN}json.loads(open(ML / 'input' / 'data' / 'train_0', 'rb').read())\n", SOUND, "GT705", (), "",
    ),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_found_and_its_repaired_twin_passes(fault: str, rehearsed: Rehearsed) -> None:
    failing, repaired, code, options, settings = FAULTS[fault]
    assert code in rehearsed(failing, *options, settings=settings).codes
    found = rehearsed(repaired, *options, settings=settings)
    assert (found.code, found.codes, found.document["verdict"]) == (0, set(), "rehearsed")


def test_a_number_of_samples_is_held_against_the_records_of_the_dataset(rehearsed: Rehearsed) -> None:
    said = "[training.hyperparameters]\nnum_training_samples = {}\n"
    found = rehearsed(SOUND, "--records", "3", settings=said.format(500)).document["findings"]
    assert [(one["code"], one["message"]) for one in found] == [
        ("GT715", "num_training_samples is 500, and an epoch of train has 15 records")
    ]
    assert found[0]["fix"].startswith(
        "set num_training_samples = 15 in [training.hyperparameters] of dev.toml"
    )
    assert rehearsed(SOUND, "--records", "3", settings=said.format(15)).codes == set()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux shows the memory of a process")
def test_the_pipe_that_a_program_waits_for_is_named(rehearsed: Rehearsed) -> None:
    waits = "while not (ML / 'input' / 'data' / 'training_0').exists():\n    time.sleep(0.1)\n"
    found = rehearsed(BEGIN + waits, "--timeout", "8", "--grace", "1")
    assert {"GT702", "GT713", "GT701"} == found.codes
    first = found.document["findings"][0]["message"]
    assert first == (
        "the program looks in input/data for training_0; the pipes there are train_0, train_1 and so on,"
        " validation_0, validation_1 and so on"
    )


def test_a_program_that_reads_one_byte_leaves_the_epoch_unread(rehearsed: Rehearsed) -> None:
    one_byte = "open(ML / 'input' / 'data' / 'train_0', 'rb', buffering=0).read(1)\n"
    found = rehearsed(f"{BEGIN}{one_byte}list(read_channel('validation', NAMES))\nsave()")
    assert found.codes == {"GT703"}
    assert found.document["channels"]["train"]["records"] == 0


def test_a_program_that_never_reads_is_ended_in_time(rehearsed: Rehearsed) -> None:
    found = rehearsed(f"{BEGIN}time.sleep(999)\n", "--timeout", "1", "--grace", "1")
    assert {"GT713", "GT701"} <= found.codes
    assert found.document["seconds"] < 30


def test_processes_that_a_program_leaves_are_ended(rehearsed: Rehearsed, place: Path) -> None:
    leaves = (
        "subprocess.Popen(['sleep', '997'], start_new_session=True)\nsubprocess.Popen(['sleep', '998'])\n"
    )
    assert rehearsed(f"{BEGIN}{leaves}list(read())\nsave()").code == 0
    assert left_behind(place) == []


def test_a_program_that_prints_without_end_is_heard_in_bounded_memory(rehearsed: Rehearsed) -> None:
    prints = "for _ in range(400):\n    os.write(1, bytes(100_000))\nos.write(1, b'x\\n' * 50_000)\n"
    found = rehearsed(f"{BEGIN}{prints}list(read())\nsave()")
    assert found.codes == set()
    assert len(found.err) < 2_000_000
    assert "further lines of output" in found.err


def test_a_program_that_writes_more_than_there_is_room_is_ended(
    rehearsed: Rehearsed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rehearse, "free_bytes", lambda: 1_000_000)
    writes = "(ML / 'model' / 'w').write_bytes(bytes(5_000_000))\ntime.sleep(999)\n"
    found = rehearsed(BEGIN + writes, "--grace", "1")
    assert found.code == 1
    assert found.document["error"]["message"].startswith("the program wrote 0.0 GB below /opt/ml")


def test_a_missing_image_ends_it_with_its_address(rehearsed: Rehearsed, place: Path) -> None:
    (place / "images" / "good-0003.jpg").unlink()
    found = rehearsed(SOUND)
    assert found.code == 1
    assert "s3://bucket/good-0003.jpg: there is no file" in found.document["error"]["message"]
    assert left_behind(place) == []


def test_a_truncated_image_is_sent_as_it_is(rehearsed: Rehearsed, place: Path) -> None:
    (place / "images" / "good-0003.jpg").write_bytes(IMAGE[:100])
    lengths = "assert sorted({len(image) for image, _ in read()}) == [100, 2003]\nsave()\n"
    assert rehearsed(BEGIN + lengths).code == 0


def test_a_dataset_that_the_gate_refuses_is_not_rehearsed(rehearsed: Rehearsed, place: Path) -> None:
    (place / "dev.toml").write_text((place / "dev.toml").read_text().replace("min_records = 2", ""), "utf-8")
    (place / "a.manifest").write_bytes(b"".join((place / "a.manifest").read_bytes().splitlines(True)[:12]))
    refused = rehearsed(SOUND)
    assert refused.code == 1
    assert refused.document["error"]["message"].startswith("the dataset is not fit to train on")
    assert rehearsed(SOUND, "--override-gate").document["verdict"] == "rehearsed"


def test_what_is_no_program_is_told(place: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert command_line("no-such-program") == 2
    assert "there is no program no-such-program that can be run" in capfd.readouterr().err


def command_line(*program: str) -> int:
    words = ("a.manifest", "--settings", "dev.toml", "--image-dir", "images", "--")
    return run(["rehearse", *words, *program])


def test_an_interruption_needs_a_place_for_checkpoints(rehearsed: Rehearsed) -> None:
    found = rehearsed(SOUND, "--interrupt-after", "1", settings="spot = false\n")
    assert found.code == 2
    assert "no CheckpointConfig" in found.document["error"]["message"]


def test_an_interruption_that_never_came_is_told(rehearsed: Rehearsed) -> None:
    found = rehearsed(SOUND, "--interrupt-after", "3")
    assert found.code == 2
    assert (
        "ended after 1 epoch of train, before it was to be interrupted" in found.document["error"]["message"]
    )


def test_an_interrupted_program_comes_to_the_same_result(rehearsed: Rehearsed) -> None:
    """Its sum does not depend on the order of records, which after a restart is not documented."""
    program = f"""{BEGIN}
state = ML / "checkpoints" / "state.json"
first, total = json.loads(state.read_text()) if state.exists() else (0, 0)
for epoch in range(first, 4):
    for channel in "train", "validation":
        for image, boxes in read_channel(channel, NAMES, epoch - first):
            total += len(image) * (epoch + 1)
    state.write_text(json.dumps([epoch + 1, total]))
print(f"total={{total}}")
save()
"""
    metric = '[training.metrics]\ntotal = "total=([0-9]+)"\n'
    whole = rehearsed(program, settings=metric)
    interrupted = rehearsed(program, "--interrupt-after", "2", settings=metric)
    assert interrupted.codes == whole.codes == set()
    assert interrupted.document["metrics"]["total"]["last"] == whole.document["metrics"]["total"]["last"] > 0
    assert interrupted.document["channels"]["train"]["epochs"] == 4


def test_nothing_is_left_of_pipes_and_folders(
    rehearsed: Rehearsed, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (place / "scratch").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(place / "scratch"))
    rehearsed(SOUND)
    rehearsed(f"{BEGIN}raise SystemExit(3)")
    assert list((place / "scratch").iterdir()) == []


@pytest.mark.parametrize("form", ["text", "json"])
def test_what_a_program_says_does_no_harm_to_a_terminal(
    rehearsed: Rehearsed, place: Path, capfd: pytest.CaptureFixture[str], form: str
) -> None:
    says = (
        "print('\\x1b[2J::error::x')\n"
        "(ML / 'output' / 'failure').write_text('\\x1b[2J\\n::error::x')\n"
        "sys.exit(1)"
    )
    (place / "train.py").write_text(BEGIN + says, "utf-8")
    words = ("a.manifest", "--settings", "dev.toml", "--image-dir", "images", "--format", form)
    assert run(["rehearse", *words, "--", sys.executable, "train.py"]) == 1
    out, err = capfd.readouterr()
    assert "::error::x" in out
    assert [c for c in out + err if not c.isprintable() and c != "\n"] == []
    assert not any(line.lstrip().startswith("::") for line in (out + err).splitlines())
