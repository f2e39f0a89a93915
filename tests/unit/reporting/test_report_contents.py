"""What a report tells of a manifest, and which records it shows."""

import json
from pathlib import Path
from typing import Any

from groundtrain.cli.audience import Audience
from groundtrain.manifest.source import FileManifest
from groundtrain.reporting.contents import Contents, contents_of
from groundtrain.reporting.subject import read_subject
from groundtrain.settings.dataset_settings import DatasetSettings
from groundtrain.settings.environment import Environment
from tests.manifest_lines import box, dump, good, manifest_of, record

PALLETS = Path(__file__).parents[3] / "docs" / "examples" / "pallets.manifest"


def told(source: FileManifest, most: int = 100, **settings: Any) -> Contents:
    environment = Environment(name="local", region="", dataset=DatasetSettings(**settings))
    return contents_of(read_subject(source, environment, most=most), Audience())


def answer(contents: Contents, word: str) -> str:
    return next(one.answer for one in contents.answers if word in one.question)


def test_the_example_of_the_documentation_is_told_as_check_tells_it() -> None:
    contents = told(FileManifest(PALLETS))
    assert (contents.records, contents.rejected, contents.items) == (48, 5, 113)
    assert [(one.name, sum(one.items)) for one in contents.classes] == [
        ("pallet", 65),
        ("forklift", 25),
        ("person", 23),
    ]
    assert (
        contents.verdict[1] == "could train without 5 lines, but the gate of the default settings is closed"
    )
    assert [one.code for one in contents.rules][-1] == "GT415"


def test_the_faulty_box_is_marked_on_its_picture() -> None:
    contents = told(FileManifest(PALLETS))
    place = next(one.places[0] for one in contents.rules if one.code == "GT204")
    assert place.line == 12
    picture = contents.pictures[place.picture or 0]
    assert picture.source.endswith("0012.jpg")
    assert [box[1:] for box in picture.boxes if box[5]] == [(1200, 300, 90, 80, 1)]


def test_records_with_errors_are_shown_before_all_others() -> None:
    contents = told(FileManifest(PALLETS), most=5)
    assert {one.line for one in contents.pictures} == {12, 17, 23, 31, 38}


def test_each_record_without_objects_is_said_to_show_nothing_however_it_was_chosen() -> None:
    contents = told(FileManifest(PALLETS))
    empty = {i for i, one in enumerate(contents.pictures) if one.side is not None and not one.boxes}
    assert {i for i, one in enumerate(contents.pictures) if "empty" in one.reasons} == empty
    assert len(empty) == 9


def test_a_finding_on_the_whole_file_names_the_pictures_it_is_about() -> None:
    contents = told(FileManifest(PALLETS))
    empty, forklifts = (
        next(one.places[0].pictures for one in contents.rules if one.code == code)
        for code in ("GT415", "GT403")
    )
    assert len(empty) == 9
    assert {*forklifts} == {
        i
        for i, one in enumerate(contents.pictures)
        if one.side is not None and "forklift" in {contents.names[box[0]] for box in one.boxes}
    }


def test_what_closes_the_gate_is_told_by_the_rule_of_the_page() -> None:
    assert [(one.code, one.name) for one in told(FileManifest(PALLETS)).blocking] == [
        ("GT403", "class-in-one-split")
    ]


def test_what_closes_the_gate_without_a_rule_of_the_page_is_told_by_its_own(tmp_path: Path) -> None:
    blocking = told(manifest_of(tmp_path, *good(12))).blocking
    assert "GT522" in [one.code for one in blocking]


def test_a_split_far_from_what_was_asked_is_told_with_both_shares() -> None:
    said = answer(told(FileManifest(PALLETS)), "split")
    assert "validation has 4.7% of what is used, where 10% was asked" in said
    assert "measures would rest on 3 of the 113 boxes, which are on 1 record for validation" in said


def test_a_class_that_a_side_lacks_is_the_problem_of_the_classes() -> None:
    one = next(one for one in told(FileManifest(PALLETS)).answers if "rarest" in one.question)
    assert one.at == "classes"
    assert one.answer.endswith(
        'Lacking on a side: the class "forklift" is on 18 records in training and 0 in validation.'
    )


def test_a_single_series_is_not_to_be_grouped() -> None:
    assert "group_by on its name would put every record on one side" in answer(
        told(FileManifest(PALLETS)), "leak"
    )


def test_every_class_is_shown_before_a_sample(tmp_path: Path) -> None:
    rare = record("s3://bucket/rare.jpg", box(class_id=1), classes={"0": "car", "1": "bus"})
    contents = told(manifest_of(tmp_path, *good(200), dump(rare)), most=12)
    assert "s3://bucket/rare.jpg" in {one.source for one in contents.pictures}


def test_no_more_records_are_shown_than_asked_for(tmp_path: Path) -> None:
    assert len(told(manifest_of(tmp_path, *good(50)), most=7).pictures) == 7


