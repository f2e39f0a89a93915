"""Write or check the generated pages of the documentation."""

import sys
from pathlib import Path


def write_or_check(text: str, arguments: list[str]) -> int:
    """Write the page to the named file; with --check, return 1 if the file is out of date."""
    *options, path = arguments
    page = Path(path)
    if "--check" not in options:
        page.write_text(text, "utf-8")
        return 0
    if page.is_file() and page.read_text("utf-8") == text:
        return 0
    sys.stderr.write(f"{page} is out of date: run make docs\n")
    return 1
