"""The words of a mail, the one place that values of others come through on their way into one.

A template is our own, a literal; what is put into it may be anybody's, so it is made harmless: in one line,
nothing that is not printable, of bounded length. mypy lets no other text into a message.
"""

from collections.abc import Sequence

from groundtrain.printable_text import printable_start
from groundtrain.shell_commands import shell_command

_LONGEST = 1000  # characters of one value
_LONGEST_COMMAND = 8000  # characters; a command cannot be cut
_LONGEST_SUBJECT = 99  # SNS API reference, Publish: fewer than 100 characters
_IN_SUBJECT = (80, 60, 50, 40, 30, 20, 10)  # characters of one value, the first that fits


class Words(str):
    """Text that may stand in a mail as it is; only this module makes it."""

    __slots__ = ()


def words(template: str, /, *, most: int = _LONGEST, **values: object) -> Words:
    """A template with values; `most` is the number of characters that is left of each.

    Begin no line of a template with a value: readers take the beginning of a line for our own words.
    """
    return Words(template.format_map({name: _harmless(value, most) for name, value in values.items()}))


def subject(environment: str, template: str, /, **values: object) -> Words:
    """A subject line that begins with the environment; values are shortened, so our own words are left."""
    whole = f"[{{environment}}] {template}"
    made = [words(whole, most=most, environment=environment, **values) for most in _IN_SUBJECT]
    return next((line for line in made if len(line) <= _LONGEST_SUBJECT), made[-1])


def bullets(lines: Sequence[Words]) -> Words:
    """A line each, with a dash."""
    return Words("\n".join(f"- {line}" for line in lines))


def lines(texts: Sequence[Words]) -> Words:
    """A line each."""
    return Words("\n".join(texts))


def paragraphs(*texts: Words | None) -> Words:
    """The text of a mail; empty paragraphs are left out."""
    return Words("\n\n".join(text for text in texts if text) + "\n")


def command(lead: str, *arguments: str) -> Words:
    """A shell command on a line of its own below the sentence that leads to it."""
    line = shell_command(*arguments)
    if len(line) > _LONGEST_COMMAND:
        line = f"(a command of {len(line):,} characters, too long for a message)"
    return Words(f"{lead}\n{line}")


def first(things: Sequence[object], most: int, rest: str, *, longest: int = _LONGEST) -> list[Words]:
    """The first things, harmless, and the number of the others with where they are, in our own words."""
    shown = [words("{thing}", most=longest, thing=thing) for thing in things[:most]]
    left = len(things) - most
    return [*shown, Words(f"and {left} more, {rest}")] if left > 0 else shown


def joined(things: Sequence[Words]) -> Words:
    """In one line, with commas."""
    return Words(", ".join(things))


def _harmless(value: object, most: int) -> str:
    return value if isinstance(value, Words) else printable_start(str(value), most)
