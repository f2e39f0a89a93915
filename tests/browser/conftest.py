"""Chromium, as the system has it, in which pages are opened; tests are skipped without it.

With GROUNDTRAIN_BROWSER=required, as in the gate, they fail instead.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from groundtrain.cli.application import run
from tests.waiting import PATIENCE

ROOT = Path(__file__).parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
_NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = (
    "--no-sandbox",  # of which root has none
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def browser_path() -> str:
    """Where the browser is; "" for nowhere."""
    return next(filter(None, map(shutil.which, _NAMES)), "")


def missing() -> str:
    """What there is not."""
    if not browser_path():
        return "there is no Chromium: apt-get install chromium"
    try:
        import playwright  # noqa: F401 - it is there or not
    except ImportError:
        return "there is no playwright: make browser"
    return ""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """One browser for the tests of a module, whose event loop is gone before others have theirs."""
    if reason := missing():
        assert os.environ.get("GROUNDTRAIN_BROWSER") != "required", reason
        pytest.skip(f"NOT TESTED in a browser: {reason}")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path(), args=[*ARGUMENTS])
        yield browser
        browser.close()


class Opened:
    """A page that was opened from its file, and all that should not have happened since.

    Attributes:
        page: playwright's.
        asked: addresses beside the file's own.
        said: on the console, and errors of the script.
    """

    def __init__(self, chromium: Any, file: Path, **context: Any) -> None:
        self.asked, self.said = list[str](), list[str]()
        self._context = chromium.new_context(**context)
        self.page = self._context.new_page()
        self.page.set_default_timeout(1000 * PATIENCE)
        self.page.on("request", lambda request: self._ask(request.url, file))
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("dialog", lambda dialog: self.said.append(f"dialog: {dialog.message}"))
        self.page.goto(file.as_uri())

    def _ask(self, url: str, file: Path) -> None:
        if url != file.as_uri() and not url.startswith("data:"):
            self.asked.append(url)

    def shown(self) -> list[str]:
        """What the visible pictures are called."""
        return [
            card.inner_text().split("\n")[0]
            for card in self.page.locator(".card .where").all()
            if card.is_visible()
        ]

    def serious_problems(self) -> list[str]:
        """What axe finds of impact serious or critical."""
        self.page.evaluate(AXE.read_text("utf-8"))
        found = self.page.evaluate("axe.run({resultTypes: ['violations']})")
        return [
            f"{one['id']}: {node['html'][:200]}"
            for one in found["violations"]
            if one["impact"] in ("serious", "critical")
            for node in one["nodes"]
        ]

    def close(self) -> None:
        """Forget the page."""
        self._context.close()


@pytest.fixture
def opened(chromium: Any) -> Iterator[Callable[..., Opened]]:
    """Opens pages, each in a context of its own, and closes them."""
    pages = list[Opened]()

    def open_page(file: Path, **context: Any) -> Opened:
        pages.append(Opened(chromium, file, **context))
        return pages[-1]

    yield open_page
    for page in pages:
        page.close()


@pytest.fixture(scope="session")
def reported(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Makes the report on lines of a manifest."""

    def report(name: str, *lines: bytes, options: tuple[str, ...] = ()) -> Path:
        folder = tmp_path_factory.mktemp("report")
        manifest = folder / f"{name}.manifest"
        manifest.write_bytes(b"".join(line + b"\n" for line in lines))
        run(["report", str(manifest), "--output", str(folder / "report.html"), *options])
        return folder / "report.html"

    return report
