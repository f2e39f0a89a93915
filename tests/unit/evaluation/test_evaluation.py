"""Precision and recall, confusions and images, by hand."""

from hypothesis import given
from hypothesis import strategies as st

from groundtrain.evaluation import FoundBox, ImageBoxes, LabeledBox, Match, evaluate

CAT, DOG = 0, 1
HERE, THERE, FAR = (0, 0, 10, 10), (20, 0, 30, 10), (0, 50, 10, 60)


def test_an_image_says_what_was_matched_confused_missed_and_extra() -> None:
    labeled = [LabeledBox(CAT, *HERE), LabeledBox(CAT, *THERE), LabeledBox(DOG, *FAR)]
    right, wrong, extra = (
        FoundBox(CAT, 0.9, *HERE),
        FoundBox(DOG, 0.8, *THERE),
        FoundBox(CAT, 0.7, 80, 80, 90, 90),
    )
    (image,) = evaluate([ImageBoxes("a.jpg", labeled, [right, wrong, extra])]).images
    assert image.name == "a.jpg"
    assert image.matched == (Match(labeled[0], right),)
    assert image.confused == (Match(labeled[1], wrong),)
    assert image.missed == (labeled[2],)
    assert image.extra == (extra,)
    assert (image.mistakes, image.score) == (3, 0.25)


def test_confusions_count_pairs_of_classes_with_nothing_among_them() -> None:
    labeled = [LabeledBox(CAT, *HERE), LabeledBox(CAT, *THERE), LabeledBox(DOG, *FAR)]
    found = [FoundBox(CAT, 0.9, *HERE), FoundBox(DOG, 0.8, *THERE), FoundBox(CAT, 0.7, 80, 80, 90, 90)]
    assert evaluate([ImageBoxes("", labeled, found)]).confusions() == {
        (CAT, CAT): 1,
        (CAT, DOG): 1,
        (DOG, None): 1,
        (None, CAT): 1,
    }


def test_a_second_box_on_an_object_is_extra() -> None:
    found = [FoundBox(CAT, 0.9, *HERE), FoundBox(CAT, 0.8, *HERE), FoundBox(DOG, 0.7, *HERE)]
    (image,) = evaluate([ImageBoxes("", [LabeledBox(CAT, *HERE)], found)]).images
    assert image.matched == (Match(LabeledBox(CAT, *HERE), found[0]),)
    assert image.extra == (found[1], found[2])


def test_the_right_class_is_taken_before_a_surer_box_of_another() -> None:
    found = [FoundBox(DOG, 0.99, *HERE), FoundBox(CAT, 0.6, *HERE)]
    (image,) = evaluate([ImageBoxes("", [LabeledBox(CAT, *HERE)], found)]).images
    assert [one.found for one in image.matched] == [found[1]]
    assert image.extra == (found[0],)


def test_boxes_below_the_score_count_in_average_precision_only() -> None:
    image = ImageBoxes("", [LabeledBox(CAT, *HERE)], [FoundBox(CAT, 0.4, *HERE)])
    result = evaluate([image]).classes()[CAT]
    assert (result.ap_50, result.ap_50_95) == (1.0, 1.0)
    assert (result.found, result.precision, result.recall) == (0, None, 0.0)
    assert evaluate([image], 0.4).classes()[CAT].precision == 1.0


def test_what_is_found_on_a_crowd_is_not_counted() -> None:
    crowd = LabeledBox(CAT, 0, 0, 50, 50, crowd=True)
    (image,) = evaluate([ImageBoxes("", [crowd], [FoundBox(CAT, 0.9, *HERE)] * 2)]).images
    assert (len(image.not_counted), image.mistakes, image.score) == (2, 0, 1.0)


def test_a_class_has_no_precision_without_found_boxes_and_no_recall_without_labeled_ones() -> None:
    found_alone = ImageBoxes("", [LabeledBox(CAT, *FAR)], [FoundBox(DOG, 0.9, *HERE)])
    classes = evaluate([found_alone]).classes()
    assert (classes[CAT].precision, classes[CAT].recall) == (None, 0.0)
    assert (classes[DOG].precision, classes[DOG].recall, classes[DOG].ap_50) == (0.0, None, None)


def test_the_worst_images_come_first_and_of_equal_ones_those_with_more_mistakes() -> None:
    one, two = LabeledBox(CAT, *HERE), LabeledBox(CAT, *THERE)
    images = [
        ImageBoxes("empty", [], []),
        ImageBoxes("one missed", [one], []),
        ImageBoxes("half", [one, two], [FoundBox(CAT, 0.9, *HERE)]),
        ImageBoxes("two missed", [one, two], []),
    ]
    worst = [image.name for image in evaluate(images).worst_first()]
    assert worst == ["two missed", "one missed", "half", "empty"]


_boxes = st.tuples(*[st.integers(0, 8)] * 2, *[st.integers(1, 8)] * 2).map(
    lambda c: (c[0], c[1], c[0] + c[2], c[1] + c[3])
)
_labeled = st.builds(
    lambda i, box, crowd: LabeledBox(i, *box, crowd), st.integers(0, 2), _boxes, st.booleans()
)
_found = st.builds(lambda i, s, box: FoundBox(i, s, *box), st.integers(0, 2), st.floats(0, 1), _boxes)


@given(st.lists(_labeled, max_size=6), st.lists(_found, max_size=6))
def test_every_box_is_told_of_once(labeled: list[LabeledBox], found: list[FoundBox]) -> None:
    (image,) = evaluate([ImageBoxes("", labeled, found)], 0.0).images
    pairs = [*image.matched, *image.confused]
    told = [*(one.found for one in pairs), *image.extra, *image.not_counted]
    assert sorted(told) == sorted(found)
    told_labeled = [*(one.labeled for one in pairs), *image.missed]
    assert sorted(told_labeled) == sorted(box for box in labeled if not box.crowd)
    assert all(one.labeled.class_id == one.found.class_id for one in image.matched)
    assert all(one.labeled.class_id != one.found.class_id for one in image.confused)
