"""Pictures of every label type, in files of every kind."""

import base64
import io
from pathlib import Path

import pytest
from PIL import Image

from groundtrain.errors import GroundtrainError, ManifestError
from groundtrain.output.pictures import lettering
from groundtrain.output.pictures.manifest_subjects import labels_to_draw
from groundtrain.output.pictures.svg import as_svg
from groundtrain.output.pictures.written_picture import write_picture
from tests.label_samples import SAMPLES
from tests.manifest_lines import box, dump, manifest_of, record
from tests.pictures import drawing_of, parsed_svg, said

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "<script>alert(1)</script>\"'&\x1b[2J\ufffe]]>"
BOXES = record("s3://bucket/a.png", box(left=100, top=100), classes={"0": HOSTILE})


@pytest.mark.parametrize("kind", SAMPLES)
def test_a_record_of_every_type_is_drawn_with_its_line_and_classes(tmp_path: Path, kind: str) -> None:
    line = SAMPLES[kind].lines[0]
    drawing = drawing_of(tmp_path, line)
    write_picture(drawing, tmp_path / "a.png")
    with Image.open(tmp_path / "a.png") as image:
        assert image.size == (drawing.width, drawing.height)
    told = said(drawing)
    assert "line 1" in told
    assert ("class 0" in told) is False
    assert any(name in told for name in (*SAMPLES[kind].classes, "answer", "[1,2]"))


@pytest.mark.parametrize("kind", SAMPLES)
def test_an_svg_of_every_type_says_what_the_png_shows(tmp_path: Path, kind: str) -> None:
    drawing = drawing_of(tmp_path, SAMPLES[kind].lines[0])
    written = [text.text for text in parsed_svg(drawing).iter(f"{SVG}text")]
    assert written == list(drawing.texts())


def test_an_svg_holds_its_image_and_nothing_that_is_fetched_or_run(tmp_path: Path) -> None:
    Image.new("RGB", (640, 480), "red").save(tmp_path / "a.png")
    drawing = drawing_of(tmp_path, BOXES, tmp_path)
    text, root = as_svg(drawing), parsed_svg(drawing)
    assert {each.tag.removeprefix(SVG) for each in root.iter()} <= {
        *("svg", "g", "rect", "title", "text", "polyline", "image"),
    }
    (image,) = root.iter(f"{SVG}image")
    start, content = image.attrib["href"].split(",")
    assert start == "data:image/jpeg;base64"
    with Image.open(io.BytesIO(base64.b64decode(content))) as shown:
        assert shown.size == (640, 480)
    assert text.count("http") == 1  # the name space
    assert not any(name.startswith("on") or name == "style" for each in root.iter() for name in each.attrib)


def test_places_in_an_svg_are_those_of_the_png(tmp_path: Path) -> None:
    root = parsed_svg(drawing_of(tmp_path, BOXES))
    outline = next(each for each in root.iter(f"{SVG}rect") if each.attrib.get("stroke") == "#e69f00")
    places = [float(outline.attrib[name]) for name in ("x", "y", "width", "height")]
    assert places == [100, 100, 30, 40]
    assert outline.find(f"{SVG}title") is not None


def test_letters_that_no_font_here_has_are_not_stretched_in_an_svg(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They were measured by the width of their numbers."""
    monkeypatch.setattr(lettering, "_is_lacking", lambda letter: letter == "q")
    line = record("s3://bucket/a.png", box(left=100, top=100), classes={"0": "square"})
    texts = {text.text: text.attrib for text in parsed_svg(drawing_of(tmp_path, line)).iter(f"{SVG}text")}
    assert "textLength" not in texts["square"]
    assert all("textLength" in attributes for text, attributes in texts.items() if text != "square")


def test_what_is_translucent_is_so_in_an_svg(tmp_path: Path) -> None:
    root = parsed_svg(drawing_of(tmp_path, SAMPLES["groundtruth/text-span"].lines[0]))
    (mark, _) = (each for each in root.iter(f"{SVG}rect") if each.find(f"{SVG}title") is not None)
    assert mark.attrib["fill-opacity"] == "0.35"


@pytest.mark.parametrize("ending", ["png", "PNG", "jpg", "webp", "bmp", "svg"])
def test_the_suffix_says_how_it_is_written(tmp_path: Path, ending: str) -> None:
    out = tmp_path / f"a.{ending}"
    write_picture(drawing_of(tmp_path, BOXES), out)
    assert out.stat().st_size > 1000
    assert out.read_bytes()[:4] in (b"\x89PNG", b"\xff\xd8\xff\xe0", b"RIFF", b"<svg") or ending == "bmp"


@pytest.mark.parametrize("name", ["a", "a.txt", "a.manifest", "a.png.x"])
def test_a_suffix_of_no_picture_is_refused_and_nothing_is_left(tmp_path: Path, name: str) -> None:
    with pytest.raises(GroundtrainError, match=r"name a file such as out.png or out.svg"):
        write_picture(drawing_of(tmp_path, BOXES), tmp_path / "to" / name)
    assert [*(tmp_path / "to").iterdir()] == []


def test_shapes_are_the_same_each_time(tmp_path: Path) -> None:
    one, other = (as_svg(drawing_of(tmp_path, BOXES)) for _ in range(2))
    assert one == other


def test_the_label_file_of_a_sequence_is_told_how_its_frames_are_drawn(tmp_path: Path) -> None:
    frames = {"tracking-annotations": [{"frame": "1.jpg", "annotations": []}]}
    with pytest.raises(ManifestError, match=r"groundtrain import sequence\), and draw those"):
        labels_to_draw(manifest_of(tmp_path, dump(frames)), None)
