"""Creation dates, in the forms in which labels carry them."""

from datetime import UTC, datetime


def parse_date(text: object) -> datetime | None:
    """The moment in UTC; None for what is no text, or of another form.

    Ground Truth writes ISO 8601 with six digits of a second and no zone, which is taken as UTC. Its sister
    services also write three digits, a final Z, and what JavaScript's Date gives as text.
    """
    if not isinstance(text, str):
        return None
    try:
        moment = _parse(text.strip())
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _parse(text: str) -> datetime:
    if text[:1].isdigit():
        return datetime.fromisoformat(text)
    return datetime.strptime(text.partition(" (")[0], "%a %b %d %Y %H:%M:%S GMT%z")
