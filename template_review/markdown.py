"""A review as Markdown, short enough for a comment on a pull request."""

from collections.abc import Iterator, Sequence

from groundtrain.printable_text import printable
from template_review.assessment import Assessment
from template_review.notes import Section, code

_ALARMING = (Section.DEPLOYMENT, Section.PERMISSIONS, Section.EXPOSURE, Section.DATA)
_SHOWN = 30  # lines of a section
_LONGEST = 60_000  # characters; GitHub takes comments of 65,536


def write_review(assessments: Sequence[Assessment], bundle: Sequence[str]) -> str:
    """The whole text: a verdict, a table, then each environment that changes.

    What a branch says in it, whoever wrote that, is shown in its own line and changes no other.

    Args:
        assessments: one for each environment.
        bundle: files that differ and go into the functions' bundle.
    """
    head = ["## What this changes in the cloud", "", *_verdict(assessments, bundle), "", *_table(assessments)]
    body = [line for assessment in assessments for line in _environment(assessment)]
    code_changes = _folded("Files of the functions' bundle that differ", [code(name) for name in bundle])
    return _shortened("\n".join(map(printable, [*head, *body, *code_changes, ""])))


def _shortened(text: str) -> str:
    if len(text) <= _LONGEST:
        return text
    whole_lines = text[:_LONGEST].rpartition("\n")[0]
    open_folds = whole_lines.count("<details>") - whole_lines.count("</details>")
    rest = "**Too long to show**; the rest is in the difference of `cdk.out/review`."
    return f"{whole_lines}\n{'</details>' * open_folds}\n\n{rest}\n"


def _verdict(assessments: Sequence[Assessment], bundle: Sequence[str]) -> list[str]:
    alarming = {
        section.value: [it.environment for it in assessments if it.within(section)] for section in _ALARMING
    }
    if any(alarming.values()):
        warnings = [f"**{what}** in {', '.join(where)}." for what, where in alarming.items() if where]
        return ["> [!CAUTION]", *(f"> {sentence}" for sentence in warnings)]
    if any(it.notes for it in assessments):
        return ["> [!IMPORTANT]", "> Resources change; nobody may do more, and no data is at stake."]
    if bundle or any(it.hash_only for it in assessments):
        return ["> [!NOTE]", "> Only the functions' code changes; every resource stays as it is."]
    return ["> [!NOTE]", "> Nothing changes."]


def _table(assessments: Sequence[Assessment]) -> list[str]:
    head = ["environment", *(section.name.lower() for section in Section), "only a hash"]
    rows = [
        [it.environment, *(_number(it.within(section)) for section in Section), _number(it.hash_only)]
        for it in assessments
    ]
    return [_row(head), _row(["---"] * len(head)), *map(_row, rows)]


def _number(things: Sequence[str]) -> str:
    return f"**{len(things)}**" if things else "0"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _environment(assessment: Assessment) -> Iterator[str]:
    if not (assessment.notes or assessment.hash_only):
        return
    yield from ("", f"### {assessment.environment}")
    for section in Section:
        if section is Section.REST:
            yield from _folded(section.value, assessment.within(section))
        else:
            yield from _listed(section.value, assessment.within(section))
    yield from _folded("Only the hash of an asset", assessment.hash_only)


def _listed(title: str, texts: Sequence[str]) -> list[str]:
    return ["", f"#### {title}", "", *_items(texts)] if texts else []


def _folded(title: str, texts: Sequence[str]) -> list[str]:
    if not texts:
        return []
    summary = f"<details><summary>{title} ({len(texts)})</summary>"
    return ["", summary, "", *_items(texts), "", "</details>"]


def _items(texts: Sequence[str]) -> list[str]:
    more = [f"- … and {len(texts) - _SHOWN} more"] if len(texts) > _SHOWN else []
    return [*(f"- {text}" for text in texts[:_SHOWN]), *more]
