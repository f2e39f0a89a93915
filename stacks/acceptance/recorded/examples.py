"""Real events and answers of AWS, for the tests of those who have no account: tests/contract/recorded."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from groundtrain.errors import GroundtrainError
from stacks.acceptance.recorded.scrubbing import scrubbed

FOLDER = Path(__file__).parents[3] / "tests" / "contract" / "recorded"


class NotRealError(GroundtrainError):
    """What an emulator answered is not kept as AWS's."""


class Examples:
    """What was seen in this run, by name, and the names in it that are replaced."""

    def __init__(self) -> None:
        self._seen: dict[str, Any] = {}
        self._names: dict[str, str] = {}

    def add(self, name: str, document: Mapping[str, Any]) -> None:
        """Keep an event or an answer, such as "training_job_stopped"; the first of a name stays."""
        self._seen.setdefault(name, document)

    def replace(self, names: Mapping[str, str]) -> None:
        """Write these in place of names of the account's resources."""
        self._names |= names

    def save(self, region: str, emulator: str, folder: Path = FOLDER) -> Iterator[Path]:
        """Write each into a file that says where and when it was seen; yields the files.

        Raises:
            NotRealError: an emulator was answering.
        """
        if emulator and self._seen:
            raise NotRealError(
                f"what {emulator} answered is not saved as AWS's", fix="run it against AWS for real examples"
            )
        if self._seen:
            folder.mkdir(parents=True, exist_ok=True)
        for name, document in sorted(self._seen.items()):
            file = folder / f"{name}-{region}.json"
            file.write_text(example(document, self._names, region, datetime.now(UTC)), "utf-8")
            yield file


def example(document: Mapping[str, Any], names: Mapping[str, str], region: str, seen: datetime) -> str:
    """The text of a file: source, date and region, and the scrubbed document."""
    plain = json.loads(json.dumps(document, default=_as_text))
    record = {
        "source": f"AWS, {region}",
        "recorded": f"{seen:%Y-%m-%d} by make acceptance; account, names, persons and ids replaced",
        "document": scrubbed(plain, names),
    }
    return json.dumps(record, indent=2) + "\n"


def _as_text(value: Any) -> str:
    """A moment as AWS's own events write it; of anything else its text."""
    return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if isinstance(value, datetime) else str(value)
