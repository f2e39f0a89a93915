"""What becomes of an export of Label Studio; expected values are those that labelstud.io documents."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import pytest

from groundtrain.errors import GroundtrainError, ManifestError
from groundtrain.formats.label_studio.format import LABEL_STUDIO
from tests.imported_labels import imported
from tests.label_files import rectangle, task
from tests.unit.images.pictures import jpeg


def of(tmp_path: Path, *tasks: Any, images: Path | None = None, **options: Any) -> Any:
    (tmp_path / "a.json").write_text(json.dumps(list(tasks)))
    return imported(LABEL_STUDIO, tmp_path / "a.json", options=options, images=images)


def annotation(*results: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"id": 7, "result": list(results), "was_cancelled": False, "completed_by": 2, **more}


def choice(*names: Any, **more: Any) -> dict[str, Any]:
    value = {"choices": list(names)} | more.pop("value", {})
    return {"id": "c", "from_name": "kind", "to_name": "image", "type": "choices", "value": value} | more


def span(start: Any, end: Any, *names: str, **value: Any) -> dict[str, Any]:
    value = {"start": start, "end": end, "labels": list(names or ["Person"])} | value
    return {"id": f"s{start}", "from_name": "ner", "to_name": "text", "type": "labels", "value": value}


def text_task(text: str, *results: dict[str, Any]) -> dict[str, Any]:
    return task(*results, data={"text": text})


def boxes(got: Any, line: int = 0) -> list[list[float]]:
    return [
        [box[side] for side in ("left", "top", "width", "height")]
        for box in got.lines[line]["pets"]["annotations"]
    ]


def entities(got: Any, line: int = 0) -> list[tuple[str, int, int]]:
    found = got.lines[line]["pets"]["annotations"]["entities"]
    return [(each["label"], each["startOffset"], each["endOffset"]) for each in found]


def test_percents_of_the_documentation_become_the_pixels_that_it_computes(tmp_path: Path) -> None:
    value = {"x": 5.33, "y": 23.57, "width": 29.16, "height": 31.26}
    got = of(tmp_path, task(rectangle(original_width=600, original_height=403, value=value)))
    expected = [600 * 5.33 / 100.0, 403 * 23.57 / 100.0, 600 * 29.16 / 100.0, 403 * 31.26 / 100.0]
    assert boxes(got)[0] == pytest.approx(expected, rel=1e-15)
    assert got.lines[0]["pets"]["image_size"] == [{"width": 600, "height": 403, "depth": 3}]
    assert got.lines[0]["pets-metadata"]["class-map"] == {"0": "car"}
    assert (got.lost, got.beside, got.odd) == ({}, {}, {})


def test_pixels_are_what_was_meant_and_not_what_binary_fractions_make_of_it(tmp_path: Path) -> None:
    value = {"x": 0.3, "y": 12.4, "width": 10, "height": 10}
    got = of(tmp_path, task(rectangle(original_width=403, original_height=500, value=value)))
    assert boxes(got) == [[1.209, 62, 40.3, 50]]


@pytest.mark.parametrize(
    ("rotation", "expected"),
    [
        (0, [64, 96, 192, 192]),
        (360, [64, 96, 192, 192]),
        (90, [-128, 96, 192, 192]),
        (180, [-128, -96, 192, 192]),
        (-90, [64, -96, 192, 192]),
        (45, [64 - 192 * 0.5**0.5, 96, 2 * 192 * 0.5**0.5, 2 * 192 * 0.5**0.5]),
    ],
)
def test_a_turned_rectangle_becomes_the_smallest_box_around_it_and_is_counted(
    tmp_path: Path, rotation: float, expected: list[float]
) -> None:
    got = of(tmp_path, task(rectangle(value={"rotation": rotation})))
    assert boxes(got)[0] == pytest.approx(expected)
    turned = "turned rectangles (rotation), of which the smallest box around is written"
    assert got.lost == ({} if rotation in (0, 360) else {turned: ["task 1 region Dx_aB91ISN"]})


def test_a_rectangle_that_is_not_square_turns_in_pixels_about_its_corner(tmp_path: Path) -> None:
    value = {"x": 50, "y": 50, "width": 10, "height": 10, "rotation": 90}
    got = of(tmp_path, task(rectangle(original_width=1000, original_height=100, value=value)))
    assert boxes(got) == [[490, 50, 10, 100]]


@pytest.mark.parametrize(
    ("results", "what"),
    [
        ([rectangle(value={"rectanglelabels": []})], "rectangles without a class"),
        ([rectangle(value={"width": None})], "rectangles with a side that is missing"),
        ([rectangle(id=None, value={"x": None})], "rectangles with a side that is missing"),
        (
            [rectangle(type="rectangle", from_name="r", value={"rectanglelabels": None})],
            "rectangles without a class",
        ),
        (
            [rectangle(type="rectangle", from_name="r", id=None, value={"rectanglelabels": None})],
            "rectangles without a class",
        ),
        (
            [rectangle(image_rotation=90)],
            "rectangles on an image that was turned in Label Studio (image_rotation)",
        ),
        ([{"type": "polygonlabels", "from_name": "p", "value": {"points": [[1, 2]]}}], "polygons"),
        ([{"type": "brushlabels", "from_name": "b", "value": {"rle": [1, 2]}}], "brush masks"),
        ([{"type": "keypointlabels", "from_name": "k", "value": {"x": 1, "y": 1}}], "key points"),
        ([{"type": "ellipselabels", "from_name": "e", "value": {"x": 1, "y": 1}}], "ellipses"),
    ],
)
def test_a_region_that_cannot_be_a_box_is_counted_and_its_image_is_no_negative(
    tmp_path: Path, results: list[dict[str, Any]], what: str
) -> None:
    got = of(tmp_path, task(rectangle()), task(*results, number=2, image="b.jpg"))
    assert [line["source-ref"] for line in got.lines] == ["s3://bucket/f/a.jpg"]
    assert set(got.lost) == {what, "images and texts all of whose labels are left out"}


def test_a_rectangle_and_its_label_are_one_region(tmp_path: Path) -> None:
    drawn = rectangle(type="rectangle", from_name="box", value={"rectanglelabels": None})
    named = {
        "id": drawn["id"],
        "from_name": "kind",
        "to_name": "image",
        "type": "labels",
        "value": {"labels": ["Tea"]},
    }
    got = of(tmp_path, task(drawn, named))
    assert boxes(got) == [[64, 96, 192, 192]]
    assert got.told.classes == ("Tea",)
    assert (got.lost, got.beside) == ({}, {})


def test_several_classes_of_a_region_become_a_box_each(tmp_path: Path) -> None:
    got = of(tmp_path, task(rectangle(value={"rectanglelabels": ["car", "red"]})))
    assert len(boxes(got)) == 2
    assert list(got.beside) == ["several classes of one region, which become a label each"]


def test_relations_texts_and_choices_of_regions_are_beside_the_labels(tmp_path: Path) -> None:
    place = {"x": 10, "y": 20, "width": 30, "height": 40}
    region = rectangle(score=0.9)
    got = of(
        tmp_path,
        task(
            region,
            {"type": "relation", "from_id": "a", "to_id": "b", "direction": "right"},
            {"id": region["id"], "type": "textarea", "from_name": "name", "value": {"text": ["x"], **place}},
            choice("parked", id=region["id"], value=place),
        ),
    )
    assert len(boxes(got)) == 1
    assert got.lost == {}
    assert set(got.beside) == {
        "confidences (score)",
        "relations of regions",
        "results of name (textarea)",
        "results of kind (choices)",
    }


def test_an_image_without_objects_is_a_negative_whose_size_is_that_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    (tmp_path / "images/b.jpg").write_bytes(jpeg(size=(320, 200)))
    (tmp_path / "images/a.jpg").write_bytes(jpeg(size=(640, 480)))
    got = of(tmp_path, task(rectangle()), task(number=2, image="b.jpg"), images=tmp_path / "images")
    assert got.lines[1]["pets"] == {
        "image_size": [{"width": 320, "height": 200, "depth": 3}],
        "annotations": [],
    }
    with pytest.raises(ManifestError, match=r"task 2: the size of b\.jpg is not said"):
        of(tmp_path, task(rectangle()), task(number=2, image="b.jpg"))


def test_a_rectangle_without_an_id_belongs_to_no_other(tmp_path: Path) -> None:
    alone = rectangle(type="rectangle", from_name="box", id=None, value={"rectanglelabels": None})
    got = of(tmp_path, task(rectangle(id=None), alone))
    assert got.lost == {"rectangles without a class": ["task 1"]}


class TestAnnotationsOfATask:
    def test_tasks_that_nobody_annotated_or_that_were_skipped_are_left_out(self, tmp_path: Path) -> None:
        skipped = task(annotations=[annotation(rectangle(), was_cancelled=True)], number=3, image="c.jpg")
        got = of(tmp_path, task(rectangle()), task(annotations=[], number=2), skipped)
        assert len(got.lines) == 1
        assert got.lost == {}
        assert got.beside == {
            "tasks that nobody annotated, left out": ["task 2"],
            "tasks that were skipped (was_cancelled), left out": ["task 3"],
        }

    @pytest.mark.parametrize(
        ("others", "expected"),
        [
            ([{"updated_at": "2022-01-01T00:00:00Z"}, {"updated_at": "2021-01-01T00:00:00Z"}], "first"),
            ([{"updated_at": "2021-01-01T00:00:00Z"}, {"updated_at": "2022-01-01T00:00:00Z"}], "second"),
            ([{"ground_truth": True}, {"updated_at": "2022-01-01T00:00:00Z"}], "first"),
            ([{"created_at": 1609789589}, {"created_at": 999}], "first"),
            ([{}, {}], "second"),
        ],
    )
    def test_the_one_marked_as_ground_truth_counts_else_the_newest(
        self, tmp_path: Path, others: list[dict[str, Any]], expected: str
    ) -> None:
        several = [
            annotation(rectangle(name), **more)
            for name, more in zip(("first", "second"), others, strict=True)
        ]
        got = of(tmp_path, task(annotations=several))
        assert got.told.classes == (expected,)
        assert got.lost == {
            "further annotations of a task, which say something else": ["task 1 annotation 7"]
        }

    def test_those_that_say_the_same_are_no_loss(self, tmp_path: Path) -> None:
        one, other = rectangle("a"), rectangle("b", id="x", value={"x": 1})
        got = of(tmp_path, task(annotations=[annotation(one, other), annotation(other, one)]))
        assert got.lost == {}
        assert list(got.beside) == ["further annotations of a task, which say the same"]

    def test_an_image_without_objects_for_one_and_with_some_for_another_is_no_negative(
        self, tmp_path: Path
    ) -> None:
        several = [annotation(rectangle(), updated_at="2021"), annotation(updated_at="2022")]
        got = of(tmp_path, task(rectangle()), task(annotations=several, number=2, image="b.jpg"))
        assert len(got.lines) == 1
        assert "images and texts all of whose labels are left out" in got.lost

    def test_predictions_count_where_they_are_asked_for_and_nobody_annotated(self, tmp_path: Path) -> None:
        tasks = (
            task(rectangle("seen"), predictions=[annotation(rectangle("guessed"))]),
            task(annotations=[], predictions=[annotation(rectangle("guessed"))], number=2, image="b.jpg"),
        )
        without, with_them = of(tmp_path, *tasks), of(tmp_path, *tasks, predictions=True)
        assert (without.told.classes, with_them.told.classes) == (("seen",), ("seen", "guessed"))
        assert without.beside["predictions"] == ["task 1", "task 2"]
        assert with_them.beside == {"predictions": ["task 1"]}

    def test_ids_of_predictions_and_completions_of_old_versions_are_read(self, tmp_path: Path) -> None:
        old = {
            "id": 1,
            "data": {"image": "a.jpg"},
            "completions": [{"result": [rectangle()]}],
            "predictions": [5],
        }
        got = of(tmp_path, old, {**old, "id": 2, "completions": [{"result": [], "skipped": True}]})
        assert len(got.lines) == 1
        assert set(got.beside) == {"predictions", "tasks that were skipped (was_cancelled), left out"}


class TestChoices:
    def test_one_a_task_is_a_class(self, tmp_path: Path) -> None:
        got = of(tmp_path, task(choice("cat")), task(choice("dog"), number=2, image="b.jpg"))
        assert got.told.type == "groundtruth/image-classification"
        assert [line["pets"] for line in got.lines] == [0, 1]
        assert got.told.classes == ("cat", "dog")

    def test_several_of_one_task_make_all_labels_any_number_of_classes(self, tmp_path: Path) -> None:
        got = of(tmp_path, task(choice("cat")), task(choice("dog", "cat"), number=2, image="b.jpg"))
        assert got.told.type == "groundtruth/image-classification-multilabel"
        assert [line["pets"] for line in got.lines] == [[0], [1, 0]]

    def test_with_multilabel_one_a_task_is_any_number_and_none_is_an_answer(self, tmp_path: Path) -> None:
        got = of(tmp_path, task(choice("cat")), task(number=2, image="b.jpg"), multilabel=True)
        assert [line["pets"] for line in got.lines] == [[0], []]

    def test_a_task_without_a_choice_is_left_out_and_counted(self, tmp_path: Path) -> None:
        got = of(tmp_path, task(choice("cat")), task(number=2, image="b.jpg"))
        assert len(got.lines) == 1
        assert got.lost == {"images and texts without a class": ["b.jpg"]}

    def test_of_a_text_they_are_its_class(self, tmp_path: Path) -> None:
        got = of(tmp_path, text_task("Great!", choice("good", to_name="text")))
        assert got.lines[0]["source"] == "Great!"
        assert got.told.type == "groundtruth/text-classification"

    def test_nested_ones_are_named_by_their_path(self, tmp_path: Path) -> None:
        assert of(tmp_path, task(choice(["animal", "cat"]))).told.classes == ("animal / cat",)

    def test_some_on_images_and_others_on_texts_are_refused(self, tmp_path: Path) -> None:
        other = task(choice("b"), number=2, data={"image": "a long text"})
        with pytest.raises(ManifestError, match='under "image" some tasks have an image, and others a text'):
            of(tmp_path, task(choice("a")), other)


class TestSpans:
    def test_of_a_text_in_characters_are_entities(self, tmp_path: Path) -> None:
        got = of(tmp_path, text_task("Ada met Bob", span(0, 3), span(8, 11, text="Bob")))
        assert got.told.type == "groundtruth/text-span"
        assert entities(got) == [("Person", 0, 3), ("Person", 8, 11)]
        assert got.lines[0]["source"] == "Ada met Bob"
        assert (got.lost, got.beside, got.odd) == ({}, {}, {})

    def test_offsets_in_code_units_become_those_in_characters(self, tmp_path: Path) -> None:
        """The text and the offsets of label-studio issue 1347."""
        got = of(tmp_path, text_task("💩This is an annotation.", span(13, 23, text="annotation")))
        assert entities(got) == [("Person", 12, 22)]
        assert list(got.beside) == ["offsets in UTF-16 code units, written in characters"]

    def test_offsets_in_characters_stay_where_the_text_tells(self, tmp_path: Path) -> None:
        got = of(tmp_path, text_task("💩This is an annotation.", span(12, 22, text="annotation")))
        assert entities(got) == [("Person", 12, 22)]
        assert got.beside == {}

    @pytest.mark.parametrize(
        ("marked", "what"),
        [
            ({}, "spans without their text, in texts with characters beyond U+FFFF, which may count twice"),
            ({"text": "else"}, "spans whose text in the export is another"),
        ],
    )
    def test_offsets_that_nothing_confirms_stay_and_are_named(
        self, tmp_path: Path, marked: dict[str, str], what: str
    ) -> None:
        got = of(tmp_path, text_task("💩 Ada", span(2, 5, **marked)))
        assert entities(got) == [("Person", 2, 5)]
        assert got.odd == {what: ["task 1 region s2"]}

    def test_white_space_may_be_stored_otherwise(self, tmp_path: Path) -> None:
        assert of(tmp_path, text_task("Ada\r\nLovelace", span(0, 13, text="Ada\\nLovelace"))).odd == {}

    def test_without_a_class_or_in_other_media_they_are_lost(self, tmp_path: Path) -> None:
        nameless = span(0, 3) | {"value": {"start": 0, "end": 3, "labels": []}}
        got = of(tmp_path, text_task("Ada met Bob", span(8, 11)), text_task("Ada!", nameless))
        assert got.lost["spans without a class"] == ["task 1 region s0"]
        assert len(got.lines) == 1
        with pytest.raises(ManifestError, match=r"no annotation holds .*, only labels \(1\)"):
            of(tmp_path, task(span(0.5, 1.25), data={"audio": "a.wav"}))
        with pytest.raises(ManifestError, match="no annotation holds"):
            of(tmp_path, task(span(0, 1) | {"original_length": 7.5}, data={"audio": "a.wav"}))


class TestControlsAndData:
    BOTH = (choice("street"), rectangle("car"))

    def test_several_controls_are_refused_with_their_names(self, tmp_path: Path) -> None:
        with pytest.raises(ManifestError) as raised:
            of(tmp_path, task(*self.BOTH))
        assert "several controls label the tasks: kind (choices), label (rectangles)" in raised.value.message
        assert raised.value.fix == "add --control NAME"

    @pytest.mark.parametrize(("control", "classes"), [("kind", ("street",)), ("label", ("car",))])
    def test_the_one_that_is_asked_for_counts_and_the_other_is_beside(
        self, tmp_path: Path, control: str, classes: tuple[str, ...]
    ) -> None:
        got = of(tmp_path, task(*self.BOTH), control=control)
        assert got.told.classes == classes
        assert got.lost == {}
        assert len(got.beside) == 1

    def test_shapes_of_another_control_are_no_loss_where_one_was_asked_for(self, tmp_path: Path) -> None:
        polygon = {"type": "polygonlabels", "from_name": "p", "value": {"points": [[1, 2]]}}
        got = of(tmp_path, task(rectangle(), polygon), control="label")
        assert (got.lost, list(got.beside)) == ({}, ["polygons"])

    def test_one_that_is_not_there_is_named_beside_those_that_are(self, tmp_path: Path) -> None:
        with pytest.raises(
            ManifestError, match=r'no control is called "x", .* there is label \(rectangles\)'
        ):
            of(tmp_path, task(rectangle()), control="x")

    @pytest.mark.parametrize(
        ("data", "result"),
        [
            ({"picture": "a.jpg", "title": "A title"}, {}),
            ({"image": "b.png", "other": "a.jpg"}, {"source": "$other"}),
            ({"image": "a.jpg", "other": "b.png"}, {}),
            ({"image": "b.png", "other": "a.jpg"}, {"to_name": "$other"}),
        ],
    )
    def test_the_data_that_labels_are_about_are_found(
        self, tmp_path: Path, data: dict[str, str], result: dict[str, str]
    ) -> None:
        got = of(tmp_path, task(rectangle(**result), data=data))
        assert got.lines[0]["source-ref"] == "s3://bucket/f/a.jpg"

    def test_data_that_are_not_clear_are_asked_for(self, tmp_path: Path) -> None:
        unclear = task(rectangle(), data={"left": "a.jpg", "right": "b.jpg"})
        with pytest.raises(ManifestError, match=r"which data .* is not said: left, right"):
            of(tmp_path, unclear)
        assert of(tmp_path, unclear, data_key="right").lines[0]["source-ref"] == "s3://bucket/f/b.jpg"

    def test_several_objects_of_one_control_are_asked_for(self, tmp_path: Path) -> None:
        two = task(
            rectangle("a", to_name="left"),
            rectangle("b", to_name="right"),
            data={"left": "a.jpg", "right": "b.jpg"},
        )
        with pytest.raises(ManifestError, match="the control label labels several objects: left, right"):
            of(tmp_path, two)
        got = of(tmp_path, two, data_key="right")
        assert got.lines[0]["source-ref"] == "s3://bucket/f/b.jpg"
        assert len(boxes(got)) == 1

    def test_a_task_of_several_images_becomes_one_each(self, tmp_path: Path) -> None:
        pages = task(
            rectangle(item_index=0), rectangle("b", item_index=1), data={"pages": ["a.jpg", "b.jpg"]}
        )
        got = of(tmp_path, pages)
        assert [line["source-ref"][-5:] for line in got.lines] == ["a.jpg", "b.jpg"]
        assert [len(boxes(got, line)) for line in (0, 1)] == [1, 1]

    def test_tasks_whose_data_lack_the_key_are_counted(self, tmp_path: Path) -> None:
        got = of(tmp_path, task(rectangle()), task(rectangle(), number=2, data={"image": None}))
        assert got.lost == {'tasks without text under "image" in their data': ["task 2"]}


class TestNamesOfImages:
    @pytest.mark.parametrize(
        ("address", "options", "expected"),
        [
            ("a.jpg", {}, "s3://bucket/f/a.jpg"),
            ("s3://other/x/a.jpg", {}, "s3://other/x/a.jpg"),
            ("/data/upload/29/abcdef12-a.jpg", {}, "s3://bucket/f/abcdef12-a.jpg"),
            ("/data/upload/29/abcdef12-a.jpg", {"original_names": True}, "s3://bucket/f/a.jpg"),
            ("/data/upload/example.png", {"original_names": True}, "s3://bucket/f/example.png"),
            ("http://localhost:8080/data/upload/1/abcdef12-a%20b.jpg", {}, "s3://bucket/f/abcdef12-a b.jpg"),
            ("/data/local-files/?d=yard/a%20b.jpg", {}, "s3://bucket/f/yard/a b.jpg"),
            ("http://host/data/local-files/?d=yard/a.jpg", {}, "s3://bucket/f/yard/a.jpg"),
            ("https://acme.s3.amazonaws.com/x/a%20b.jpg?X-Amz-Signature=1", {}, "s3://acme/x/a b.jpg"),
            ("https://acme.s3.eu-west-1.amazonaws.com/a.jpg", {}, "s3://acme/a.jpg"),
            ("https://s3-eu-west-1.amazonaws.com/acme/a.jpg", {}, "s3://acme/a.jpg"),
            (
                "https://example.com/i/x/a.jpg?v=1",
                {"address_prefix": "https://example.com/i/"},
                "s3://bucket/f/x/a.jpg",
            ),
            ("gs://other/a.jpg", {"address_prefix": "gs://other/"}, "s3://bucket/f/a.jpg"),
            ("/mnt/share/a.jpg", {"address_prefix": "/mnt/share/"}, "s3://bucket/f/a.jpg"),
        ],
    )
    def test_they_come_from_their_addresses(
        self, tmp_path: Path, address: str, options: Mapping[str, Any], expected: str
    ) -> None:
        got = of(tmp_path, task(rectangle(), image=address), **options)
        assert got.lines[0]["source-ref"] == expected

    @pytest.mark.parametrize(
        ("address", "words"),
        [
            ("https://example.com/a.jpg", 'task 1: the image "https://example.com/a.jpg" is in the web'),
            ("gs://other/a.jpg", "is in no bucket"),
            ("../a.jpg", "is not below the folder of the images"),
            ("/data/local-files/?d=../a.jpg", "is not below the folder of the images"),
            ("/mnt/a.jpg", "is not below the folder of the images"),
            ("data:image/png;base64,AAAA", "the image is in the export itself"),
            ("/data/local-files/?d=", "names no image"),
        ],
    )
    def test_those_that_have_no_place_in_s3_are_refused(
        self, tmp_path: Path, address: str, words: str
    ) -> None:
        with pytest.raises(ManifestError) as raised:
            of(tmp_path, task(rectangle(), image=address), data_key="image")
        assert words in raised.value.message

    def test_hashes_that_stay_are_named_with_the_option_that_leaves_them_out(self, tmp_path: Path) -> None:
        (what,) = of(tmp_path, task(rectangle(), image="/data/upload/29/abcdef12-a.jpg")).odd
        assert "--original-names" in what

    def test_two_uploads_of_one_name_are_not_confused(self, tmp_path: Path) -> None:
        uploads = [task(rectangle(), image=f"/data/upload/1/{n}bcdef12-a.jpg", number=n) for n in (1, 2)]
        with pytest.raises(ManifestError, match=r'task 2: .* are two uploads of the name "a\.jpg"'):
            of(tmp_path, *uploads, original_names=True)


class TestJsonMin:
    """Records as Label Studio's converter writes them: data, id, results, what is known of the annotation."""

    ABOUT: ClassVar = {
        "annotator": 1,
        "annotation_id": 22,
        "created_at": "2024-01-30",
        "updated_at": "2024-01-30",
        "lead_time": 8,
    }

    def record(self, number: int = 1, image: str = "a.jpg", **results: Any) -> dict[str, Any]:
        return {"image": image, "title": "x", "id": number, **results, **self.ABOUT}

    def test_rectangles_of_it_are_those_of_the_whole_export(self, tmp_path: Path) -> None:
        whole = rectangle("Moonwalker")
        sizes = {key: whole[key] for key in ("original_width", "original_height")}
        got = of(tmp_path, self.record(tag=[whole["value"] | sizes]))
        assert boxes(got) == [[64, 96, 192, 192]]
        assert got.told.classes == ("Moonwalker",)

    def test_choices_of_it_are_texts_or_lists(self, tmp_path: Path) -> None:
        got = of(tmp_path, self.record(kind="cat"), self.record(2, "b.jpg", kind={"choices": ["cat", "dog"]}))
        assert [line["pets"] for line in got.lines] == [[0], [0, 1]]

    def test_spans_of_it_are_entities(self, tmp_path: Path) -> None:
        value = {"start": 0, "end": 3, "text": "Ada", "labels": ["Person"]}
        got = of(tmp_path, {"text": "Ada met Bob", "id": 1, "ner": [value], **self.ABOUT})
        assert entities(got) == [("Person", 0, 3)]

    def test_two_annotations_of_a_task_are_one_task(self, tmp_path: Path) -> None:
        got = of(tmp_path, self.record(kind="cat"), self.record(kind="dog"))
        assert [line["pets-metadata"]["class-name"] for line in got.lines] == ["dog"]
        assert list(got.lost) == ["further annotations of a task, which say something else"]


