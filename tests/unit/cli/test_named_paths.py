"""Whatever is named by any option of any command: it ends, without a traceback, in a sentence with a fix."""

import io
import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import click
import pytest

from groundtrain.aws import clients
from groundtrain.errors import GroundtrainError
from groundtrain.formats.registry import FORMATS
from groundtrain.manifest import source
from groundtrain.settings.regular_expressions import LONGEST, invalid_pattern_reason
from tests.command_tree import Words, commands, free_parameters
from tests.fake_model import FakeModel
from tests.label_files import LABEL_FILES

Say = Callable[..., SimpleNamespace]

SOUND: dict[Words, tuple[str, ...]] = {
    ("check",): ("a.manifest",),
    ("convert",): ("a.manifest", "--output", "o", "--relabel", "again"),
    ("inspect",): ("a.manifest", "--draw", "o.png"),
    ("report",): ("a.manifest", "--output", "o.html"),
    ("merge",): ("a.manifest", "--output", "o"),
    ("import", "s3-manifest"): ("keys.json", "--labels", "b.csv", "--attribute", "x", "--output", "o"),
    **{
        ("import", name): (f"of-{name}", "--attribute", "x", "--image-prefix", "s3://bkt/", "--output", "o")
        for name in LABEL_FILES
    },
    **{("export", name): ("a.manifest", "--output", "o") for name, each in FORMATS.items() if each.write},
    ("export", "s3-manifest"): ("a.manifest", "--output", "o"),
    ("publish",): ("a.manifest", "--settings", "dev.toml"),
    ("train",): ("a.manifest", "--dry-run"),
    ("rehearse",): ("a.manifest", "true", "--override-gate", "--image-dir", "folder"),
    ("predict",): ("b.csv", "a.manifest", "--image-dir", "folder", "--draw", "d", "--output", "o"),
    ("preflight",): ("--settings", "dev.toml"),
    ("rule",): ("GT204",),
    ("redrive",): ("dev",),
    ("local",): (),
    ("demo",): ("--manifest", "a.manifest"),
}
"""A call of each command that works, but for what only AWS or the demonstration would do."""

NAMED = {
    "a loop of links": "loop",
    "a link to nothing": "dangling",
    "nothing": "none",
    "a folder": "folder",
    "a file as a folder": "a.manifest/x",
    "a named pipe": "pipe",
    "a socket": "socket",
    "a device without an end": "/dev/zero",
    "a device of nothing": "/dev/null",
    "a file without an end": "huge",
    "a name that is too long": "x" * 5000,
    "a path that is too long": "x/" * 5000 + "x",
    "an empty name": "",
    "a pattern that is too deep": "(" * 50_000 + ")" * 50_000,
    "a pattern that repeats too often": "a{4294967296}",
    "no pattern": "(",
    "another address": "https://labels/a",
    "a name that a terminal would act upon": "\x1b[2J\x9b31m\u202e\r\n::error::x",
    "a name that is not UTF-8": os.fsdecode(b"\xff\xfe"),
}


ANY_TEXT = (
    "a name that a terminal would act upon",
    "an empty name",
    "a pattern that is too deep",
    "no pattern",
    "a name that is not UTF-8",
)
WAITS_OR_LARGE = ("a named pipe", "a file without an end")
ARE_MANIFESTS = {
    *("manifest", "manifests", "images", "file", "dataset", "source", "--labels"),
    *("--validation-manifest", "--test-manifest"),
}


def names_for(parameter: click.Parameter) -> list[str]:
    """What to name; a manifest may be of any size, and come from a pipe, for whose writer it waits."""
    if parameter.opts[0] in ARE_MANIFESTS and not isinstance(parameter.type, click.Path):
        return [what for what in NAMED if what not in WAITS_OR_LARGE]
    if isinstance(parameter.type, click.Path) or "by" in parameter.opts[0]:
        return list(NAMED)
    return list(ANY_TEXT)


