"""Of a manifest in S3 images and masks are read there; of a manifest in a file none is."""

import io
from pathlib import Path

from PIL import Image

from tests.manifest_lines import box, dump, record
from tests.mocked_aws import aws, clients
from tests.unit.cli.conftest import Say

__all__ = ["aws", "clients"]


def test_images_of_a_manifest_in_s3_are_read_there(say: Say, aws) -> None:
    image = io.BytesIO()
    Image.new("RGB", (640, 480), "red").save(image, "PNG")
    aws.put("images/a.png", image.getvalue())
    address = aws.put("output.manifest", dump(record("s3://labels/images/a.png", box())) + b"\n")
    said = say("inspect", address, "--draw", "a.png")
    assert "Line 1 drawn on s3://labels/images/a.png: a.png" in said.err
    with Image.open("a.png") as drawn:
        assert drawn.getpixel((300, 300)) == (255, 0, 0)


def test_an_image_that_s3_has_not_is_blank_and_told(say: Say, aws) -> None:
    address = aws.put("output.manifest", dump(record("s3://labels/images/a.png", box())) + b"\n")
    said = say("inspect", address, "--draw", "a.png")
    assert said.code == 0
    assert "drawn on a blank image, for " in said.err


def test_for_a_manifest_in_a_file_nothing_is_fetched(say: Say) -> None:
    """Without AWS: a request would fail."""
    assert say("inspect", "a.manifest", "--draw", "a.png").code == 0
    assert Path("a.png").exists()
