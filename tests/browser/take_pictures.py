"""`make pictures`: take the picture of the report that the README shows, of the demonstration's scenes."""

import io
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.sync_api import sync_playwright

from groundtrain.cli.application import run
from local.demo.street_scenes import street_scenes
from tests.browser.conftest import ARGUMENTS, browser_path

WIDTH, HEIGHT, QUALITY = 1120, 1480, 76


def take(page: Path, into: Path) -> None:
    """The first screen and the first pictures, as WebP, so that the file is small."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path(), args=[*ARGUMENTS])
        tab = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light")
        tab.goto(page.as_uri())
        taken = tab.screenshot()
        browser.close()
    with Image.open(io.BytesIO(taken)) as picture:
        picture.convert("RGB").save(into, "WEBP", quality=QUALITY, method=6)


def main(into: Path) -> None:
    with TemporaryDirectory() as folder:
        images, manifest = Path(folder, "images"), Path(folder, "street-scenes.manifest")
        manifest.write_bytes(street_scenes(images).manifest)
        page = Path(folder, "report.html")
        code = run(["report", str(manifest), "--image-dir", str(images), "--output", str(page)])
        if code:
            sys.exit(code)
        page.write_text(page.read_text("utf-8").replace(f"{folder}/", ""), "utf-8")
        take(page, into)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
