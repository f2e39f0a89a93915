"""A check as JSON, SARIF, workflow commands and text."""

from pathlib import Path
from typing import Any, Literal

import click
import msgspec
import pytest
from msgspec import Struct
from msgspec.structs import replace

from groundtrain.cli.colours import colouring_of
from groundtrain.dataset.description import GateDecision
from groundtrain.gate.verdict import Verdict, reasons_against
from groundtrain.linting.check import Check
from groundtrain.output.check_json import check_document, checks_document
from groundtrain.output.check_text import check_text
from groundtrain.output.github_annotations import github_annotations
from groundtrain.output.sarif import sarif_log
from groundtrain.rules import RULES
from groundtrain.rules.findings import Finding
from groundtrain.rules.rule import Rule, Severity

OUTSIDE = Finding("GT204", 12, "$.boxes.annotations[0]", "100 %,\nfar: out", "s3://bkt/a.jpg")
WHOLE = Finding.on_file("GT303", "id 0 means car and cab")
WITHOUT = Verdict("will-train-without-lines", without=3)
NEVER = Verdict("will-not-train", because=("One.", "Two."))


def check(manifest: str = "a.manifest", verdict: Verdict = WITHOUT, **more: Any) -> Check:
    facts = {"counts": {"GT204": 5, "GT303": 1}, "findings": (OUTSIDE, WHOLE), "label": "boxes", "type": "t"}
    gate = GateDecision(open=True)
    return Check(manifest=manifest, verdict=verdict, gate=gate, records=9, **{**facts, **more})


def test_the_document_keeps_true_counts_beside_the_findings_it_lists() -> None:
    document = check_document(check(), statistics=False)
    assert (document["verdict"], document["without"], document["records"]) == (WITHOUT.kind, 3, 9)
    assert document["counts"] == {"GT204": 5, "GT303": 1}
    assert (document["findings_found"], document["findings_listed"]) == (6, 2)
    assert document["findings"][0] == {
        "code": "GT204",
        "severity": "error",
        "line": 12,
        "path": "$.boxes.annotations[0]",
        "message": OUTSIDE.message,
        "fix": "clip the box (fix GT204), or correct the label",
        "source": "s3://bkt/a.jpg",
    }
    assert "statistics" not in document


def test_several_documents_share_the_worst_verdict() -> None:
    checks = [check(verdict=Verdict("will-train")), check(verdict=NEVER), check()]
    document = checks_document(checks, statistics=True)
    assert document["verdict"] == "will-not-train"
    assert [one["verdict"] for one in document["manifests"]] == ["will-train", NEVER.kind, WITHOUT.kind]


def test_text_is_grouped_by_rule_and_ends_with_the_verdict() -> None:
    assert list(check_text(check(), statistics=False)) == [
        "a.manifest: 9 records, label boxes (t)",
        "",
        "GT204 box-outside-image: error, 5 found",
        f"  a.manifest:12 GT204 {OUTSIDE.message}: clip the box (fix GT204), or correct the label",
        "  and 4 more",
        "",
        "GT303 one-id-two-names: warning, 1 found",
        "  GT303 id 0 means car and cab: check that each name is the one you mean",
        "",
        "a.manifest: will train without 3 lines (5 errors, 1 warning)",
    ]


def test_text_on_an_unusable_file_is_its_verdict() -> None:
    unusable = Check(manifest="a.manifest", verdict=NEVER, gate=GateDecision(open=False))
    assert list(check_text(unusable, statistics=False)) == ["a.manifest: will not train, because: One. Two."]


def test_workflow_commands_are_escaped() -> None:
    commands = list(github_annotations([check("odd,name:%.manifest", findings=(OUTSIDE,))]))
    assert commands == [
        (
            "::error file=odd%2Cname%3A%25.manifest,line=12,title=GT204 box-outside-image"
            "::100 %25,%0Afar: out: clip the box (fix GT204), or correct the label"
        ),
        "::notice file=odd%2Cname%3A%25.manifest::will train without 3 lines",
    ]


def test_a_finding_on_the_whole_file_is_annotated_without_a_line() -> None:
    (warning, verdict) = github_annotations([check(verdict=NEVER, findings=(WHOLE,))])
    assert warning.startswith("::warning file=a.manifest,title=GT303 one-id-two-names::")
    assert verdict == "::error file=a.manifest::will not train, because: One. Two."


class Text(Struct, forbid_unknown_fields=True):
    text: str


class Artifact(Struct, forbid_unknown_fields=True):
    uri: str


class Region(Struct, forbid_unknown_fields=True):
    startLine: int  # noqa: N815 - SARIF's spelling, here and below


class Physical(Struct, forbid_unknown_fields=True, omit_defaults=True):
    artifactLocation: Artifact  # noqa: N815
    region: Region | None = None


class Logical(Struct, forbid_unknown_fields=True):
    fullyQualifiedName: str  # noqa: N815


class Location(Struct, forbid_unknown_fields=True):
    physicalLocation: Physical  # noqa: N815
    logicalLocations: list[Logical] = []  # noqa: N815


Level = Literal["none", "note", "warning", "error"]


class Result(Struct, forbid_unknown_fields=True):
    ruleId: str  # noqa: N815
    ruleIndex: int  # noqa: N815
    level: Level
    message: Text
    locations: list[Location]


class Configuration(Struct, forbid_unknown_fields=True):
    level: Level


class Descriptor(Struct, forbid_unknown_fields=True):
    id: str
    name: str
    shortDescription: Text  # noqa: N815
    fullDescription: Text  # noqa: N815
    help: Text
    defaultConfiguration: Configuration  # noqa: N815