def test_a_file_of_one_task_is_read(tmp_path: Path) -> None:
    (tmp_path / "1").write_text("\ufeff" + json.dumps(task(rectangle())))
    assert len(imported(LABEL_STUDIO, tmp_path / "1").lines) == 1


@pytest.mark.parametrize(
    ("tasks", "words"),
    [
        ([], "no annotation holds rectangles, choices or spans of a text"),
        ([task(annotations=[], predictions=[annotation(rectangle())])], "no annotation holds rectangles"),
        (
            [{"data": {"image": "a.jpg"}, "annotations": [{"result": [{"type": "taxonomy", "value": {}}]}]}],
            "only taxonomy (1)",
        ),
        (
            [task(rectangle(value={"x": "1"}))],
            "element 1, annotations[0].result[0].value.x: expected a number",
        ),
        ([task(rectangle()), task(rectangle(id=[]))], "element 2, annotations[0].result[0].id: expected"),
        ([task(rectangle()), 5], "element 2: expected an object"),
        ([{"project": {"id": 1}, "tasks": []}], "element 1 is no task of Label Studio: it has no data"),
        (
            [task(rectangle(), data={"pages": [{"url": "a.jpg"}]})],
            "the data of the tasks hold no text, and no",
        ),
        ([task(rectangle("  "))], "no visible character"),
    ],
)
def test_an_export_that_cannot_be_used_is_refused_with_the_place(
    tmp_path: Path, tasks: list[Any], words: str
) -> None:
    with pytest.raises(ManifestError) as raised:
        of(tmp_path, *tasks)
    assert words in raised.value.message
    assert raised.value.fix


