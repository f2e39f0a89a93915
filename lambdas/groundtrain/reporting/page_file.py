"""The page: one HTML file that holds all it needs, and may run nothing but its own script."""

import base64
import hashlib
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

from groundtrain.dataset.description import REPORT_PAGE
from groundtrain.json_text import dump_json

_PARTS = files("groundtrain.reporting") / "page"
_SCRIPTS = ("elements.js", "charts.js", "pictures.js", "compare.js", "findings.js", "start.js")
_POLICY = (
    "default-src 'none'; img-src data:; script-src {script}; style-src {style};"
    " base-uri 'none'; form-action 'none'"
)
_ESCAPED = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def page_pieces(contents: Any, title: str) -> Iterator[bytes]:
    """The page on these contents, a struct or object of JSON; the same bytes for the same contents."""
    style = _part("page.css")
    script = '"use strict";\n' + "".join(map(_part, _SCRIPTS))
    policy = _POLICY.format(script=_source_of(script), style=_source_of(style))
    filled = {"policy": policy, "title": _escaped(title), "style": style, "script": script}
    before, _, after = _part("page.html").partition("{{data}}")
    yield _filled(before, filled).encode()
    yield escaped_json(contents)
    yield _filled(after, filled).encode()


def write_page(contents: Any, title: str, into: Path) -> None:
    """Write report.html into a directory."""
    with (into / REPORT_PAGE).open("wb") as file:
        file.writelines(page_pieces(contents, title))


def escaped_json(document: Any) -> bytes:
    r"""JSON in which nothing can end the element that holds it: < is \u003c, and so on."""
    text = dump_json(document).decode()
    for character, escape in _ESCAPED.items():
        text = text.replace(character, escape)
    return text.encode()


def _part(name: str) -> str:
    return (_PARTS / name).read_text("utf-8")


def _filled(template: str, values: dict[str, str]) -> str:
    """The template with these values; what stands in a value is not filled again."""
    first, *others = template.split("{{")
    named = (other.partition("}}") for other in others)
    return first + "".join(values[name] + rest for name, _, rest in named)


def _source_of(text: str) -> str:
    """The hash by which a policy allows an inline script or style (CSP Level 3)."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _escaped(text: str) -> str:
    for character, entity in {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"}.items():
        text = text.replace(character, entity)
    return text
