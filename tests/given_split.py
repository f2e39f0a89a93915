"""A split that is given by manifests of some lines, and what is made of it."""

import json
from pathlib import Path
from typing import Any

from groundtrain.dataset.convert import convert
from groundtrain.dataset.report import write_report
from groundtrain.dataset.split.given_files import GivenManifests
from groundtrain.dataset.split.sides import SIDES
from groundtrain.manifest.source import FileManifest
from groundtrain.settings.dataset_settings import DatasetSettings


def given(directory: Path, **sides: list[bytes] | bytes) -> GivenManifests:
    """Manifests called a (training), b (validation) and c (test); bytes are a whole file."""
    directory.mkdir(exist_ok=True)
    there = {side: name for side, name in zip(SIDES, "abc", strict=True) if side in sides}
    for side, name in there.items():
        lines = sides[side]
        text = lines if isinstance(lines, bytes) else b"".join(line + b"\n" for line in lines)
        (directory / name).write_bytes(text)
    return GivenManifests({side: FileManifest(directory / name, name=name) for side, name in there.items()})


class ConvertedSplit:
    """A dataset that was made of a given split, with what its files hold."""

    def __init__(self, split: GivenManifests, into: Path, settings: DatasetSettings, **more: Any) -> None:
        made = convert(split, settings, into, **more)
        write_report(made.report, into)
        self.dataset, self.report = made.contents, json.loads((into / "report.json").read_bytes())
        self.files = {path.name: path.read_bytes() for path in into.iterdir()}
        self.rejected = [json.loads(line) for line in self.files["rejected.jsonl"].splitlines()]

    def told(self, code: str) -> list[tuple[str, int, str]]:
        """Manifest, line and message of each finding of a rule."""
        found = [one for one in self.report["findings"] if one["code"] == code]
        return [(one.get("manifest", ""), one["line"], one["message"]) for one in found]

    def lines(self, side: str) -> list[bytes]:
        return self.files[f"{side}.manifest"].splitlines()


def converted(directory: Path, settings: DatasetSettings | None = None, **sides: Any) -> ConvertedSplit:
    return ConvertedSplit(given(directory, **sides), directory / "d", settings or DatasetSettings())
