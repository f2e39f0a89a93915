from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from groundtrain.errors import ManifestError
from groundtrain.images.directory_store import DirectoryStore
from groundtrain.images.labeled_image import LabeledImage
from groundtrain.images.request_cost import Depth
from groundtrain.linting import image_linter, merged_findings
from groundtrain.linting.check import Check
from groundtrain.linting.image_batch import ImageCheckSettings
from groundtrain.linting.image_linter import find_image_findings
from groundtrain.linting.linter import check_manifest
from groundtrain.record_keys import keys_of
from groundtrain.rules import RULES
from groundtrain.rules.findings import Finding
from groundtrain.settings.dataset_settings import DatasetSettings
from groundtrain.settings.environment import Environment
from tests.image_shelf import COLOURS, Shelf, silent
from tests.manifest_lines import box, dump, manifest_of, record
from tests.unit.images import pictures

KEYS = keys_of("boxes")
MASK = "s3://bucket/mask.png"
DEPTHS: tuple[Depth, ...] = ("list", "header", "full")


def looked_at(
    *subjects: LabeledImage,
    depth: Depth = "header",
    sample: int | None = None,
    workers: int = 2,
    **images: bytes,
) -> dict[int, list[str]]:
    shelf = Shelf({f"s3://bucket/{name.replace('_', '.')}": content for name, content in images.items()})
    image_checks = ImageCheckSettings(shelf, depth, silent, sample, workers)
    found = find_image_findings(lambda: iter(subjects), KEYS, frozenset(RULES), image_checks, "a.manifest")
    return {line: [finding.code for finding in findings] for line, findings in found.items()}


def codes(
    content: bytes, *, size: tuple[int, int] | None = (40, 30), depth: Depth = "full", name: str
) -> list[str]:
    subject = LabeledImage(1, f"s3://bucket/{name.replace('_', '.')}", size, has_boxes=True)
    return looked_at(subject, depth=depth, **{name: content}).get(1, [])


GREY_GIF = pictures.encode(pictures.noise("L"), "GIF")


@pytest.mark.parametrize("depth", ["header", "full"])
@pytest.mark.parametrize(
    ("content", "name", "found"),
    [
        (pictures.jpeg(), "a_jpg", []),
        (pictures.png(), "a_png", []),
        (pictures.png("P"), "a_png", []),
        (b"", "a_jpg", ["GT602"]),
        (b"<html>", "a_jpg", ["GT602"]),
        (pictures.jpeg()[:-9], "a_jpg", ["GT603"]),
        (pictures.png()[:30], "a_png", ["GT603"]),
        (GREY_GIF, "a_gif", ["GT604"]),
        (pictures.png(), "a_jpg", ["GT605"]),
        (pictures.jpeg(orientation=3), "a_jpg", ["GT606"]),
        (pictures.jpeg(size=(30, 40), orientation=6), "a_jpg", ["GT607"]),
        (pictures.jpeg(size=(80, 60)), "a_jpg", ["GT608"]),
        (pictures.jpeg("L"), "a_jpg", ["GT609"]),
        (pictures.jpeg("CMYK"), "a_jpg", ["GT609"]),
        (pictures.png("RGBA"), "a_png", ["GT609"]),
        (pictures.animated_png(), "a_png", ["GT611"]),
    ],
)
def test_what_an_image_is_tells_its_fault(content: bytes, name: str, found: list[str], depth: Depth) -> None:
    assert codes(content, name=name, depth=depth) == found


def test_grey_images_are_a_fault_below_boxes_only() -> None:
    assert looked_at(LabeledImage(1, "s3://bucket/a.jpg"), a_jpg=pictures.jpeg("L")) == {}


def test_only_a_full_look_sees_damaged_pixels() -> None:
    content = pictures.png(size=(200, 200))
    damaged = content[:300] + bytes(200) + content[500:]
    assert codes(damaged, size=(200, 200), name="a_png", depth="header") == []
    assert codes(damaged, size=(200, 200), name="a_png", depth="full") == ["GT602"]


def test_an_image_that_is_not_there_is_missing() -> None:
    assert looked_at(LabeledImage(1, "s3://bucket/a.jpg"), depth="list") == {1: ["GT601"]}


