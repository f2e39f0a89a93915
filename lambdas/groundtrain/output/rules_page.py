"""Generate docs/rules.md: `python -m groundtrain.output.rules_page [--check] FILE`."""

import sys
from collections.abc import Iterator

from groundtrain.output.generated_pages import write_or_check
from groundtrain.rules import RULES
from groundtrain.rules.rule import Example, Rule

FAMILIES = {
    "GT1": "Lines and bytes",
    "GT2": "Labels and geometry",
    "GT3": "Classes",
    "GT4": "Dataset and split",
    "GT5": "Settings against the dataset",
    "GT6": "Images and masks",
    "GT7": "Training programs that run",
    "GT8": "Account and region, before a deployment",
}

_HEAD = """\
# Rules

What `groundtrain check` looks for, and `groundtrain convert` and the deployed pipeline with it;
`groundtrain rule GT204` shows one of them on a terminal. This page is written by `make docs` from the
rows in `lambdas/groundtrain/rules/`: edit those.

An **error** leaves its line out of the dataset; on the whole file or on the settings it means that nothing
will be trained. A **warning** or an **info** changes nothing. Rules are chosen by their code or what it
begins with, in settings (`select`, `ignore`, `fix`) and on the command line; those marked *always* cannot
be ignored, for no training could use such a line. `dataset.split` and the like are settings: the key `split`
in the table `[dataset]` of a settings file, or the option `--split` of the commands that have it.

Rules of GT7 are those of `groundtrain rehearse`, which runs a training program: `check` never finds them.
Nor does it find those of GT8: [`groundtrain preflight`](preflight.md) asks AWS what would fail or surprise
after a deployment. There an error is what would fail, or what could not be asked.
"""


def rules_page() -> str:
    """The whole page."""
    return "\n".join((_HEAD, *(line for family in FAMILIES for line in _family(family))))


def shown(example: Example, text: str) -> str:
    """The failing or repaired text of an example for printing, with invisible characters escaped."""
    plain = text.encode(errors="surrogateescape").decode(errors="backslashreplace")
    seen = "".join(c if c.isprintable() or c == "\n" else c.encode("unicode_escape").decode() for c in plain)
    cut = example.shows in ("manifest", "validation") and not seen.endswith("\n")
    return f"{seen} (no newline)" if cut else seen.rstrip("\n")


def circumstances(example: Example) -> Iterator[str]:
    """The settings and files that belong to an example, in words."""
    if example.shows == "validation":
        yield f"it is for validation (--validation-manifest), beside for training {example.manifest.rstrip()}"
    if example.label is not None:
        yield f"the label is {example.label}"
    if example.settings:
        yield f"the settings say {' '.join(example.settings.split())}"
    if example.categories:
        yield f"the label category file names {', '.join(example.categories)}"
    if example.counters:
        counts = ", ".join(f"{name} {count}" for name, count in example.counters.items())
        yield f"the labeling job counts {counts}"
    if example.options:
        yield f"groundtrain rehearse has {example.options}"
    if example.program:
        yield "groundtrain rehearse runs a program without a fault"


def main(arguments: list[str]) -> int:
    """Write the page; with --check, return 1 if it is out of date."""
    return write_or_check(rules_page(), arguments)


def _family(family: str) -> Iterator[str]:
    rules = [rule for rule in RULES.values() if rule.code.startswith(family)]
    yield f"## {family}: {FAMILIES[family]}\n"
    yield "| code | name | severity | |"
    yield "|---|---|---|---|"
    for rule in rules:
        name = f"[{rule.name}](#{rule.code.lower()}-{rule.name})"
        yield f"| {rule.code} | {name} | {rule.severity} | {_marks(rule)} |"
    yield ""
    for rule in rules:
        yield from _section(rule, rule.example)


def _section(rule: Rule, example: Example) -> Iterator[str]:
    yield f"### {rule.code} {rule.name}\n"
    yield f"{', '.join(filter(None, (rule.severity, _marks(rule))))}\n"
    yield f"{rule.why} What to do: {rule.fix}.\n"
    given = "; ".join(circumstances(example))
    yield f"Fails{f', where {given}' if given else ''}:\n\n```text\n{shown(example, example.failing)}\n```\n"
    yield f"Repaired:\n\n```text\n{shown(example, example.repaired)}\n```\n"


def _marks(rule: Rule) -> str:
    marks = {"fixable": rule.fixable, "whole file": rule.whole_file, "always": rule.always}
    return ", ".join(name for name, holds in marks.items() if holds)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
