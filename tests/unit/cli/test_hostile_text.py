"""Through every command in every form of its output goes hostile text: it arrives, and does no harm.

Commands and forms are those of click's own tree: one without a call or without a reader of its form fails.
"""

import csv
import json
import re
from collections import deque
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import unquote

import pytest
from botocore.exceptions import ClientError
from rich.console import Console

from groundtrain.aws import clients
from groundtrain.cli import progress, progress_bar
from groundtrain.cli.commands import preflight as preflight_command
from groundtrain.cli.commands import redrive
from groundtrain.cli.progress import ProgressReporter, TerminalReporter
from groundtrain.formats.registry import FORMATS
from groundtrain.manifest.source import FileManifest
from groundtrain.preflight.run import CHECKS, Checked
from groundtrain.printable_text import printable, printable_line
from groundtrain.rules.findings import Finding
from local.demo import run as demo_run
from tests.command_tree import Words, commands, formats
from tests.fake_model import FakeModel
from tests.label_files import LABEL_FILES
from tests.manifest_lines import box, dump, record
from tests.unit.cli.test_hostile_manifest import hostile

Say = Callable[..., SimpleNamespace]
Call = Callable[[str, str], tuple[str, ...]]

TEXTS = {
    "escape": "\x1b[2Jgone",
    "c1": "\x9b31mred",
    "bidi": "car\u202egnp",
    "separator": "a\u2028b",
    "lines": "a\r\nb",
    "delete": "a\x7fb",
    "workflow command": "::error::injected",
    "old workflow command": "##[error]injected",
    "table": "a|b",
    "markup": "[red]markup",
    "long": "x" * 200,
}


def import_of(name: str) -> Call:
    return lambda at, form: (
        *(f"{at}/of-{name}", "--attribute", "kind", "--image-prefix", "s3://bucket/f/"),
        *("--output", f"{at}/{name}{form}"),
    )


def export_to(name: str) -> Call:
    return lambda at, form: (f"{at}/in.manifest", "--label", "boxes", "--output", f"{at}/to-{name}{form}")


# Each is called with a folder of the hostile name, and the form.
CALLS: dict[Words, Call] = {
    ("check",): lambda at, _: (f"{at}/in.manifest", "--label", "boxes"),
    ("convert",): lambda at, form: (
        *(f"{at}/in.manifest", "--label", "boxes", "--output", f"{at}/{form}"),
        *("--relabel", f"{at}/again{form}", "--relabel-rules", "GT"),
    ),
    ("inspect",): lambda at, _: (f"{at}/in.manifest", "--label", "boxes", "--draw", f"{at}/p.png"),
    ("report",): lambda at, form: (
        *(f"{at}/in.manifest", "--label", "boxes", "--output", f"{at}/r{form}.html"),
    ),
    ("merge",): lambda at, form: (
        *(*[f"{at}/in.manifest"] * 2, "--take", "boxes", "--overlap", "unite", "--output", f"{at}/m{form}"),
    ),
    ("import", "s3-manifest"): lambda at, form: (
        *(f"{at}/keys.json", "--labels", f"{at}/labels.csv", "--attribute", "kind"),
        *("--output", f"{at}/i{form}"),
    ),
    **{("import", name): import_of(name) for name in LABEL_FILES},
    ("import", "sequence"): lambda at, form: (*import_of("sequence")(at, form), "--image-dir", at),
    **{("export", name): export_to(name) for name, each in FORMATS.items() if each.write},
    ("export", "folders"): lambda at, form: (
        *(f"{at}/classes.manifest", "--image-dir", f"{at}/of-folders", "--output", f"{at}/to-folders{form}"),
    ),
    ("export", "s3-manifest"): lambda at, form: (
        *(f"{at}/in.manifest", "--label", "boxes", "--bucket", "bucket", "--output", f"{at}/e{form}"),
        *("--labels", f"{at}/{form}.csv"),
    ),
    ("publish",): lambda at, _: (f"{at}/in.manifest", "--label", "boxes", "--settings", f"{at}/dev.toml"),
    ("train",): lambda at, _: (f"{at}/none", "--dry-run"),
    ("rehearse",): lambda at, _: (f"{at}/none", "true"),
    ("predict",): lambda at, _: (
        *(f"{at}/keys.json", f"{at}/in.manifest", "--label", "boxes", "--image-dir", at),
        *("--output", f"{at}/p", "--draw", f"{at}/d"),
    ),
    ("preflight",): lambda at, _: ("--settings", f"{at}/dev.toml"),
    ("rule",): lambda at, _: (at,),
    ("redrive",): lambda *_: ("dev", "--dry-run"),
    ("local",): lambda at, _: ("--region", at),
    ("demo",): lambda *_: (),
}

