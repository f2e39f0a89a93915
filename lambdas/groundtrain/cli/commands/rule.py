"""groundtrain rule: what a rule looks for, why, and how to fix it."""

from typing import Any

import click

from groundtrain.cli.audience import current_audience
from groundtrain.cli.completion import codes
from groundtrain.cli.printing import (
    example,
    format_option,
    print_json,
    print_line,
    print_lines,
    print_table,
    print_unbroken,
)
from groundtrain.output.rules_page import circumstances, shown
from groundtrain.rules import RULES
from groundtrain.rules.rule import Rule
from groundtrain.rules.selection import code_of, no_such_rule


@click.command(epilog=example("groundtrain rule GT204"))
@click.argument("code", default="GT", shell_complete=codes)
@format_option
def rule(code: str, form: str) -> None:
    """Explain a rule, such as GT204 or box-outside-image; list those whose codes begin with CODE, or all.

    The exit code is 2 when there is none.
    """
    code = code_of(code) or code
    found = [rule for rule in RULES.values() if rule.code.startswith(code.upper())]
    if not found:
        raise click.UsageError(no_such_rule(code))
    if found[0].code == code.upper():
        _explain(found[0], form)
    elif form == "json":
        print_json([_document(rule) for rule in found])
    else:
        print_table(((rule.code, rule.name, rule.severity) for rule in found), indent="")


def _explain(rule: Rule, form: str) -> None:
    if form == "json":
        print_json(_document(rule))
        return
    always = ", cannot be ignored" if rule.always else ""
    fixable = ", fixed by --fix" if rule.fixable else ""
    print_line(f"{rule.code} {rule.name}: {rule.severity}{fixable}{always}")
    print_lines(("", rule.why, f"What to do: {current_audience().worded(rule.fix)}."))
    example = rule.example
    condition = "; ".join(circumstances(example))
    _show(f"Fails{f', where {condition}' if condition else ''}", shown(example, example.failing))
    _show("Repaired", shown(example, example.repaired))


def _show(what: str, text: str) -> None:
    print_lines(("", f"{what}:"))
    print_unbroken(text.split("\n"))


def _document(rule: Rule) -> dict[str, Any]:
    example = rule.example
    return {
        "code": rule.code,
        "name": rule.name,
        "severity": rule.severity,
        "why": rule.why,
        "fix": current_audience().worded(rule.fix),
        "fixable": rule.fixable,
        "whole_file": rule.whole_file,
        "always": rule.always,
        "failing": shown(example, example.failing),
        "repaired": shown(example, example.repaired),
        "where": list(circumstances(example)),
    }