def test_both_sides_are_shown(tmp_path: Path) -> None:
    assert {one.side for one in told(manifest_of(tmp_path, *good(300)), most=20).pictures} == {0, 1}


def test_the_rarest_class_is_named_with_its_records(tmp_path: Path) -> None:
    rare = record("s3://bucket/rare.jpg", box(class_id=1), classes={"0": "car", "1": "bus"})
    contents = told(manifest_of(tmp_path, *good(199), dump(rare)))
    assert answer(contents, "rarest").startswith(
        "\N{LEFT DOUBLE QUOTATION MARK}bus\N{RIGHT DOUBLE QUOTATION MARK}: on 1 of 200 records"
        " that are used (0.5%)."
    )


def frames(clips: int, each: int) -> list[bytes]:
    return [
        dump(record(f"s3://bucket/clip-{chr(97 + clip)}/frame{number:04}.jpg", box()))
        for clip in range(clips)
        for number in range(each)
    ]


def test_frames_of_videos_on_both_sides_are_told_as_a_leak(tmp_path: Path) -> None:
    assert answer(told(manifest_of(tmp_path, *frames(4, 30))), "leak").startswith("Yes: ")


def test_frames_that_are_kept_together_do_not_leak(tmp_path: Path) -> None:
    contents = told(manifest_of(tmp_path, *frames(12, 10)), group_by="(clip-[a-z])/")
    assert answer(contents, "leak").startswith("No: ")


def test_one_long_series_is_told_as_a_question(tmp_path: Path) -> None:
    contents = told(manifest_of(tmp_path, *frames(1, 60)))
    assert answer(contents, "leak").startswith("They do if")
    assert len(contents.series[0][1]) == 2


def test_a_dataset_without_usable_records_is_told(tmp_path: Path) -> None:
    contents = told(
        manifest_of(tmp_path, *[b'{"source-ref":"s3://b/1.jpg"}'] * 2, *[_outside(i) for i in range(3)])
    )
    assert contents.verdict[0] == "will-not-train"
    assert contents.rejected == contents.records == 5


def _outside(number: int) -> bytes:
    return dump(record(f"s3://bucket/{number}.jpg", box(left=5000)))


def test_boxes_are_counted_by_size_shape_and_place(tmp_path: Path) -> None:
    wide = record("s3://bucket/w.jpg", box(left=0, top=0, width=320, height=80))
    contents = told(manifest_of(tmp_path, dump(wide), *good(3)))
    plots = {plot.title: plot for plot in contents.plots}
    assert dict(plots["Shapes of boxes"].bars)["4 : 1"] == 1
    assert sum(count for _, count in plots["Sizes of boxes as the network sees them"].bars) == 4
    assert sum(plots["Where boxes are"].cells) == 4
    assert dict(plots["Dates of labels"].bars) == {"2026-02-01": 4}


def test_boxes_too_small_for_the_network_are_marked(tmp_path: Path) -> None:
    tiny = record("s3://bucket/t.jpg", box(width=1, height=1))
    contents = told(manifest_of(tmp_path, dump(tiny), *good(3)))
    plot = next(one for one in contents.plots if one.title.startswith("Sizes of boxes"))
    assert [plot.bars[place] for place in plot.marked] == [("below 1", 1)]


def test_entities_mark_pieces_of_their_text(tmp_path: Path) -> None:
    line = {
        "source": "Ada met Bob",
        "names": {"annotations": {"labels": [{"label": "person"}], "entities": [_span(0, 3), _span(8, 11)]}},
        "names-metadata": {"type": "groundtruth/text-span", "creation-date": "2026-01-01", "job-name": "j"},
    }
    picture = told(manifest_of(tmp_path, *[json.dumps(line | {"n": i}).encode() for i in range(2)])).pictures[
        0
    ]
    assert picture.pieces == (("Ada", (0,), 0), (" met ", (), 0), ("Bob", (0,), 0))


def _span(start: int, end: int) -> dict[str, Any]:
    return {"label": "person", "startOffset": start, "endOffset": end}


def test_many_classes_are_told_as_the_most_frequent_the_rarest_and_a_rest(tmp_path: Path) -> None:
    lines = [
        dump(
            record(
                f"s3://bucket/{number}.jpg",
                box(class_id=number % 300),
                classes={str(number % 300): f"class-{number % 300}"},
            )
        )
        for number in range(900)
    ]
    contents = told(manifest_of(tmp_path, *lines))
    assert contents.total_classes == 300
    assert len(contents.classes) + contents.others[0] == 300
    assert sum(sum(one.items) for one in contents.classes) + sum(contents.others[1:]) == 900


def test_a_box_of_any_width_is_counted(tmp_path: Path) -> None:
    endless = record("s3://bucket/w.jpg", box(width=1e308), box(width=1e308, height=1e308))
    contents = told(manifest_of(tmp_path, dump(endless), *good(3)), ignore=("GT204",))
    plots = {plot.title: plot for plot in contents.plots}
    assert sum(plots["Where boxes are"].cells) == 5
    assert len(plots["Sizes of boxes as the network sees them"].bars) <= 20