# A rule and a region are only ever one of a list, and what is in the way of training is said as an error.
REFUSED: dict[Words, set[str]] = {
    **{(command,): {*TEXTS.values()} for command in ("rule", "local", "train", "rehearse", "publish")},
    ("import", "s3-manifest"): {TEXTS["lines"], TEXTS["escape"]},  # no table in CSV, and no key, has them
    ("export", "s3-manifest"): {TEXTS["lines"]},
    **{(way, "voc"): {TEXTS["escape"]} for way in ("import", "export")},  # XML cannot hold it
    ("import", "cvat"): {TEXTS["escape"]},  # no XML has it
    ("export", "csv"): {TEXTS["lines"]},
    ("import", "lst"): {TEXTS["lines"]},
}
TRAINING = ("--datasets", "s3://datasets", "--role", "arn:aws:iam::123456789012:role/training")


@pytest.fixture
def said_of(say: Say, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Say]:
    """Prepares a folder whose name is the hostile text, with files that hold it."""

    def prepare(text: str) -> Say:
        folder = Path(text)
        folder.mkdir()
        (folder / "in.manifest").write_bytes(hostile(text))
        (folder / "keys.json").write_text(json.dumps([{"prefix": "s3://bucket/"}, text, "b.jpg"]))
        table = json.dumps(text, ensure_ascii=False)
        (folder / "labels.csv").write_text(f"key,class\n{table},car\nother,{table}\n", "utf-8", newline="")
        (folder / "dev.toml").write_text(
            'region = "eu-west-1"\n[labeling]\nuploads = ["in/"]\n[gate]\nmin_records = 1000\n'
        )
        for name, write in LABEL_FILES.items():
            write(folder / f"of-{name}", f"{text}.jpg", text)
        (folder / "classes.manifest").write_bytes(dump(of_class(f"s3://bucket/{text}/{text}.jpg", text)))
        letter = redrive.Found("Convert", text, "2026-01-01", text, "id")
        monkeypatch.setattr(
            redrive, "_redrive_all", lambda *_, **__: ([letter], [redrive.Failure(text, text, text)])
        )
        monkeypatch.setattr("groundtrain.cli.commands.predict.command.load_model", FakeModel)
        monkeypatch.setattr(preflight_command, "_ask", lambda _: asked(text))
        monkeypatch.setattr(demo_run, "run_demo", lambda _, reporter: ended(text, reporter))
        return say

    return prepare


def of_class(source: str, name: str) -> dict[str, Any]:
    metadata = {"type": "groundtruth/image-classification", "class-name": name, "confidence": 0}
    return {"source-ref": source, "kind": 0, "kind-metadata": metadata}


def asked(text: str) -> tuple[Any, list[Checked]]:
    """What AWS says of an account, which others may have written."""
    environment = SimpleNamespace(name="dev", region="eu-west-1")
    found = Finding.on_file("GT834", text, fix=text)
    return SimpleNamespace(environment=environment, account="1"), [Checked(CHECKS[0], 1, (found,))]


