"""The report in Chromium: it asks nothing of anybody, runs nothing that came from data, and can be used."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from local.demo.street_scenes import street_scenes
from tests.label_samples import SAMPLES
from tests.manifest_lines import box, dump, record
from tests.waiting import eventually

Report = Callable[..., Path]
Open = Callable[..., Any]

LINES = {name.partition("/")[2]: [dump(line) for line in sample.lines] for name, sample in SAMPLES.items()}
LINES["nothing that can be used"] = [dump(record(f"s3://bucket/{i}.jpg", box(left=5000))) for i in range(3)]
HOSTILE = (
    "<script>window.pwned=1</script>",
    '"><img src=x onerror="window.pwned=1">',
    "</script><script>window.pwned=1</script>",
    "<!--<script>",
    "\x1b[2J\x1b]0;owned\x07",
    "\u202eegami\u2066 \u05d0\u05d1\u05d2",
    "\u2028\u2029",
    "javascript:window.pwned=1",
    "{{policy}}",
    "x" * 1_000_000,
)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory, reported: Report) -> Path:
    """The report on the demonstration's scenes, with their images."""
    images = tmp_path_factory.mktemp("scenes")
    lines = street_scenes(images).manifest.splitlines()
    return reported("street-scenes", *lines, options=("--image-dir", str(images)))


@pytest.mark.parametrize("kind", LINES)
def test_a_report_on_any_type_opens_without_complaint(reported: Report, opened: Open, kind: str) -> None:
    page = opened(reported("labels", *LINES[kind]))
    assert page.page.locator("#overview").is_visible()
    assert (page.asked, page.said) == ([], [])


@pytest.mark.parametrize("kind", ["object-detection", "text-span", "nothing that can be used"])
def test_axe_finds_no_serious_problem(reported: Report, opened: Open, kind: str) -> None:
    assert opened(reported("labels", *LINES[kind])).serious_problems() == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_serious_problem_in_the_demo(demo: Path, opened: Open, scheme: str) -> None:
    page = opened(demo, color_scheme=scheme)
    assert page.serious_problems() == []
    page.page.locator(".card").first.press("Enter")
    assert page.serious_problems() == []


def test_nothing_runs_that_came_from_data(reported: Report, opened: Open) -> None:
    lines = [
        dump(record(f"s3://bucket/{number}{text}.jpg", box(), classes={"0": text}, **{"job-name": text}))
        for number, text in enumerate((*HOSTILE, *HOSTILE))
    ]
    lines.append(dump(record(f"s3://bucket/{HOSTILE[0]}.jpg", box(left=620), classes={"0": HOSTILE[1]})))
    page = opened(reported("hostile", *lines))
    page.page.locator(".card").first.click()
    assert page.page.evaluate("window.pwned") is None
    assert (page.asked, page.said) == ([], [])
    assert page.page.locator("script").count() == 2
    assert page.page.locator("img, iframe, object, embed, link, base, form").count() == 0
    assert HOSTILE[0] in page.page.locator("#classes").inner_text()


def test_its_policy_stops_scripts_that_are_added(demo: Path, opened: Open) -> None:
    page = opened(demo)
    page.page.evaluate(
        """const script = document.createElement("script"), image = document.createElement("img");
        script.textContent = "window.pwned = 1";
        image.src = "http://127.0.0.1:9/x.png";
        document.body.append(script, image);"""
    )
    eventually(lambda: page.page.evaluate("true") and len(page.said) == 2)
    assert page.page.evaluate("window.pwned") is None
    assert len(page.said) == 2
    assert all("Content Security Policy" in said for said in page.said)


@pytest.mark.parametrize(
    ("name", "value", "lines"),
    [
        ("finding", "GT204", ["line 32"]),
        ("side", "left out", ["line 20", "line 8", "line 32", "line 44", "line 61"]),
    ],
)
def test_pictures_are_filtered(demo: Path, opened: Open, name: str, value: str, lines: list[str]) -> None:
    page = opened(demo)
    page.page.select_option(f"[data-filter={name}]", value)
    assert sorted(shown.partition(" ·")[0] for shown in page.shown()) == sorted(lines)
    assert page.page.get_by_role("status").inner_text() == f"{len(lines)} of 61 pictures"
    page.page.click("text=Clear filters")
    assert len(page.shown()) == 16


