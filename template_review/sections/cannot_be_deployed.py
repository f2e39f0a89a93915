"""Notes on changes that CloudFormation refuses to deploy, though every template is valid."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from template_review.difference import Change
from template_review.notes import Note, Section, code, name_of
from template_review.sections.data_loss import made_anew
from template_review.sections.resource_schemas import unique_properties

Stacks = dict[str, Any]  # templates of one environment by the stack's name

_WHY = "a deployed stack is updated before those that import from it: keep the export, or deploy twice"


def refusal_notes(before: Stacks, after: Stacks, changes: Sequence[Change]) -> Iterator[Note]:
    """Notes on exports in use that go or change, and on resources replaced under a name that is taken."""
    replaced = {it.name for it in changes if made_anew(it)}
    for name, (stack, value) in _exports(before).items():
        importing = sorted(other for other, template in before.items() if _imports(template, name))
        kept = _exports(after).get(name)
        if importing and (fate := _fate(value, kept[1] if kept else None, replaced)):
            whose = f"which {code(', '.join(importing))} imports"
            yield Note(Section.DEPLOYMENT, f"export {code(name)} of {code(stack)}, {whose}, {fate}; {_WHY}")
    for change in changes:
        if name := _name_that_is_taken(change):
            text = f"{name_of(change)} ({change.type}) is replaced under the same fixed name, {code(name)}"
            yield Note(Section.DEPLOYMENT, f"{text}, which the old one still has: it already exists")


def _exports(stacks: Stacks) -> dict[str, tuple[str, Any]]:
    """Stack and value of every export, by its name."""
    return {
        str(output["Export"]["Name"]): (stack, output.get("Value"))
        for stack, template in stacks.items()
        for output in template.get("Outputs", {}).values()
        if "Export" in output
    }


def _imports(template: dict[str, Any], export: str) -> bool:
    text = json.dumps(template)
    return f"${{{export}}}" in text or json.dumps({"Fn::ImportValue": export}) in text


def _fate(before: Any, after: Any, replaced: set[str]) -> str:
    if after is None:
        return "is **removed**"
    if before != after:
        return f"gets **another value** ({code(str(before))} → {code(str(after))})"
    of_what = str(before).removeprefix("${").partition("}")[0].partition(".")[0]
    return f"gets **another value**, as {code(of_what)} is replaced" if of_what in replaced else ""


def _name_that_is_taken(change: Change) -> str:
    """The name that a replaced resource has from its template, and keeps; "" if CloudFormation names it."""
    if not made_anew(change):
        return ""
    assert change.before is not None
    assert change.after is not None
    for name in sorted(unique_properties(change.type)):
        old, new = (side.get("Properties", {}).get(name) for side in (change.before, change.after))
        if name.endswith("Name") and isinstance(old, str) and old == new and "${" not in old:
            return old
    return ""
