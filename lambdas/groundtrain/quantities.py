"""Numbers with what they count."""


def quantity(number: int, one: str, many: str = "") -> str:
    """Such as "1 class" and "2,000 classes"; `many` is `one` with an s where it is not given."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"