def test_predictions_alone_are_refused_with_the_option_that_takes_them(tmp_path: Path) -> None:
    with pytest.raises(ManifestError) as raised:
        of(tmp_path, task(annotations=[], predictions=[annotation(rectangle())]))
    assert "--predictions" in (raised.value.fix or "")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty, and not an export of Label Studio"),
        (b"<annotations></annotations>", "is a CVAT file (XML), and not"),
        (
            b'{"images":[{"id":1,"file_name":"a.jpg"}],"annotations":[{"image_id":1}]}',
            "is a COCO file, and not",
        ),
        (b"hello\n", "and not an export of Label Studio"),
        (b'[{"data":{"image":"a.jpg"},', "ends in the middle"),
        (json.dumps([task(rectangle(value={"x": 1.5}))]).replace("1.5", "NaN").encode(), "invalid character"),
    ],
)
def test_a_wrong_file_is_called_what_it_is(tmp_path: Path, content: bytes, words: str) -> None:
    (tmp_path / "a.json").write_bytes(content)
    with pytest.raises(GroundtrainError) as raised:
        imported(LABEL_STUDIO, tmp_path / "a.json")
    assert words in raised.value.message
    assert raised.value.fix


@pytest.mark.parametrize(
    ("tasks", "words"),
    [
        ([task(rectangle()), task(annotations=[], number=2)], "2 tasks, 1 annotation"),
        ([task(rectangle(), predictions=[annotation(), 5])], "1 task, 1 annotation, 2 predictions"),
    ],
)
def test_a_file_says_in_words_what_it_holds(tmp_path: Path, tasks: list[Any], words: str) -> None:
    (tmp_path / "a.json").write_text(json.dumps(tasks))
    assert LABEL_STUDIO.counted is not None
    assert LABEL_STUDIO.counted(tmp_path / "a.json") == words
