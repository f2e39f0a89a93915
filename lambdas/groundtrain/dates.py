"""Parse creation dates of labels."""

from datetime import UTC, datetime
from functools import lru_cache


def parse_date(text: object) -> datetime | None:
    """The time in UTC; None when it is not a string, or of an unknown format.

    Ground Truth writes ISO 8601 with microseconds and no time zone, which is taken as UTC. Related services
    also write milliseconds, a final Z, or the format of JavaScript's Date.toString.
    """
    return _in_utc(text) if isinstance(text, str) else None


@lru_cache(1 << 12)
def _in_utc(text: str) -> datetime | None:
    try:
        moment = _parse(text.strip())
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _parse(text: str) -> datetime:
    if text[:1].isdigit():
        return datetime.fromisoformat(text)
    return datetime.strptime(text.partition(" (")[0], "%a %b %d %Y %H:%M:%S GMT%z")
