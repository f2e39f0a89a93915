"""Commands for a person's shell, the one place that values of others come through on their way into one."""

import shlex


def shell_command(*arguments: str) -> str:
    """The command in one printable line; the shell hands over each argument as it is and runs nothing else.

    Characters that are not printable are written as bytes in `$'...'`, which bash, zsh and ksh know.
    """
    return " ".join(map(shell_argument, arguments))


def shell_argument(argument: str) -> str:
    """One argument, as it is written in a shell."""
    if argument.isprintable():
        return shlex.quote(argument)
    return f"$'{''.join(map(_escaped, argument))}'"


def shell_words(text: str) -> list[str]:
    """The words of a text that `shell_argument` made.

    Raises:
        ValueError: a word has characters that are not printable, or the text is none of these.
    """
    if "$'" in text:
        raise ValueError("characters that are not printable")
    return shlex.split(text)


def _escaped(letter: str) -> str:
    """Quotes and backslashes are escaped as well, so that a shell without `$'...'` runs nothing either."""
    if letter.isprintable() and letter not in "'\\":
        return letter
    return "".join(f"\\x{byte:02x}" for byte in letter.encode(errors="surrogateescape"))
