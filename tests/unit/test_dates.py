from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groundtrain.dates import parse_date


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-02-03T09:01:12.481516", datetime(2026, 2, 3, 9, 1, 12, 481516, UTC)),
        ("2026-02-03T09:01:12.481", datetime(2026, 2, 3, 9, 1, 12, 481000, UTC)),
        ("2026-02-03T09:01:12.481Z", datetime(2026, 2, 3, 9, 1, 12, 481000, UTC)),
        ("2026-02-03T09:01:12", datetime(2026, 2, 3, 9, 1, 12, 0, UTC)),
        ("2026-02-03T09:01:12+01:00", datetime(2026, 2, 3, 8, 1, 12, 0, UTC)),
        (
            "Mon Aug 09 2021 12:34:56 GMT-0700 (Pacific Daylight Time)",
            datetime(2021, 8, 9, 19, 34, 56, 0, UTC),
        ),
    ],
)
def test_a_date_is_read_in_each_of_its_forms(text: str, moment: datetime) -> None:
    assert parse_date(text) == moment


@pytest.mark.parametrize("text", ["", "yesterday", "2026-13-01", "0001-01-01T00:00:00+14:00", "1770109272"])
def test_another_text_is_no_date(text: str) -> None:
    assert parse_date(text) is None


@given(st.text())
def test_any_text_is_a_date_or_none(text: str) -> None:
    moment = parse_date(text)
    assert moment is None or moment.tzinfo is UTC
