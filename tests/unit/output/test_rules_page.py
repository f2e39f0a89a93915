from pathlib import Path

import pytest

from groundtrain.output.rules_page import main, rules_page, shown
from groundtrain.rules import RULES

PAGE = Path(__file__).parents[3] / "docs" / "rules.md"


def test_the_page_is_that_of_the_table() -> None:
    assert PAGE.read_text("utf-8") == rules_page(), "run make docs"


def test_every_rule_has_its_section_with_both_examples() -> None:
    page = rules_page()
    for code, rule in RULES.items():
        assert f"### {code} {rule.name}\n" in page
        assert shown(RULES[code].example, RULES[code].example.failing) in page
        assert shown(RULES[code].example, RULES[code].example.repaired) in page


@pytest.mark.parametrize(
    ("code", "seen"),
    [("GT104", "caf\\xe9"), ("GT110", "\\ufeff"), ("GT111", "\\r"), ("GT113", "(no newline)")],
)
def test_what_cannot_be_seen_is_shown_in_words(code: str, seen: str) -> None:
    example = RULES[code].example
    assert seen in shown(example, example.failing)
    assert seen not in shown(example, example.repaired)


def test_a_page_that_is_out_of_date_fails_the_check(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "rules.md"
    assert main(["--check", str(page)]) == 1
    assert "run make docs" in capsys.readouterr().err
    assert main([str(page)]) == 0
    assert main(["--check", str(page)]) == 0