class Driver(Struct, forbid_unknown_fields=True):
    name: str
    semanticVersion: str  # noqa: N815
    rules: list[Descriptor]


class Tool(Struct, forbid_unknown_fields=True):
    driver: Driver


class Notification(Struct, forbid_unknown_fields=True):
    level: Level
    message: Text
    locations: list[Location]


class Invocation(Struct, forbid_unknown_fields=True):
    executionSuccessful: bool  # noqa: N815
    toolExecutionNotifications: list[Notification]  # noqa: N815


class Run(Struct, forbid_unknown_fields=True):
    tool: Tool
    invocations: list[Invocation]
    results: list[Result]


class Log(Struct, forbid_unknown_fields=True, rename={"schema": "$schema"}):
    """The part of the SARIF 2.1.0 schema that is written, every property and every required one of it."""

    schema: str
    version: Literal["2.1.0"]
    runs: list[Run]


def sarif(*checks: Check) -> Run:
    (run,) = msgspec.json.decode(msgspec.json.encode(sarif_log(checks)), type=Log).runs
    return run


def test_sarif_has_the_shape_that_its_schema_asks_for() -> None:
    run = sarif(check(), check(verdict=NEVER))
    assert len(run.results) == 4
    assert [rule.id for rule in run.tool.driver.rules] == ["GT204", "GT303"]


def test_a_file_that_is_no_manifest_is_a_sarif_result() -> None:
    run = sarif(check(), check("b.manifest", verdict=NEVER, findings=()))
    *_, result = run.results
    assert (result.ruleId, result.message.text) == ("unusable-manifest", "One. Two.")
    assert run.tool.driver.rules[result.ruleIndex].id == result.ruleId


def test_each_sarif_result_points_to_its_rule_and_its_line() -> None:
    run = sarif(check())
    for result, line in zip(run.results, (12, 1), strict=True):
        assert run.tool.driver.rules[result.ruleIndex].id == result.ruleId
        (location,) = result.locations
        assert location.physicalLocation.region == Region(line)


def test_the_verdicts_are_notifications_of_the_sarif_run() -> None:
    (invocation,) = sarif(check(), check("b.manifest", NEVER)).invocations
    assert [(note.level, note.message.text) for note in invocation.toolExecutionNotifications] == [
        ("note", "will train without 3 lines"),
        ("error", "will not train, because: One. Two."),
    ]


@pytest.mark.parametrize(
    ("manifest", "uri"),
    [
        ("jobs/a b.manifest", "jobs/a%20b.manifest"),
        ("s3://bucket/a b#1.manifest", "s3://bucket/a%20b%231.manifest"),
        (str(Path("/data/é.manifest")), "file:///data/%C3%A9.manifest"),
    ],
)
def test_sarif_addresses_are_uris(manifest: str, uri: str) -> None:
    (location,) = sarif(check(manifest)).results[0].locations
    assert location.physicalLocation.artifactLocation.uri == uri


def test_every_form_says_the_fix_of_a_finding_in_place_of_its_rules() -> None:
    one = replace(OUTSIDE, message="out", fix="write right - left as width")
    checked = check(findings=(one,), counts={"GT204": 1})
    said = [
        *check_text(checked, statistics=False),
        *github_annotations([checked]),
        sarif_log([checked])["runs"][0]["results"][0]["message"]["text"],
    ]
    assert sum("out: write right - left as width" in line for line in said) == 3
    assert not any("clip" in line for line in said)
    assert check_document(checked, statistics=False)["findings"][0]["fix"] == one.fix


def test_a_reason_says_the_fix_of_its_finding() -> None:
    empty = Finding.on_file("GT402", "train.manifest is empty", fix="label more")
    assert reasons_against((empty,)) == ("train.manifest is empty: label more.",)


def test_a_finding_of_before_it_could_have_a_fix_is_still_read() -> None:
    assert msgspec.json.decode(b'{"code":"GT204","line":1,"path":"$","message":"m"}', type=Finding).fix == ""


def test_a_problem_keeps_its_fix_when_it_becomes_a_finding() -> None:
    finding = Finding.unplaced("GT205", "a text", "$.boxes", "write the number").on(3, "s3://bkt/a.jpg")
    assert finding == Finding("GT205", 3, "$.boxes", "a text", "s3://bkt/a.jpg", "write the number")


LEVELS = {
    "error": ("error", "error", "red"),
    "warning": ("warning", "warning", "yellow"),
    "info": ("note", "notice", "blue"),
}


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.code)
def test_the_severity_of_each_rule_is_a_level_of_each_form(rule: Rule) -> None:
    level, command, colour = LEVELS[rule.severity]
    found = check(findings=(Finding(rule.code, 1, "$", "m"),), counts={rule.code: 1})
    run = sarif(found)
    assert [one.level for one in run.results] == [level]
    assert [one.defaultConfiguration.level for one in run.tool.driver.rules] == [level]
    assert next(iter(github_annotations([found]))).startswith(f"::{command} file=")
    line = f"{rule.code} x"
    assert colouring_of(line)(line) == f"{click.style(rule.code, fg=colour, bold=True)} x"


def test_there_are_rules_of_every_severity() -> None:
    assert {rule.severity for rule in RULES.values()} == LEVELS.keys() == set(Severity)


@pytest.mark.parametrize(("verdict", "level"), [(WITHOUT, "note"), (NEVER, "error")])
def test_the_verdict_is_a_notification_of_its_level(verdict: Verdict, level: str) -> None:
    run = sarif(check(verdict=verdict))
    assert run.invocations[0].toolExecutionNotifications[0].level == level
