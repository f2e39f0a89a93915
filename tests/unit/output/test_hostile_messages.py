"""Every message there is, with text in it that means harm: found by looking, so a new one is tried too."""

import ast
import inspect
import json
import os
import shutil
import subprocess
import typing
from pathlib import Path

import pytest
from msgspec.structs import replace

import groundtrain
from groundtrain.aws.notifications import as_subject
from groundtrain.output.messages import before_training, image_checks, training_end, training_start
from groundtrain.output.messages.message import Message
from groundtrain.printable_text import printable
from groundtrain.shell_commands import shell_command
from tests.hostile import HOSTILE, LONG, MARK, arguments_of
from tests.waiting import PATIENCE

LIBRARY = Path(groundtrain.__path__[0])
COMMANDS = ("aws", "groundtrain", "make")
PLAIN = "Plain"
REASONS = ("", "label_width ", "AccessDenied ", "CapacityError ")


MAKERS = (before_training, image_checks, training_start, training_end)


@pytest.fixture(scope="module")
def sources():
    """The syntax tree of each file of the functions."""
    return {file: ast.parse(file.read_text("utf-8")) for file in LIBRARY.parent.rglob("*.py")}


def makers():
    """Public functions of the modules that make messages, by name."""
    for module in MAKERS:
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ == module.__name__ and not name.startswith("_"):
                assert typing.get_type_hints(function)["return"] is Message
                yield function


def made(function, text, reason=""):
    """The message of a function when everything that it is told is this text."""
    arguments = arguments_of(function, text)
    if "dataset" in arguments:
        gate = replace(arguments["dataset"].gate, open=False)
        arguments["dataset"] = replace(arguments["dataset"], gate=gate)
    if "reason" in arguments:
        arguments["reason"] = reason + text
    return function(**arguments)


every_message = pytest.mark.parametrize("function", list(makers()), ids=lambda function: function.__name__)


def calls(tree, *names):
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            function = node.func
            name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
            if name in names:
                yield node


def test_messages_are_made_in_their_modules_only(sources):
    makes = {file: list(calls(tree, "Message")) for file, tree in sources.items()}
    assert {file for file, made in makes.items() if made} == {Path(module.__file__) for module in MAKERS}
    assert len(list(makers())) == sum(map(len, makes.values()))


def test_only_messages_are_sent(sources):
    senders = {file.name for file, tree in sources.items() if list(calls(tree, "publish"))}
    assert senders - {"handler.py"} == {"notifications.py"}  # the handler's publish is that of datasets


def test_words_of_a_mail_are_made_in_one_module_only(sources):
    assert {file.name for file, tree in sources.items() if list(calls(tree, "Words"))} == {"message_text.py"}


def test_arguments_of_a_shell_are_quoted_in_one_module_only(sources):
    knowing = {
        file.name
        for file, tree in sources.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        and "shlex" in (*(alias.name for alias in node.names), getattr(node, "module", ""))
    }
    assert knowing == {"shell_commands.py"}


def test_templates_are_literals(sources):
    for file, tree in sources.items():
        if file.parent.name != "messages" or file.name == "message_text.py":
            continue
        for call in calls(tree, "words", "subject", "command"):
            template = call.args[1] if getattr(call.func, "id", "") == "subject" else call.args[0]
            values = template.values if isinstance(template, ast.JoinedStr) else [template]
            named = [value.value for value in values if isinstance(value, ast.FormattedValue)]
            assert all(isinstance(value, ast.Constant | ast.FormattedValue) for value in values), file
            assert all(isinstance(name, ast.Name) and name.id.isupper() for name in named), file


@every_message
@pytest.mark.parametrize("reason", REASONS)
def test_foreign_text_arrives_and_does_no_harm(function, reason):
    message, plain = made(function, HOSTILE, reason), made(function, PLAIN, reason)
    harmless = printable(HOSTILE)
    assert harmless in message.text
    assert message.subject.isprintable()
    lines, plain_lines = message.text.split("\n"), plain.text.split("\n")
    assert all(line.isprintable() for line in lines)
    assert len(lines) == len(plain_lines)
    for line, known in zip(lines, plain_lines, strict=True):
        assert not line.startswith(MARK)
        assert line.startswith(known.partition(PLAIN)[0].partition("'")[0])


@every_message
def test_a_subject_keeps_our_own_words_however_long_a_name_is(function):
    for text in (HOSTILE, LONG):
        shown = as_subject(made(function, text).subject)
        assert len(shown) < 100
        assert shown.startswith(f"[{MARK}")
        words = made(function, PLAIN).subject.replace(PLAIN, "").split()[-1]
        assert words in shown


@every_message
def test_a_message_fits_into_sns_however_long_its_parts_are(function):
    assert len(made(function, LONG).text.encode()) < 200_000
    assert MARK in made(function, LONG).text


@pytest.fixture
def shell(tmp_path, monkeypatch):
    """Runs a line in a shell where every command that is offered writes down what it is given."""
    stubs, work = tmp_path / "stubs", tmp_path / "work"
    stubs.mkdir()
    work.mkdir()
    for name in COMMANDS:
        stub = stubs / name
        stub.write_text(f'#!/bin/sh\nprintf "%s\\0" "${{0##*/}}" "$@" >> {tmp_path / "said"}\n')
        stub.chmod(0o755)
    monkeypatch.setenv("PATH", f"{stubs}{os.pathsep}{os.environ['PATH']}")

    def run(line, with_shell="bash"):
        (tmp_path / "said").write_text("")
        subprocess.run([with_shell, "-c", line], cwd=work, check=True, timeout=PATIENCE)
        assert list(work.iterdir()) == []
        return (tmp_path / "said").read_bytes().decode(errors="surrogateescape").split("\0")[:-1]

    return run


def commands_in(text):
    return [line for line in text.split("\n") if line.split(" ")[0] in COMMANDS]


def texts_in(value):
    """All texts of an argument, of the JSON in it too."""
    try:
        found = json.loads(value)
    except (TypeError, ValueError):
        found = None
    if isinstance(found, dict | list):
        value = found
    if isinstance(value, dict):
        return [text for each in value.values() for text in texts_in(each)]
    return [text for each in value for text in texts_in(each)] if isinstance(value, list) else [str(value)]


@every_message
@pytest.mark.parametrize("with_shell", ["bash", "sh"])
def test_commands_get_their_arguments_as_they_are_and_run_nothing_else(function, with_shell, shell):
    text = HOSTILE if with_shell == "bash" else "".join(filter(str.isprintable, HOSTILE))
    for line in commands_in(made(function, text).text):
        said = shell(line, with_shell)
        assert said[0] == line.split(" ")[0]
        assert said.count(said[0]) == 1
        assert any(text in given for argument in said[1:] for given in texts_in(argument))


def test_some_messages_offer_commands():
    offered = {line.split(" ")[1] for maker in makers() for line in commands_in(made(maker, HOSTILE).text)}
    assert offered == {"events", "sagemaker", "s3", "stepfunctions", "redrive"}


@pytest.mark.parametrize("name", [name for name in ("bash", "zsh", "ksh") if shutil.which(name)])
@pytest.mark.parametrize("value", [HOSTILE, "", "a b", "-n", "~", "*", "!x", "\x01" * 3 + "7", "é\udce9'"])
def test_a_shell_command_carries_any_value(shell, name, value):
    assert shell(shell_command("aws", value, "end"), name) == ["aws", value, "end"]
