"""What stands in a manifest reaches no terminal, no log reader and no path as anything but text."""

import json
import string
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from groundtrain.cli.application import run
from groundtrain.printable_text import printable
from tests.manifest_lines import LABEL, box, dump, good, record

ESCAPES = [
    "\x1b[2J\x1b]0;owned\x07",  # clears the screen, sets its title
    "\x9b31m",  # the same in one C1 character
    "\u202egnp.exe",  # turns the rest of the line round
    "a\r\nb\x00\x08",
    "[red]markup[/red][link=https://example.com]x[/link]",
    "::error file=x::injected",
    "%0A::error::injected",
    "<script>alert(1)</script>",
]
COMMANDS = [
    ("inspect", "{manifest}"),
    ("check", "{manifest}"),
    ("check", "{manifest}", "--statistics"),
    ("convert", "{manifest}", "--output", "{out}"),
    ("merge", "{manifest}", "{manifest}", "--output", "{out}.manifest"),
    ("export", "s3-manifest", "{manifest}", "--output", "{out}.json"),
]


def hostile(text: str) -> bytes:
    """A manifest with the text wherever text may stand, in good lines and in faulty ones."""
    more = {"creation-date": text, "job-name": text, "type": "groundtruth/object-detection"}
    lines = [
        record(f"s3://bucket/{text}{number}.jpg", box(left=left), classes={"0": text}, **more)
        for number, left in enumerate((10, 630, 10, 10))
    ]
    lines.append({**lines[0], "source-ref": f"s3://{text}/x.jpg", text: text})
    failed = {**lines[1], "source-ref": text}
    failed[f"{LABEL}-metadata"] = {**failed[f"{LABEL}-metadata"], "failure-reason": text}
    return (
        b"".join(dump(line) + b"\n" for line in [*lines, failed])
        + f"{text}\n".encode()
        + b"\n".join(good(30))
    )


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert run(arguments) in {0, 1, 2}
    out, err = capsys.readouterr()
    return out + err


def run_all(tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str) -> list[str]:
    manifest = tmp_path / "hostile.manifest"
    manifest.write_bytes(hostile(text))
    places = {"manifest": str(manifest), "out": str(tmp_path / "out")}
    return [said(capsys, *(word.format(**places) for word in command)) for command in COMMANDS]


@pytest.mark.parametrize("text", ESCAPES)
def test_a_terminal_gets_nothing_to_act_upon(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    for command, output in zip(COMMANDS, run_all(tmp_path, capsys, text), strict=True):
        assert [c for c in output if not c.isprintable() and c != "\n"] == []
        quotes_it = command[0] != "export"  # no bucket can have such a name, so export counts its lines only
        assert not quotes_it or printable(text.partition("/")[0]) in output, command


@given(text=st.text(st.characters(categories=["Cc", "Cf", "Zl", "Zp", "Ll"]), min_size=1, max_size=9))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_character_of_a_manifest_controls_a_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    for output in run_all(tmp_path, capsys, text):
        assert [c for c in output if not c.isprintable() and c != "\n"] == []


@pytest.mark.parametrize("text", ESCAPES)
def test_a_workflow_gets_no_command_but_our_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    manifest = tmp_path / "hostile.manifest"
    manifest.write_bytes(hostile(text))
    run(["check", str(manifest), "--format", "json"])
    document = json.loads(capsys.readouterr().out)
    commands = said(capsys, "check", str(manifest), "--format", "github").splitlines()
    of_the_gate = not document["gate"]["open"] and not document["because"]
    assert len(commands) == len(document["findings"]) + 1 + of_the_gate
    assert all(
        command.startswith(("::error file=", "::warning file=", "::notice file=")) for command in commands
    )
    assert not [c for command in commands for c in command if not c.isprintable()]
    plain = "".join(commands).replace("%3A", ":").replace("%0D", r"\u000d").replace("%0A", r"\u000a")
    assert printable(text) in plain.replace("%25", "%")


@pytest.mark.parametrize("text", ["../../outside", "/etc/outside", "..", "a/../../outside", "~"])
def test_no_name_in_a_manifest_becomes_a_path(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    run_all(tmp_path, capsys, text)
    written = {path.name for path in tmp_path.rglob("*") if path.is_file()}
    assert {name for name in written if "outside" in name} == set()
    assert all(set(name) <= {*string.ascii_lowercase, *"-."} for name in written)
