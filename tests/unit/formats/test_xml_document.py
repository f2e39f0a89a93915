"""XML that strangers write: lines of elements, and what is refused; attacks are those that OWASP lists."""

from itertools import chain, repeat

import pytest

from groundtrain.errors import ManifestError
from groundtrain.formats import xml_document
from groundtrain.formats.xml_document import XmlDocument, XmlElement


def whole(text: str | bytes, cut: int = 1 << 20) -> XmlElement:
    content = text.encode() if isinstance(text, str) else text
    return XmlDocument("a.xml", (content[i : i + cut] for i in range(0, len(content), cut))).whole()


@pytest.mark.parametrize("cut", [1, 7, 1 << 20])
def test_an_element_has_its_line_attributes_text_and_elements_however_the_file_is_cut(cut: int) -> None:
    root = whole(
        '<?xml version="1.0"?>\n<a x="1">\n <b>caf\u00e9 &amp; &#x41;</b>\n <b/>\n <c> d </c></a>\n', cut
    )
    assert (root.name, root.attributes, root.line) == ("a", {"x": "1"}, 2)
    assert [(each.name, each.line, each.text) for each in root.children] == [
        ("b", 3, "caf\u00e9 & A"),
        ("b", 4, ""),
        ("c", 5, " d "),
    ]
    assert root.text_of("c") == "d"
    assert root.text_of("none") == ""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1", "windows-1251"])
def test_a_file_is_read_in_the_encoding_that_it_names(encoding: str) -> None:
    text, named = ("<a>d\u0436</a>", "windows-1251") if "1251" in encoding else ("<a>d\u00e9</a>", encoding)
    document = f'<?xml version="1.0" encoding="{named.removesuffix("-sig")}"?>{text}'
    assert whole(document.encode(encoding)).text == text[3:5]


def test_elements_come_one_by_one_and_are_forgotten() -> None:
    chunks = iter([b"<all><image n='1'/><image n='2'><box/></image>", b"<image n='3'/></all>"])
    document = XmlDocument("a.xml", chunks)
    children = document.children()
    assert [next(children).attributes["n"], next(children).attributes["n"]] == ["1", "2"]
    assert len(list(chunks)) == 1  # the rest was not asked for yet
    root = document.root()
    assert root is not None
    assert (root.name, root.children) == ("all", [])


def test_text_between_elements_is_none_of_a_label() -> None:
    assert whole("<a><b>one<c/>two<c/>three</b></a>").text_of("b") == "one"


BOMB = '<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;">]><a>&c;</a>'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (BOMB, 'line 1: .* declares a document type \\("a"\\)'),
        ('\n<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', "line 2: .* declares a document type"),
        ('<!DOCTYPE a [<!ENTITY b SYSTEM "http://a/b">]><a>&b;</a>', "declares a document type"),
        ("<a>\n&b;</a>", "line 2: .* an entity that XML does not know"),
        ("<a>\n<b></a>", "line 2: .* mismatched tag"),
        ("<a>\n", "line 2: .* the file ends in the middle"),
        ("", "line 1: .* the file ends in the middle"),
        ("<a/>\n<b/>", "line 2: .* there is more behind the end"),
        ("<a b='1' b='2'/>", "line 1: .* duplicate attribute"),
        (b"<a>\n\xff</a>", "line 2: .* not well-formed"),
        (b"<a>\0</a>", "line 1: .* not well-formed"),
        ("<a>R&D</a>", "line 1: .* not well-formed"),
        ('<?xml version="1.0" encoding="gb2312"?><a/>', "line 1: .* its encoding is not known"),
        ('<?xml version="1.0" encoding="rot13"?><a/>', "line 1: .* its encoding is not known"),
        ("<a>" * 101, "line 1: .* nested too deeply"),
    ],
)
def test_what_is_no_xml_or_attacks_is_refused_with_its_line(text: str | bytes, words: str) -> None:
    with pytest.raises(
        ManifestError, match=f"^a.xml {words}" if words.startswith("line") else words
    ) as raised:
        whole(text)
    assert raised.value.fix


@pytest.mark.parametrize(
    ("start", "more", "words"),
    [
        (b"<a>\n<b/>\n<c>", b"x" * 1000, "line 3: <c> is larger than"),
        (b"<a>\n<b/>\n<c>", b"<d>x</d>" * 100, "line 3: <c> is larger than"),
        (b"<a>\n<b/>\n<c x='", b"x" * 1000, "line 1: <a> is larger than"),
        (b"<a>\n<b/><!--", b"x" * 1000, "line 1: <a> is larger than"),
        (b"<a x='", b"x" * 1000, "line 1: .* is larger than"),
    ],
)
def test_what_has_no_end_is_refused_before_it_fills_the_memory(
    monkeypatch: pytest.MonkeyPatch, start: bytes, more: bytes, words: str
) -> None:
    monkeypatch.setattr(xml_document, "LARGEST", 5000)
    with pytest.raises(ManifestError, match=words):
        XmlDocument("a.xml", chain([start], repeat(more))).whole()


def test_a_long_file_of_small_elements_is_not_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml_document, "LARGEST", 5000)
    assert len(whole("<a>" + "<b>c</b>" * 10_000 + "</a>", 700).children) == 10_000
