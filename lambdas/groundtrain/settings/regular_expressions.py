"""Regular expressions of settings and options."""

import re
import warnings

LONGEST = 1000  # characters


def invalid_pattern_reason(pattern: str) -> str:
    """Why a text cannot be used as a regular expression; "" when it can."""
    if len(pattern) > LONGEST:
        return f"a regular expression of {len(pattern):,} characters is longer than {LONGEST:,}"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # on spellings that may get another meaning one day
            re.compile(pattern)
    except re.error as error:
        return f"not a regular expression ({error})"
    except (RecursionError, OverflowError, MemoryError):
        return "a regular expression that is too deep, or repeats too often"
    return ""
