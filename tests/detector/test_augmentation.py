"""Whatever is done to an image, each box still encloses its object."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from groundtrain_detector.augmentation import LEAST_SHARE, Variation, brightened, mirrored, moved, varied
from groundtrain_detector.examples import Example, visible

WIDTH, HEIGHT = 120, 80


@st.composite
def examples(draw):
    """A black image with a white rectangle of at least 8 pixels, and its box."""
    left, top = draw(st.integers(0, WIDTH - 8)), draw(st.integers(0, HEIGHT - 8))
    right, bottom = draw(st.integers(left + 8, WIDTH)), draw(st.integers(top + 8, HEIGHT))
    pixels = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    pixels[top:bottom, left:right] = 255
    corners = np.array([[left, top, right, bottom]], np.float32)
    return Example(pixels, corners, np.array([2]), 0.5, 0.5)


def seen(pixels):
    """The box around all that is bright."""
    rows, columns = np.nonzero(pixels[..., 0] > 127)
    return np.array([columns.min(), rows.min(), columns.max() + 1, rows.max() + 1], np.float32)


def assert_box_encloses(example):
    for corners in example.corners:
        assert abs(seen(example.pixels) - corners).max() <= 1.5


@given(examples())
def test_a_mirrored_box_encloses_its_mirrored_object(example):
    assert_box_encloses(mirrored(example))


@given(examples())
def test_mirrored_twice_is_as_before(example):
    twice = mirrored(mirrored(example))
    assert (twice.pixels == example.pixels).all()
    assert (twice.corners == example.corners).all()


@given(examples(), st.floats(0.6, 1.5), st.floats(-0.3, 0.3), st.floats(-0.3, 0.3))
def test_a_moved_box_encloses_its_moved_object_or_too_little_is_left(example, zoom, right, down):
    after = moved(example, zoom, right, down)
    assert after.pixels.shape == example.pixels.shape
    assert_box_encloses(after)
    if not len(after.corners):
        left, top, far, low = example.corners[0]
        x = (np.array([left, far]) - WIDTH / 2) * zoom + WIDTH / 2 + right * WIDTH
        y = (np.array([top, low]) - HEIGHT / 2) * zoom + HEIGHT / 2 + down * HEIGHT
        kept = np.diff(x.clip(0, WIDTH)) * np.diff(y.clip(0, HEIGHT))
        assert kept < (LEAST_SHARE + 0.01) * np.diff(x) * np.diff(y)


@given(examples(), st.floats(0.1, 1.9))
def test_brightness_moves_nothing(example, factor):
    after = brightened(example, factor)
    assert (after.corners == example.corners).all()
    assert ((after.pixels > 0) == (example.pixels > 0)).all()


@given(examples(), st.integers(0, 1000))
def test_the_same_dice_give_the_same_example(example, seed):
    variation = Variation(flip=True, zoom=0.3, brightness=0.3)
    one, two = (varied(example, variation, np.random.default_rng(seed)) for _ in range(2))
    assert (one.pixels == two.pixels).all()
    assert (one.corners == two.corners).all()
    assert len(one.corners) == len(one.classes)


@given(examples())
def test_without_variation_an_example_stays_as_it_is(example):
    after = varied(example, Variation(flip=False, zoom=0, brightness=0), np.random.default_rng(1))
    assert after is example


def test_boxes_are_cut_at_the_edges_and_what_cannot_be_seen_is_counted():
    corners = np.array(
        [[-5, -5, 10, 10], [110, 70, 130, 90], [130, 10, 140, 20], [5, 5, 5.4, 30]], np.float32
    )
    example = Example(np.zeros((HEIGHT, WIDTH, 3), np.uint8), corners, np.arange(4), 1, 1)
    kept, left_out = visible(example)
    assert left_out == 2
    assert kept.corners.tolist() == [[0, 0, 10, 10], [110, 70, 120, 80]]
    assert kept.classes.tolist() == [0, 1]