def test_a_giant_is_told_and_not_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("groundtrain.linting.image_batch.LARGEST_IMAGE", 100)
    monkeypatch.setattr("groundtrain.linting.image_checks.LARGEST_IMAGE", 100)
    assert codes(pictures.jpeg(), name="a_jpg", depth="full") == ["GT610"]


def with_declared_size(width: int, height: int) -> bytes:
    size = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    return pictures.png()[:8] + pictures.chunk(b"IHDR", size + b"\x08\x02\0\0\0") + pictures.png()[33:]


@pytest.mark.parametrize(
    ("declared", "found"),
    [
        ((8_192, 8_192), []),  # 256 MiB in RGB
        ((8_193, 8_192), ["GT610"]),
        ((10_001, 10_000), ["GT610"]),
        ((178_956_970, 1), ["GT610"]),  # Pillow's limit
        ((178_956_971, 1), ["GT613"]),
        ((60_000, 60_000), ["GT613"]),
    ],
)
def test_a_bomb_is_told_by_what_it_declares(declared: tuple[int, int], found: list[str]) -> None:
    bomb = with_declared_size(*declared)
    assert codes(bomb, size=declared, name="a_png", depth="header") == found
    if found:  # else the pixels would be missed
        assert codes(bomb, size=declared, name="a_png", depth="full") == found


def test_pillow_refuses_what_is_called_a_bomb() -> None:
    with pytest.raises(Image.DecompressionBombError):
        Image.open(BytesIO(with_declared_size(178_956_971, 1)))


def test_findings_do_not_depend_on_how_many_are_decoded_at_once() -> None:
    damaged = pictures.png(size=(200, 200))[:300] + bytes(200)
    images = {f"{i}_png": damaged if i % 3 else pictures.png(size=(20, 20 + i)) for i in range(40)}
    lines = [LabeledImage(i, f"s3://bucket/{i}.png", (20, 26)) for i in range(40)]
    alone, several = (looked_at(*lines, depth="full", workers=number, **images) for number in (1, 5))
    assert list(alone.items()) == list(several.items())
    assert len(alone) == 39


def test_the_same_picture_under_another_key_is_told_on_the_later_line() -> None:
    one, other = pictures.jpeg(), pictures.jpeg(quality=10)
    lines = [LabeledImage(i, f"s3://bucket/{name}.jpg") for i, name in enumerate("abca", 1)]
    assert looked_at(*lines, depth="list", a_jpg=one, b_jpg=other, c_jpg=one) == {3: ["GT612"]}


def test_a_full_check_finds_the_same_picture_in_a_local_directory(tmp_path: Path) -> None:
    for name in "abc":
        (tmp_path / f"{name}.jpg").write_bytes(pictures.jpeg(quality=10 if name == "b" else 90))
    lines = [LabeledImage(i, f"s3://bucket/{name}.jpg") for i, name in enumerate("abc", 1)]
    found = {
        depth: find_image_findings(
            lambda: iter(lines),
            KEYS,
            frozenset(RULES),
            ImageCheckSettings(DirectoryStore(tmp_path), depth, silent),
            "a.manifest",
        )
        for depth in DEPTHS
    }
    assert [finding.code for finding in found["full"][3]] == ["GT612"]
    assert found["header"] == found["list"] == {}


def mask_codes(mask: bytes, *, depth: Depth = "full", colours: dict[int, str] = COLOURS) -> list[str]:
    subject = LabeledImage(1, "s3://bucket/a.jpg", None, MASK, colours)
    found = looked_at(subject, depth=depth, a_jpg=pictures.jpeg(size=(16, 8)), mask_png=mask)
    return found.get(1, [])


def encoded_mask(*indices: int, **changes: Any) -> bytes:
    return pictures.encode(pictures.mask(indices, **changes), "PNG")


