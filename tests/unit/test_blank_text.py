from pathlib import Path

import pytest

from groundtrain.errors import ManifestError
from groundtrain.formats.s3_manifest.class_rows import gather_one
from groundtrain.formats.table_rows import Row
from groundtrain.manifest.classes.category_file import parse_category_file
from groundtrain.printable_text import is_blank
from tests.label_samples import labeled
from tests.manifest_lines import Converted, box, dump, good, record

BLANK = [
    "",
    " ",
    "  ",
    "\t",
    "\n",
    "\u00a0",
    "\u200b",
    "\u3000",
    "\ufeff",
    "\u2800",
    "\u3164",
    "\ufe0f",
    "\x00",
]


@pytest.mark.parametrize("text", BLANK, ids=ascii)
def test_what_cannot_be_seen_is_blank(text: str) -> None:
    assert is_blank(text)


@pytest.mark.parametrize(
    "text", ["a", " a ", "0", "\u00e9", "\u5b57", "\U0001f600", "\u0301a", ".", "\ufffd"], ids=ascii
)
def test_what_can_be_seen_is_not(text: str) -> None:
    assert not is_blank(text)


@pytest.mark.parametrize("text", BLANK[1:], ids=ascii)
def test_a_text_without_a_visible_character_is_left_out(text: str, tmp_path: Path) -> None:
    lines = [labeled("kind", 0, f"text {i}", "text-classification", class_name="spam") for i in range(5)]
    lines.append(labeled("kind", 0, text, "text-classification", class_name="spam"))
    assert Converted(tmp_path, *map(dump, lines)).dataset.reasons == {"GT126": 1}


@pytest.mark.parametrize("name", [*BLANK, None], ids=ascii)
def test_a_class_without_a_name_is_told(name: str | None, tmp_path: Path) -> None:
    odd = dump(record("s3://bucket/odd.jpg", box(1), classes={"0": "car", "1": name}))
    made = Converted(tmp_path, *good(5), odd)
    assert made.rejected == []
    assert [finding.message for finding in made.dataset.manifest_findings if finding.code == "GT310"] == [
        f"class id 1 has {'a name in which nothing is visible' if name else 'an empty name'}"
    ]
    assert "GT306" not in made.dataset.findings


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('{"labels": [{"label": "car"}], "labels": [{"label": "bus"}]}', "labels"),
        ('{"labels": [{"label": "car", "label": "bus"}]}', "label"),
    ],
)
def test_a_key_that_stands_twice_in_a_category_file_is_refused(text: str, key: str) -> None:
    with pytest.raises(ManifestError, match=f'^cats.json: the key "{key}" is there twice'):
        parse_category_file(text.encode(), "cats.json")


@pytest.mark.parametrize("name", ["", " ", "\\u200b"])
def test_a_category_without_a_name_is_refused(name: str) -> None:
    text = f'{{"labels": [{{"label": "car"}}, {{"label": "{name}"}}]}}'
    with pytest.raises(ManifestError, match=r"cats\.json: category 2 has no name"):
        parse_category_file(text.encode(), "cats.json")


def test_a_class_in_a_table_that_cannot_be_seen_is_refused() -> None:
    with pytest.raises(ManifestError, match="line 2: the class has no visible character"):
        gather_one([Row("labels.csv, line 2", "a.jpg", {"class": " "})])