@pytest.fixture
def folder(say: Say, monkeypatch: pytest.MonkeyPatch) -> Iterator[Say]:
    Path("loop").symlink_to("pool")
    Path("pool").symlink_to("loop")
    Path("dangling").symlink_to("none")
    os.mkfifo("pipe")
    Path("folder").mkdir()
    for name, write in LABEL_FILES.items():
        write(Path(f"of-{name}"), "a.jpg", "car")
    Path("dev.toml").write_text('region = "eu-west-1"\n[labeling]\nuploads = ["in/"]\n')
    Path("keys.json").write_text('[{"prefix": "s3://bkt/"}, "a.jpg"]')
    Path("b.csv").write_text("key,class\na.jpg,car\n")
    with Path("huge").open("wb") as huge:
        huge.truncate(1 << 40)
    monkeypatch.setattr("groundtrain.cli.commands.demo.need_checkout", stop)
    monkeypatch.setattr("groundtrain.cli.commands.local.need_checkout", stop)
    monkeypatch.setattr("groundtrain.cli.commands.predict.command.load_model", FakeModel)
    clients.connect.cache_clear()
    monkeypatch.setattr(clients.boto3, "client", stop)
    monkeypatch.setattr(clients.boto3, "Session", stop)
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind("socket")
        yield say
    clients.connect.cache_clear()


def stop(*_: object, **__: object) -> None:
    raise click.UsageError("AWS is not asked here: a test ends at it")


@pytest.mark.parametrize(
    ("words", "parameter"),
    [
        pytest.param(words, parameter, id=f"{'-'.join(words)}{parameter.opts[0]}")
        for words, command in commands().items()
        for parameter in free_parameters(command)
    ],
)
def test_no_name_ends_in_a_traceback_or_waits(folder: Say, words: Words, parameter: click.Parameter) -> None:
    for what in names_for(parameter):
        said = folder(*words, *with_value(SOUND[words], parameter.opts[0], NAMED[what]))
        assert said.code in (0, 1, 2), what
        assert said.code != 2 or "fix: " in said.err, f"{what}: {said.err}"
        assert [c for c in said.out + said.err if not c.isprintable() and c != "\n"] == [], what
        assert not any(line.lstrip().startswith("::") for line in said.err.splitlines()), what


def with_value(arguments: tuple[str, ...], option: str, value: str) -> tuple[str, ...]:
    if not option.startswith("-"):
        return (value, *arguments[1:])
    if option in arguments:
        place = arguments.index(option) + 1
        return (*arguments[:place], value, *arguments[place + 1 :])
    return (*arguments, f"{option}={value}")


def test_every_command_has_a_call_that_works() -> None:
    assert SOUND.keys() == commands().keys()


@pytest.mark.parametrize("option", ["--settings", "--category-file"])
@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("a named pipe", "pipe is a named pipe, and no file"),
        ("a device without an end", "/dev/zero is a device, and no file"),
        ("a file without an end", "huge is larger than 1"),
        ("a folder", "folder is a folder, and no file"),
        ("a loop of links", "leads back to itself"),
        ("nothing", "none: there is no such file"),
    ],
)
def test_settings_and_classes_come_from_a_file_of_some_size(
    folder: Say, option: str, what: str, words: str
) -> None:
    said = folder("check", "a.manifest", option, NAMED[what])
    assert (said.code, said.out) == (2, "")
    assert words in said.err


@pytest.mark.parametrize(
    "words",
    [
        ("convert",),
        ("merge",),
        ("export", "s3-manifest"),
        ("import", "s3-manifest"),
        ("inspect",),
        ("predict",),
    ],
)
@pytest.mark.parametrize(
    ("what", "telling"),
    [
        ("a loop of links", "leads back to itself"),
        ("a device of nothing", "is a device"),
        ("a named pipe", "is a named pipe"),
        ("a socket", "is a socket"),
    ],
)
def test_nothing_is_written_to_what_is_no_file(folder: Say, words: Words, what: str, telling: str) -> None:
    option = "--draw" if words == ("inspect",) else "--output"
    said = folder(*words, *with_value(SOUND[words], option, NAMED[what]))
    assert said.code == 2
    assert telling in said.err


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("(" * 50 + ")" * 50, ""),
        ("[[a]", ""),
        ("(", "not a regular expression"),
        ("a{4294967296}", "repeats too often"),
        ("a" * (LONGEST + 1), "longer than 1,000"),
    ],
)
@pytest.mark.filterwarnings("error")
def test_a_pattern_has_an_end(pattern: str, reason: str) -> None:
    assert reason in invalid_pattern_reason(pattern)
    assert bool(reason) == bool(invalid_pattern_reason(pattern))


def test_a_stream_leaves_room_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source.shutil, "disk_usage", lambda _: SimpleNamespace(free=1 << 20))
    with (
        pytest.raises(GroundtrainError, match=r"nearly full: .* set TMPDIR"),
        source.spooled(io.BytesIO(b"{}")),
    ):
        pass
