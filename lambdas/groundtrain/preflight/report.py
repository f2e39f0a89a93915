"""What preflight found, as one JSON document and as a table."""

from collections.abc import Iterator, Sequence
from typing import Any

from groundtrain.output.finding_json import finding_document
from groundtrain.output.text_table import table
from groundtrain.preflight.run import NOT_ANSWERED, Checked, verdict_of
from groundtrain.preflight.situation import Situation
from groundtrain.quantities import quantity, shortened
from groundtrain.rules.findings import Finding

_VERDICTS = {
    "ready": "nothing stands in the way",
    "ready-with-warnings": "nothing stands in the way, with warnings",
    "not-ready": "something would fail, or could not be asked",
}


def preflight_document(situation: Situation, checked: Sequence[Checked]) -> dict[str, Any]:
    """The document; a check has as many `questions` as were asked, none where the settings do not need it."""
    environment = situation.environment
    return {
        "verdict": verdict_of(list(checked)),
        "environment": environment.name,
        "account": situation.account,
        "region": environment.region,
        "checks": [
            {
                "about": one.check.about,
                "result": _result(one),
                "questions": one.questions,
                "findings": [finding_document(found, {"path": found.path}) for found in one.findings],
            }
            for one in checked
        ],
    }


def preflight_text(situation: Situation, checked: Sequence[Checked]) -> Iterator[str]:
    """A row for each check or finding, and the verdict below."""
    environment = situation.environment
    yield f"{environment.name}: account {situation.account}, {environment.region}"
    yield from table([row for one in checked for row in _rows(one)])
    unanswered = sum(found.code in NOT_ANSWERED for one in checked for found in one.findings)
    more = f"; {quantity(unanswered, 'question')} without an answer" if unanswered else ""
    yield f"{environment.name}: {_VERDICTS[verdict_of(list(checked))]}{more}"


def _result(checked: Checked) -> str:
    if not checked.questions:
        return "not-asked"
    if not checked.findings:
        return "fine"
    return "not-answered" if any(one.code in NOT_ANSWERED for one in checked.findings) else "findings"


def _rows(checked: Checked) -> Iterator[tuple[str, str, str, str]]:
    about = checked.check.about
    if not checked.findings:
        yield about, "", "fine" if checked.questions else "-", checked.told
    for finding in checked.findings:
        yield about, finding.code, str(finding.rule.severity), _said(finding)


def _said(finding: Finding) -> str:
    return f"{shortened(finding.message)}: {finding.advice}"
