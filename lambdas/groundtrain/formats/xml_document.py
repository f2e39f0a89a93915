"""Read XML from strangers: each element with its line, nothing declared, nothing fetched, nothing endless.

Expat, the parser of the standard library, calls back at each tag. A document type is refused as soon as it
begins, so there are no entities but the five of XML itself, and no default values or addresses of others.
"""

from collections.abc import Iterable, Iterator
from xml.parsers import expat

from msgspec import Struct, field

from groundtrain.errors import ManifestError
from groundtrain.quantities import quantity, quoted

DEEPEST = 100
"""Elements within elements; label files have some six."""
LARGEST = 64 << 20
"""Bytes of an element that is kept: the object of one image, with all its masks."""

_WORDS = {
    "undefined entity": "an entity that XML does not know",
    "no element found": "the file ends in the middle",
    "junk after document element": "there is more behind the end of the document",
}
_FIXES = {
    "undefined entity": "write & as &amp;, and other characters as they are",
    "not well-formed (invalid token)": "write & as &amp; and < as &lt; in names, and save the file as UTF-8",
}


class XmlElement(Struct):
    """An element: its name, attributes, text and elements in it.

    Attributes:
        text: what stands in it before its first element.
        line: on which it begins, from 1.
    """

    name: str
    attributes: dict[str, str]
    line: int
    text: str = ""
    children: list["XmlElement"] = field(default_factory=list)

    def all(self, name: str) -> Iterator["XmlElement"]:
        """Elements of a name directly in it."""
        return (child for child in self.children if child.name == name)

    def first(self, name: str) -> "XmlElement | None":
        """The first element of a name directly in it."""
        return next(self.all(name), None)

    def text_of(self, name: str) -> str:
        """Text of the first element of a name directly in it, without space around it; "" for none."""
        child = self.first(name)
        return "" if child is None else child.text.strip()


class XmlDocument:
    """A document that is read once from its beginning to its end.

    Args:
        name: of the file, for messages.
        chunks: its bytes.
    """

    def __init__(self, name: str, chunks: Iterable[bytes]) -> None:
        self.name = name
        self._chunks = chunks
        self._parser = expat.ParserCreate()
        self._parser.buffer_text, self._parser.buffer_size = True, 1 << 20
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._add_text
        self._parser.StartDoctypeDeclHandler = self._refuse_document_type
        self._open: list[XmlElement] = []
        self._ready: list[XmlElement] = []
        self._root: XmlElement | None = None
        self._bytes, self._begin = 0, 0

    def whole(self) -> XmlElement:
        """The root with all that is in it; for small files.

        Raises:
            ManifestError: it is no XML, or none of a label file: with a document type, too deep, too large.
        """
        children = list(self.children())
        assert self._root is not None  # or there was an error
        self._root.children = children
        return self._root

    def children(self) -> Iterator[XmlElement]:
        """The elements directly in the root, each whole when its end was read, and forgotten then.

        Raises:
            ManifestError: as `whole` does.
        """
        for chunk in self._chunks:
            self._bytes += len(chunk)
            self._parse(chunk, is_last=False)
            ready, self._ready = self._ready, []
            yield from ready
            self._refuse_large()
        self._parse(b"", is_last=True)

    def root(self) -> XmlElement | None:
        """The root without its elements; None before its tag was read."""
        return self._root

    def _parse(self, chunk: bytes, *, is_last: bool) -> None:
        try:
            self._parser.Parse(chunk, is_last)
        except expat.ExpatError as error:
            complaint = expat.ErrorString(error.code) or "no XML"
            raise self._error(
                _WORDS.get(complaint, complaint),
                _FIXES.get(complaint, "correct it, or export it again"),
                error.lineno,
            ) from error
        except (LookupError, ValueError) as error:
            raise self._error(
                f"its encoding is not known ({error})", "save it as UTF-8, and say so"
            ) from error

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        element = XmlElement(name, attributes, self._parser.CurrentLineNumber)
        if len(self._open) >= DEEPEST:
            raise self._error("it is nested too deeply", "check that it is the right file")
        if len(self._open) == 1:
            self._begin = self._parser.CurrentByteIndex
        elif self._open:
            self._open[-1].children.append(element)
        else:
            self._root = element
        self._open.append(element)

    def _end(self, _: str) -> None:
        element = self._open.pop()
        if len(self._open) == 1:
            self._begin = self._parser.CurrentByteIndex
            self._ready.append(element)

    def _add_text(self, text: str) -> None:
        element = self._open[-1]
        if not element.children and (len(self._open) > 1 or not self._begin):
            element.text += text  # between elements, it would be copied as often as there are elements

    def _refuse_document_type(self, name: str, *_: object) -> None:
        raise self._error(
            f"it declares a document type ({quoted(name)}), by which a file can name other files, or grow"
            " without end",
            "delete <!DOCTYPE …> if you trust the file; no labels need it",
        )

    def _refuse_large(self) -> None:
        if self._bytes - self._begin > LARGEST:
            (element,) = self._open[1:2] or self._open[:1] or [XmlElement("?", {}, 1)]
            raise ManifestError(
                f"{self.name} line {element.line}: <{element.name}> is larger than"
                f" {quantity(LARGEST >> 20, 'MiB', 'MiB')}",
                fix="check that it is the right file",
            )

    def _error(self, problem: str, fix: str, line: int = 0) -> ManifestError:
        where = f"{self.name} line {line or self._parser.CurrentLineNumber}"
        return ManifestError(f"{where}: this is no XML as it should be: {problem}", fix=fix)
