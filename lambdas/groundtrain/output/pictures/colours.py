"""Colours of classes, and of what is written on them."""

_COLOURS = (
    "#e69f00", "#56b4e9", "#009e73", "#f0e442", "#0072b2", "#d55e00", "#cc79a7", "#8800ff",
    "#662200", "#443344", "#bbee99", "#4422aa", "#00ffdd", "#bb55ff", "#dd0044", "#772277",
    "#ccaa55", "#446633", "#99ff77", "#aa3377", "#bbbbaa", "#77bb77", "#eeccff", "#cc00aa",
)  # fmt: skip
PAPER, INK, FAINT = "#ffffff", "#1a1a1a", "#8a8a8a"
FAULT_FIELD, FAULT_INK = "#000000", "#ffe600"
"""Of the code of a finding: no class has this pair."""


def class_colour(class_id: int) -> str:
    """The colour of a class, "#rrggbb"; after 24 classes they come again.

    The first seven are those that Okabe and Ito chose for colour-blind readers. Each further one is the
    furthest from all before it, as seen by readers with and without each kind of colour blindness (Machado,
    Oliveira and Fernandes 2009).
    """
    return _COLOURS[class_id % len(_COLOURS)]


def contrast(colour: str) -> str:
    """Black or white, whichever is read more easily on the colour."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return "#000000" if 299 * red + 587 * green + 114 * blue > 128_000 else "#ffffff"
