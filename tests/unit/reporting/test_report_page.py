"""The page is one file, may run its own script alone, and holds data as data."""

import base64
import hashlib
import json
import re
from pathlib import Path

import pytest

from groundtrain.cli.application import run
from groundtrain.reporting.page_file import escaped_json, page_pieces
from tests.manifest_lines import box, dump, manifest_of, record


@pytest.fixture(scope="module")
def page() -> str:
    return b"".join(page_pieces({"title": "</script><b>"}, 'a <i> & "b"')).decode()


def test_its_policy_allows_its_own_script_and_style_by_their_hashes(page: str) -> None:
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)
    assert policy is not None
    rules = dict(rule.split(" ", 1) for rule in policy[1].split("; "))
    for element, rule in (("script", "script-src"), ("style", "style-src")):
        text = re.search(rf"<{element}>(.*?)</{element}>", page, re.DOTALL)
        assert text is not None
        digest = base64.b64encode(hashlib.sha256(text[1].encode()).digest()).decode()
        assert rules[rule] == f"'sha256-{digest}'"
    assert rules["default-src"] == "'none'"
    assert rules["img-src"] == "data:"
    assert "unsafe" not in policy[1]


def test_it_has_no_address_but_the_namespace_of_svg(page: str) -> None:
    assert set(re.findall(r"[a-z]+://[^\s\"'<)]*", page)) == {"http://www.w3.org/2000/svg"}


def test_its_script_makes_no_markup_of_texts() -> None:
    parts = Path(__file__).parents[3] / "lambdas" / "groundtrain" / "reporting" / "page"
    script = "".join(part.read_text("utf-8") for part in parts.glob("*.js"))
    assert (
        re.findall(r"innerHTML|outerHTML|insertAdjacent|document\.write|eval\(|new Function|srcdoc", script)
        == []
    )


def test_data_cannot_end_the_element_that_holds_them(page: str) -> None:
    data = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert data is not None
    assert json.loads(data[1]) == {"title": "</script><b>"}
    assert "<title>a &lt;i&gt; &amp; &quot;b&quot;</title>" in page


@pytest.mark.parametrize("text", ["<!--<script>", "\u2028\u2029", "]]>&amp;", "\ud800", "{{policy}}"])
def test_json_is_escaped_and_reads_as_it_was(text: str) -> None:
    written = escaped_json({"a": text})
    assert not re.search("[<>&\u2028\u2029]", written.decode())
    assert json.loads(written) == {"a": text}


def test_the_same_manifest_gives_the_same_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    manifest_of(tmp_path, dump(record("s3://bucket/a.jpg", box())), dump(record("s3://bucket/b.jpg", box())))
    for name in ("one.html", "other.html"):
        run(["report", "output.manifest", "--output", name])
    assert Path("one.html").read_bytes() == Path("other.html").read_bytes()


def test_names_and_sources_of_a_megabyte_make_no_large_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    long = "x" * 1_000_000
    lines = [
        dump(record(f"s3://bucket/{number}{long}.jpg", box(), classes={"0": long})) for number in range(3)
    ]
    manifest_of(tmp_path, *lines)
    assert run(["report", "output.manifest"]) == 0
    assert Path("report.html").stat().st_size < 100_000
