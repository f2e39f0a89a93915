from hypothesis import given
from hypothesis import strategies as st

from groundtrain.manifest.lines import Lines, count_lines, split_lines
from groundtrain.rules.line_limits import MAX_LINE


def test_blank_lines_are_counted_but_are_no_records() -> None:
    lines = Lines([b"one\n\n  \ntwo\n"])
    assert list(lines) == [(1, b"one"), (4, b"two")]
    assert (lines.records, lines.blank, lines.bytes) == (2, 2, 12)


def test_windows_line_ends_are_taken_off() -> None:
    lines = Lines([b"one\r\ntwo\r\n"])
    assert list(lines) == [(1, b"one"), (2, b"two")]
    assert [finding.code for finding in lines.file_findings()] == ["GT111"]


def test_carriage_returns_beyond_the_first_are_taken_off_as_well() -> None:
    assert list(Lines([b"one\r\r\ntwo\r\r"])) == [(1, b"one"), (2, b"two")]


def test_a_byte_order_mark_is_taken_off() -> None:
    lines = Lines([b"\xef\xbb\xbfone\n"])
    assert list(lines) == [(1, b"one")]
    assert [finding.code for finding in lines.file_findings()] == ["GT110"]


def test_a_last_line_without_newline_is_a_record() -> None:
    lines = Lines([b"one\ntwo"])
    assert list(lines) == [(1, b"one"), (2, b"two")]
    assert [finding.code for finding in lines.file_findings()] == ["GT113"]


def test_a_clean_file_has_no_oddities() -> None:
    lines = Lines([b"one\ntwo\n"])
    assert list(lines)
    assert list(lines.file_findings()) == []


def test_of_an_endless_line_only_the_beginning_is_kept() -> None:
    lines = Lines([b"x" * (1 << 20)] * 64 + [b"\nnext\n"])
    (_, long), (number, after) = lines
    assert MAX_LINE < len(long) <= MAX_LINE + (1 << 20)
    assert (number, after) == (2, b"next")


@given(st.lists(st.binary(max_size=12)), st.integers(1, 7))
def test_lines_do_not_depend_on_how_the_bytes_are_cut(parts: list[bytes], size: int) -> None:
    text = b"\n".join(parts)
    cut = [text[i : i + size] for i in range(0, len(text), size)]
    assert list(Lines(cut)) == list(Lines([text]))


@given(st.text("\n\rab").map(str.encode))
def test_lines_are_split_and_counted_as_bytes_are(text: bytes) -> None:
    assert split_lines(text) == text.split(b"\n")
    assert count_lines(text[: text.rfind(b"\n") + 1]) == text.count(b"\n")
