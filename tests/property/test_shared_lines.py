"""Each of several label attributes is described from lines that were taken apart as from those read whole."""

import tempfile
from pathlib import Path
from random import Random

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from groundtrain.dataset.overview import Overview, build_overview
from groundtrain.dataset.passes import shared_lines
from groundtrain.errors import GroundtrainError
from groundtrain.manifest.source import FileManifest
from tests.label_samples import Line
from tests.property.test_record_reader import METADATA, NAMES, VALUES, otherwise, written
from tests.strategies import LABELS_BY_TYPE

KINDS = sorted(LABELS_BY_TYPE)
EXAMPLES = {kind: st.lists(LABELS_BY_TYPE[kind], min_size=2, max_size=4) for kind in KINDS}
OTHER_NAMES = tuple(name for name in NAMES if not name.startswith("$"))


def overview(manifest: Path) -> Overview | str:
    try:
        return build_overview(FileManifest(manifest))
    except GroundtrainError as error:
        return f"{error} ({error.fix})"


def combined(examples: dict[str, list[Line]], dice: Random, names: tuple[str, ...]) -> Line:
    """A line with some of these labels, with attributes of its own, and with faults."""
    line: Line = {}
    for kind in dice.sample(KINDS, dice.choice((0, 1, 1, 1, 2, 3))):
        line |= dice.choice(examples[kind])
    if not line or dice.random() < 0.05:
        line |= {dice.choice(("source-ref", "source")): "s3://bucket/unlabeled.jpg"}
    if dice.random() < 0.3:
        line = line | {dice.choice(names): dice.choice(VALUES) for _ in range(2)}
    if dice.random() < 0.1:
        line |= {f"attribute{i}": dice.choice(("x", "y" * 21_000)) for i in range(dice.choice((1, 15)))}
    for key in [key for key in line if key.endswith("-metadata") and dice.random() < 0.1]:
        if isinstance(line[key], dict):
            line[key] = line[key] | dice.choice(METADATA)
    for key in [key for key in line if dice.random() < 0.05]:
        line[key] = otherwise(line[key], dice)
    for key in [key for key in line if dice.random() < 0.05]:
        del line[key]
    return dict(dice.sample(list(line.items()), len(line))) if dice.random() < 0.3 else line


def manifest_text(examples: dict[str, list[Line]], dice: Random, names: tuple[str, ...]) -> bytes:
    lines = []
    for _ in range(dice.choice((3, 12, 40))):
        odd = dice.choice((0, 0, 0.5, 2))
        text = written(combined(examples, dice, names), dice, odd).encode(errors="surrogateescape")
        lines.append(text + (b"," if dice.random() < 0.05 else b""))
    return b"\n".join(dice.choice(lines) if dice.random() < 0.2 else line for line in lines)


@settings(max_examples=10, phases=(Phase.generate,))  # a smaller dice is no simpler case
@given(st.fixed_dictionaries(EXAMPLES), st.integers(0, 2**32), st.sampled_from((NAMES, OTHER_NAMES)))
def test_lines_taken_apart_describe_labels_as_whole_lines_do(
    examples: dict[str, list[Line]], seed: int, names: tuple[str, ...]
) -> None:
    with tempfile.TemporaryDirectory() as directory, pytest.MonkeyPatch.context() as patch:
        manifest = Path(directory, "output.manifest")
        manifest.write_bytes(manifest_text(examples, Random(seed), names))  # noqa: S311
        found = overview(manifest)
        patch.setattr(shared_lines, "MOST_BYTES", -1)
        assert found == overview(manifest)
