import io
import random
import tarfile

import pytest

from groundtrain_detector.errors import DetectorError, UnreadableModelError
from groundtrain_detector.model_description import (
    DESCRIPTION,
    WEIGHTS,
    ModelDescription,
    dump_description,
    parse_description,
)
from groundtrain_detector.model_files import model_files
from groundtrain_detector.written_files import write_whole

CAR = ModelDescription(
    network="fcos_small",
    classes=("car", "sign"),
    input_size=320,
    hyperparameters={"epochs": "3"},
    licences=("torchvision: BSD-3-Clause",),
    metrics={"validation:mAP": 0.5},
)


def archive(path, *entries, form="w:gz"):
    with tarfile.open(path, form) as opened:
        for name, content in entries:
            member = tarfile.TarInfo(name)
            if isinstance(content, bytes):
                member.size = len(content)
                opened.addfile(member, io.BytesIO(content))
            else:
                member.type, member.linkname = content
                opened.addfile(member)
    return path


@pytest.mark.parametrize("before", ["", "./"])
def test_a_model_is_read_from_sagemakers_archive(before, tmp_path):
    place = archive(
        tmp_path / "model.tar.gz", (f"{before}{DESCRIPTION}", b"{}"), (f"{before}{WEIGHTS}", b"w")
    )
    assert model_files(place) == {DESCRIPTION: b"{}", WEIGHTS: b"w"}


def test_a_model_is_read_from_a_folder(tmp_path):
    (tmp_path / DESCRIPTION).write_bytes(b"{}")
    (tmp_path / WEIGHTS).write_bytes(b"w")
    assert model_files(tmp_path) == {DESCRIPTION: b"{}", WEIGHTS: b"w"}


@pytest.mark.parametrize(
    "entry",
    [
        ("../weights.pt", b"w"),
        ("/weights.pt", b"w"),
        ("other/weights.pt", b"w"),
        ("weights.pt", (tarfile.SYMTYPE, "/etc/passwd")),
        ("weights.pt", (tarfile.LNKTYPE, "model.json")),
        ("weights.pt", (tarfile.FIFOTYPE, "")),
    ],
    ids=["above", "root", "elsewhere", "symbolic link", "hard link", "pipe"],
)
def test_an_archives_names_and_links_lead_nowhere(entry, tmp_path):
    place = archive(tmp_path / "model.tar.gz", (DESCRIPTION, b"{}"), entry)
    with pytest.raises(UnreadableModelError, match=r"holds no weights\.pt"):
        model_files(place)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["model.tar.gz"]


@pytest.mark.parametrize("content", [b"", b"\x1f\x8b\x08", b"no archive at all"])
def test_what_is_no_archive_is_refused(content, tmp_path):
    (tmp_path / "model.tar.gz").write_bytes(content)
    with pytest.raises(UnreadableModelError, match="cannot be read as a model"):
        model_files(tmp_path / "model.tar.gz")


@pytest.mark.parametrize("form", ["gz", "bz2", "xz"])
def test_a_bit_that_was_flipped_in_the_weights_is_noticed(form, tmp_path):
    weights = random.Random(1).randbytes(100_000)  # noqa: S311 - weights, not secrets
    place = archive(tmp_path / "model", (DESCRIPTION, b"{}"), (WEIGHTS, weights), form=f"w:{form}")
    content = bytearray(place.read_bytes())
    content[len(content) // 2] ^= 1
    place.write_bytes(content)
    with pytest.raises(UnreadableModelError, match="cannot be read as a model"):
        model_files(place)


@pytest.mark.parametrize("form", ["gz", "bz2", "xz"])
def test_weights_that_cannot_be_decompressed_are_refused(form, tmp_path):
    weights = random.Random(1).randbytes(50_000).hex().encode()  # noqa: S311 - weights, not secrets
    place = archive(tmp_path / "model", (DESCRIPTION, b"{}"), (WEIGHTS, weights), form=f"w:{form}")
    content = bytearray(place.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 200] = b"\xff" * 200
    place.write_bytes(content)
    with pytest.raises(UnreadableModelError, match="cannot be read as a model"):
        model_files(place)


def test_a_model_is_read_from_an_archive_that_is_not_compressed(tmp_path):
    place = archive(tmp_path / "model.tar", (DESCRIPTION, b"{}"), (WEIGHTS, b"w"), form="w")
    assert model_files(place) == {DESCRIPTION: b"{}", WEIGHTS: b"w"}


def test_a_description_is_read_as_it_was_written():
    assert parse_description(dump_description(CAR)) == CAR


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (b"{", "does not describe a model"),
        (b"\xff", "does not describe a model"),
        (b'{"format": 2}', "is of format 2"),
        (b'{"format": 1}', "missing required field"),
        (dump_description(CAR).replace(b"320", b"0"), "does not describe a model"),
    ],
)
def test_a_description_of_something_else_is_refused(text, why):
    with pytest.raises(UnreadableModelError, match=why):
        parse_description(text)


def test_a_full_disk_is_said_and_leaves_nothing_half_written(tmp_path, monkeypatch):
    (tmp_path / "a").write_bytes(b"before")

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(DetectorError, match="the disk is full"):
        write_whole(tmp_path / "a", b"after")
    assert [(one.name, one.read_bytes()) for one in tmp_path.iterdir()] == [("a", b"before")]
