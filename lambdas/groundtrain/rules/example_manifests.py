"""Small lines of manifests with sane defaults: an example says only what it is about."""

import json
from typing import Any

Box = tuple[int, float, float, float, float]

CAR: Box = (0, 10, 20, 30, 40)
"""Class id, left, top, width, height."""


def boxes(
    number: int = 1,
    *drawn: Box,
    names: dict[str, str] | None = None,
    source: str = "",
    size: tuple[int, int] = (640, 480),
    depth: int = 3,
    label: str = "boxes",
    **metadata: Any,
) -> str:
    """A line with bounding boxes; metadata keys are written with `_` for `-`."""
    value = {
        "image_size": [{"width": size[0], "height": size[1], "depth": depth}],
        "annotations": [
            dict(zip(("class_id", "left", "top", "width", "height"), box, strict=True)) for box in drawn
        ],
    }
    details = {"class-map": {"0": "car"} if names is None else names, **_dashed(metadata)}
    return labeled(label, value, "object-detection", source or f"s3://acme/{number}.jpg", **details)


def labeled(
    label: str, value: Any, kind: str, source: str, /, *, key: str = "source-ref", **metadata: Any
) -> str:
    """A line with a label of any kind; metadata keys are written with `_` for `-`."""
    details = {**_dashed(metadata), "type": f"groundtruth/{kind}"}
    return dump({key: source, label: value, f"{label}-metadata": details})


def several(*lines: str) -> str:
    """A manifest of these lines."""
    return "\n".join(lines) + "\n"


def changed(line: str, **keys: Any) -> str:
    """A line with further or other keys; those that are None are taken out."""
    merged = {**json.loads(line), **_dashed(keys)}
    return dump({key: value for key, value in merged.items() if value is not None})


def dump(value: Any) -> str:
    """Compact JSON."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _dashed(keys: dict[str, Any]) -> dict[str, Any]:
    return {key.replace("_", "-"): value for key, value in keys.items()}


SOUND = several(*(boxes(number, CAR) for number in range(1, 7)))
"""Six lines without a fault, on both sides of the default split."""
