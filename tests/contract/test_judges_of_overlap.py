"""pycocotools measures the overlap of two boxes as a merge does that unites labels."""

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from pycocotools import mask

from groundtrain.manifest.label_types.boxes.box_union import intersection_over_union

places = st.integers(-50, 300) | st.floats(-50, 300)
sides = st.integers(1, 300) | st.floats(0.01, 300)
boxes = st.tuples(places, places, sides, sides)


@given(boxes, boxes)
def test_the_overlap_of_two_boxes_is_that_of_coco(one, other):
    (seen,) = mask.iou(np.array([one], dtype=float), np.array([other], dtype=float), [0])[0]
    assert math.isclose(intersection_over_union((0, *one), (0, *other)), seen, rel_tol=1e-9, abs_tol=1e-12)
