"""Colours of classes are told apart, also by colour-blind readers."""

from itertools import combinations

import numpy as np
import pytest

from groundtrain.output.pictures.colours import class_colour, contrast

# Machado, Oliveira and Fernandes 2009, at full severity, on linear RGB
# ruff: noqa: E501
SIGHT = {
    "full": np.eye(3),
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}  # fmt: skip
TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)


def rgb(colour: str) -> np.ndarray:
    channels = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def lab(linear: np.ndarray) -> np.ndarray:
    x, y, z = np.cbrt(np.maximum(TO_XYZ @ linear / [0.95047, 1, 1.08883], 1e-9))
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("sight", SIGHT)
@pytest.mark.parametrize(("classes", "apart"), [(7, 15), (16, 15), (24, 12)])
def test_classes_differ_for_every_reader(sight: str, classes: int, apart: float) -> None:
    """A distance of about 2.3 in CIELAB is just noticeable."""
    seen = [lab(np.clip(np.array(SIGHT[sight]) @ rgb(class_colour(i)), 0, 1)) for i in range(classes)]
    assert min(np.linalg.norm(one - other) for one, other in combinations(seen, 2)) > apart


def test_a_name_is_read_on_the_colour_of_its_class() -> None:
    """WCAG 2.2 asks for 4.5 of body text, and 3 of large text."""
    for i in range(24):
        darker, lighter = sorted(
            float(TO_XYZ[1] @ rgb(each)) for each in (class_colour(i), contrast(class_colour(i)))
        )
        assert (lighter + 0.05) / (darker + 0.05) > 3.4