def ended(text: str, reporter: ProgressReporter) -> demo_run.Ending:
    reporter.begins(text)
    reporter.reports(text, [text])
    return demo_run.Ending(
        text, text, 0, 0, 0, 0, {text: 1}, text, "", text, (text,), {text: 0.5}, True, 0.0, text
    )


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
@pytest.mark.parametrize(
    ("words", "form"),
    [
        pytest.param(words, form, id=f"{'-'.join(words)}-{form}")
        for words, command in commands().items()
        for form in formats(command)
    ],
)
def test_hostile_text_arrives_and_does_no_harm(
    said_of: Callable[[str], Say], words: Words, form: str, text: str
) -> None:
    form_option = ("--format", form) if form else ()
    said = said_of(text)(*words, *CALLS[words](text, form), *form_option)
    assert said.code in (0, 1, 2)
    assert [c for c in said.out + said.err if not c.isprintable() and c != "\n"] == []
    lines = (said.err if form == "github" else said.out + said.err).splitlines()
    assert [line for line in lines if line.lstrip().startswith("::") or "##[" in line] == []
    refused = form in {"", "text"} and text in REFUSED.get(words, ())
    assert bool(said.out) is not refused
    assert arrives(text[:60], said.err if refused else READERS[form](said.out))


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
@pytest.mark.parametrize("form", ["text", "json"])
def test_a_class_in_the_reason_against_training_arrives_and_does_no_harm(
    say: Say, text: str, form: str
) -> None:
    lines = [
        record(f"s3://bucket/{number}.jpg", box(), classes={"0": "car" if number else text})
        for number in range(60)
    ]
    Path("rare.manifest").write_bytes(b"\n".join(map(dump, lines)))
    said = say("train", "rare.manifest", *TRAINING, "--dry-run", "--format", form)
    assert said.code == 1
    assert [c for c in said.out + said.err if not c.isprintable() and c != "\n"] == []
    assert json.loads(said.out)  # the request, whose fields are of our own making
    assert arrives(text[:60], said.err)


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
@pytest.mark.parametrize("ending", ["csv", "jsonl"])
def test_a_table_of_labels_gives_it_back_as_it_was(
    said_of: Callable[[str], Say], text: str, ending: str
) -> None:
    table = Path(text, f"labels.of.{ending}")
    said = said_of(text)(
        *("export", "s3-manifest", f"{text}/in.manifest", "--label", "boxes", "--bucket", "bucket"),
        *("--output", f"{text}/keys", "--labels", table),
    )
    if ending == "csv" and text == TEXTS["lines"]:
        assert not table.exists()
        assert arrives(text, said.err)
        return
    with table.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file) if ending == "csv" else map(json.loads, file.read().split("\n")[:-1])
        assert [row["class"] for row in rows if row["key"] == f"{text}0.jpg"] == [text]


def test_every_command_has_a_call() -> None:
    assert CALLS.keys() == commands().keys()


def arrives(text: str, output: str) -> bool:
    """As it is, when the output was parsed; else in its harmless form, alone on its line or within one."""
    inside = printable_line(f"- {text}")[2:]
    return any(shown in output for shown in (text, inside, printable_line(text), repr(text)[1:-1]))


def in_text(out: str) -> str:
    return out


def in_json(out: str) -> str:
    return "\0".join(strings(json.loads(out)))


def in_sarif(out: str) -> str:
    return "\0".join(map(unquote, strings(json.loads(out))))


def in_github(out: str) -> str:
    commands = out.splitlines()
    assert all(re.match(r"::(error|warning|notice) file=[^:]*::", command) for command in commands)
    plain = out.replace("%3A", ":").replace("%2C", ",").replace("%0D", r"\u000d").replace("%0A", r"\u000a")
    return plain.replace("%25", "%").replace("##[", r"#\u0023[")


READERS = {"": in_text, "text": in_text, "json": in_json, "sarif": in_sarif, "github": in_github}


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, one in value.items():
            yield from (key, *strings(one))
    elif isinstance(value, list):
        for one in value:
            yield from strings(one)


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize(
    "call",
    ["check s3://bkt/k", "train s3://bkt/k", "redrive dev"],
)
def test_what_aws_answers_arrives_and_does_no_harm(
    say: Say, monkeypatch: pytest.MonkeyPatch, call: str, form: str, text: str
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise ClientError({"Error": {"Code": "Refused", "Message": f"- {text} -"}}, "Ask")

    clients.connect.cache_clear()
    monkeypatch.setattr(clients.boto3, "client", refuse)
    monkeypatch.setattr(clients.boto3, "Session", refuse)
    said = say(*call.split(), "--format", form)
    clients.connect.cache_clear()
    assert said.code == 2
    assert [c for c in said.out + said.err if not c.isprintable() and c != "\n"] == []
    assert arrives(text, READERS[form](said.out) if form == "json" else said.err)


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_live_list_shows_it_harmless(text: str) -> None:
    screen = StringIO()
    console = Console(file=screen, force_terminal=True, width=1000, color_system=None)
    TerminalReporter(console, SimpleNamespace(update=console.print)).reports(text, [text])
    assert printable(text) in screen.getvalue()
    assert [c for c in screen.getvalue() if not c.isprintable() and c != "\n"] == []


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_progress_bar_shows_it_harmless(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    titles = []
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(progress_bar, "SOON", 0)
    monkeypatch.setattr("rich.progress.Progress.add_task", lambda _, title, **__: titles.append(title))
    monkeypatch.setattr("rich.progress.Progress.update", lambda *_, **__: None)
    (tmp_path / text).write_bytes(b"x")
    with progress.watched(FileManifest(tmp_path / text)) as source:
        deque(source.open())
    assert titles == [printable(f"{tmp_path}/{text}")]
