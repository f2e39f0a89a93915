"""Text that others wrote (in manifests, events, answers of AWS), made harmless before people see it."""


def printable(text: str) -> str:
    """The text in one line, without what a terminal would act upon: such characters become escapes."""
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text)