def test_a_class_is_on_each_picture_that_its_filter_leaves(demo: Path, opened: Open) -> None:
    page = opened(demo)
    page.page.select_option("[data-filter=class]", label="bicycle")
    cards = [card.inner_text() for card in page.page.locator(".card").all() if card.is_visible()]
    assert 20 < len(cards) < 61
    assert all("bicycle" in card for card in cards)


@pytest.fixture(scope="module")
def pallets(reported: Report) -> Path:
    """The report on the manifest of the documentation."""
    manifest = Path(__file__).parents[2] / "docs" / "examples" / "pallets.manifest"
    return reported("pallets", *manifest.read_bytes().splitlines())


def test_the_first_screen_answers_and_names_what_blocks_and_every_error(pallets: Path, opened: Open) -> None:
    page = opened(pallets).page
    assert page.locator("#overview-title").inner_text().startswith("Not yet: could train without 5 lines")
    items = page.locator("#overview ul.first li").all_inner_texts()
    assert "closes the gate" in items[0]
    assert [item[:5] for item in items] == ["GT403", "GT201", "GT202", "GT204", "GT301", "GT401", "GT410"]


@pytest.mark.parametrize(("code", "pictures"), [("GT415", 9), ("GT403", 18)])
def test_a_finding_on_the_whole_file_leads_to_its_pictures(
    pallets: Path, opened: Open, code: str, pictures: int
) -> None:
    page = opened(pallets)
    page.page.click(f"text=Pictures of {code}")
    assert len(page.shown()) == pictures
    assert page.page.locator(f"#{code} .places button").count() == min(pictures, 12)


def test_lines_left_out_lead_to_their_pictures_and_on_to_the_line_they_repeat(
    pallets: Path, opened: Open
) -> None:
    page = opened(pallets).page
    row = page.locator("#left-out tr", has_text="GT401")
    row.get_by_role("button", name="line 31").click()
    title = page.locator("#picture-title")
    assert title.inner_text() == "line 31 · left out · 0030.jpg"
    page.locator("dialog[open]").get_by_role("button", name="line 30").click()
    assert title.inner_text() == "line 30 · train · 0030.jpg"


def test_the_dialog_says_how_far_a_box_is_outside(pallets: Path, opened: Open) -> None:
    page = opened(pallets).page
    page.locator("#GT204 button", has_text="(picture)").click()
    cells = page.locator("dialog[open] tbody tr").first.locator("td").all_inner_texts()
    assert cells == ["10 px past the right edge", "1,200", "300", "90", "80"]


def test_a_picture_outside_the_filter_is_one_of_all(pallets: Path, opened: Open) -> None:
    page = opened(pallets).page
    page.select_option("[data-filter=side]", "validation")
    page.locator(".card:visible").first.click()
    bar = page.locator("dialog[open] .bar")
    assert bar.inner_text().split("\n")[1:4] == ["1 of 2", "No previous", "Next"]
    page.keyboard.press("Escape")
    page.locator("#GT204 button", has_text="(picture)").click()
    assert "of 48, outside the filter" in bar.inner_text()
    before = page.locator("#picture-title").inner_text()
    page.keyboard.press("ArrowRight")
    assert page.locator("#picture-title").inner_text() != before


def test_filters_without_a_picture_and_with_lines_left_out_say_so(pallets: Path, opened: Open) -> None:
    page = opened(pallets).page
    page.select_option("[data-filter=class]", label="forklift")
    status = page.locator(".filters [role=status]")
    assert status.inner_text() == "19 of 48 pictures; 1 of the 19 that fit is left out of the dataset"
    page.select_option("[data-filter=side]", "validation")
    assert page.locator("text=No picture fits all of these filters").is_visible()