@pytest.mark.parametrize(
    ("mask", "found"),
    [
        (encoded_mask(0, 1), []),
        (encoded_mask(0, 1, 255, palette=(0, 0, 0, 44, 160, 44, *bytes(254 * 3))), []),
        (pictures.encode(pictures.mask((0, 1)).convert("RGB"), "PNG"), ["GT622"]),
        (encoded_mask(0, 1, size=(8, 16)), ["GT623"]),
        (encoded_mask(0, 2), ["GT624"]),
        (encoded_mask(0, 1, palette=(0, 0, 0, 1, 2, 3)), ["GT625"]),
        (pictures.jpeg(size=(16, 8)), ["GT621"]),
        (encoded_mask(0, 1)[:-9], ["GT621"]),
    ],
)
def test_what_a_mask_holds_tells_its_fault(mask: bytes, found: list[str]) -> None:
    assert mask_codes(mask) == found


@pytest.mark.parametrize(
    ("mask", "found"),
    [
        (encoded_mask(0, 2), []),
        (encoded_mask(0, size=(8, 16)), ["GT623"]),
        (pictures.png(), ["GT622", "GT623"]),
    ],
)
def test_the_header_of_a_mask_tells_some_of_it(mask: bytes, found: list[str]) -> None:
    assert mask_codes(mask, depth="header") == found


def test_a_mask_that_is_not_there_is_missing() -> None:
    subject = LabeledImage(1, "s3://bucket/a.jpg", None, MASK)
    assert looked_at(subject, depth="list", a_jpg=pictures.jpeg()) == {1: ["GT620"]}


def test_a_colour_map_without_colours_says_nothing_about_the_palette() -> None:
    assert mask_codes(encoded_mask(0, 1), colours={0: "", 1: ""}) == []


def test_a_sample_is_always_the_same_lines() -> None:
    lines = [LabeledImage(i, f"s3://bucket/{i}.jpg") for i in range(50)]
    found = looked_at(*lines, depth="list", sample=5)
    assert len(found) == 5
    assert found == looked_at(*reversed(lines), depth="list", sample=5)


def test_rules_that_do_not_count_are_not_told() -> None:
    image_checks = ImageCheckSettings(Shelf({}), "list", silent)
    subjects = [LabeledImage(1, "s3://bucket/a.jpg")]
    assert find_image_findings(lambda: iter(subjects), KEYS, frozenset(), image_checks, "a") == {}


def test_too_many_faults_ask_for_a_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(merged_findings, "ON_A_MACHINE", merged_findings.MostLines(3, "take a sample"))
    with pytest.raises(ManifestError, match=r"more than 3 lines have findings .*, most often GT601: take a"):
        looked_at(*[LabeledImage(i, f"s3://bucket/{i}.jpg") for i in range(9)], depth="list")


def test_lines_are_looked_at_a_batch_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(image_linter, "_AT_A_TIME", 2)
    one = pictures.jpeg()
    lines = [LabeledImage(i, f"s3://bucket/{name}.jpg") for i, name in enumerate("abcde", 1)]
    found = looked_at(*lines, depth="list", a_jpg=one, b_jpg=b"b", c_jpg=b"c", e_jpg=one)
    assert found == {4: ["GT601"], 5: ["GT612"]}


def checked(directory: Path, *lines: bytes, depth: Depth) -> Check:
    image_checks = ImageCheckSettings(DirectoryStore(directory / "images"), depth, silent)
    settings = DatasetSettings(validation=0.5)
    environment = Environment(name="local", region="", dataset=settings)
    return check_manifest(manifest_of(directory, *lines), environment, image_checks=image_checks)


def test_a_line_whose_image_is_at_fault_is_left_out(tmp_path: Path) -> None:
    images = tmp_path / "images"
    images.mkdir()
    lines = []
    for i in range(30):
        lines.append(dump(record(f"s3://bucket/{i}.jpg", box(0, 1, 1, 5, 5), size=(40, 30))))
        (images / f"{i}.jpg").write_bytes(pictures.jpeg() + bytes(i))
    (images / "3.jpg").unlink()
    (images / "7.jpg").write_bytes(pictures.jpeg("L"))
    check = checked(tmp_path, *lines, depth="header")
    assert str(check.verdict) == "will train without 2 lines"
    assert [(finding.code, finding.line) for finding in check.findings] == [("GT601", 4), ("GT609", 8)]
    assert isinstance(check.findings[0], Finding)
    assert check.findings[0].path == "$.source-ref"