def test_no_bar_is_higher_than_its_axis(pallets: Path, opened: Open) -> None:
    page = opened(pallets).page
    for plot in page.locator("figure svg:not(.map)").all():
        lines = [float(line.get_attribute("y1")) for line in plot.locator(".grid-line").all()]
        tops = [float(bar.get_attribute("y")) for bar in plot.locator(".bar-shape").all()]
        assert min(lines) <= min(tops) + 1e-6


def test_a_finding_leads_to_its_picture_with_the_box_marked(demo: Path, opened: Open) -> None:
    page = opened(demo)
    page.page.locator("#GT204 button", has_text="(picture)").click()
    dialog = page.page.locator("dialog[open]")
    assert dialog.locator("h2").inner_text().startswith("line 32 · left out · ")
    assert dialog.locator("rect.box.fault").count() == 1


def test_pictures_are_opened_leafed_through_and_closed_by_keys(demo: Path, opened: Open) -> None:
    page = opened(demo)
    first, second = page.page.locator(".card .where").all()[:2]
    page.page.locator(".card").first.press("Enter")
    title = page.page.locator("#picture-title")
    assert title.inner_text().startswith(first.inner_text().partition(" ·")[0])
    page.page.keyboard.press("ArrowRight")
    assert title.inner_text().startswith(second.inner_text().partition(" ·")[0])
    page.page.keyboard.press("Escape")
    assert page.page.locator("dialog[open]").count() == 0
    assert page.page.evaluate("document.activeElement.className") == "card"


def test_a_bar_tells_its_number_to_the_pointer_and_in_a_table(demo: Path, opened: Open) -> None:
    page = opened(demo)
    plot = page.page.locator("figure", has_text="Boxes on a record")
    plot.locator(".over").nth(4).hover()
    told = page.page.locator("#tip").inner_text()
    plot.locator("summary").click()
    assert told == f"4: {plot.locator('tbody tr').nth(4).locator('td').inner_text()} records"


def test_what_was_found_is_shown_beside_what_is_labeled(
    reported: Report, opened: Open, tmp_path: Path
) -> None:
    lines = [record(f"s3://bucket/{number}.jpg", box(), classes={"0": HOSTILE[1]}) for number in range(3)]
    found = tmp_path / "found.manifest"
    missed = record("s3://bucket/1.jpg", classes={})
    found.write_bytes(b"\n".join(map(dump, (lines[0], missed))))
    page = opened(reported("labels", *map(dump, lines), options=("--predictions", str(found))))
    assert page.page.locator("#compared tbody tr").first.locator("td").all_inner_texts()[:3] == [
        "2",
        "1",
        "1",
    ]
    page.page.locator("#compared .card").press("Enter")
    assert page.page.locator("dialog[open] rect.drawn-missed").count() == 1
    page.page.keyboard.press("Escape")
    assert page.serious_problems() == []
    assert (page.asked, page.said, page.page.evaluate("window.pwned")) == ([], [], None)


def test_nothing_is_wider_than_a_narrow_screen(demo: Path, opened: Open) -> None:
    page = opened(demo, viewport={"width": 360, "height": 800})
    assert page.page.evaluate("document.documentElement.scrollWidth") <= 360


def test_on_paper_there_is_no_navigation_and_tables_are_open(demo: Path, opened: Open) -> None:
    page = opened(demo)
    page.page.emulate_media(media="print")
    page.page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert not page.page.locator("nav").is_visible()
    assert page.page.locator("details:not([open])").count() == 0


def test_what_is_on_the_page_is_what_the_data_say(demo: Path, opened: Open) -> None:
    page = opened(demo)
    data = json.loads(page.page.evaluate("document.getElementById('data').textContent"))
    assert page.page.locator("h1").inner_text() == "street-scenes.manifest"
    assert page.page.locator("#about").inner_text().endswith(data["title"])
    rows = page.page.locator("#classes tbody tr").all()
    assert [row.locator("th").inner_text() for row in rows] == [one["name"] for one in data["classes"]]
