"""What is public, which changes only on purpose: names, arguments, fields; and that loading it is quick."""

import ast
import inspect
import os
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, get_args, get_type_hints

import msgspec
import pytest

import groundtrain as gt
from groundtrain.api.check import Purpose
from groundtrain.training.algorithms.registry import PURPOSES
from tests.command_tree import commands

ROOT = Path(__file__).parents[3]
INTERFACE = Path(__file__).with_name("interface.txt")
HEAVY = ("aws_cdk", "boto3", "botocore", "click", "numpy", "pandas", "PIL", "rich", "sagemaker", "yaml")
FUNCTIONS = ("check", "convert", "merge", "rehearse", "report")
ONLY_PRINTED = {"form", "statistics", "no_settings"}  # what a command prints; functions give all of it


def described() -> Iterator[str]:
    """Functions, and records with their fields, as they are written."""
    for name in gt.__all__:
        public = getattr(gt, name)
        if inspect.isfunction(public):
            (function,) = parsed(public).body
            assert isinstance(function, ast.FunctionDef)
            assert function.returns is not None
            yield f"{name}({ast.unparse(function.args)}) -> {ast.unparse(function.returns)}"
        elif name not in ("Label", "__version__"):
            yield name
    yield ""
    for record in sorted(records(), key=lambda kind: kind.__name__):
        yield record.__name__
        (definition,) = parsed(record).body
        assert isinstance(definition, ast.ClassDef)
        yield from (f"    {ast.unparse(one)}" for one in definition.body if isinstance(one, ast.AnnAssign))


def parsed(public: object) -> ast.Module:
    return ast.parse(textwrap.dedent(inspect.getsource(public)))  # type: ignore[arg-type]


def records() -> set[type[msgspec.Struct]]:
    """What functions give, and what that is made of."""
    found: set[type[msgspec.Struct]] = set()
    left: list[Any] = [getattr(gt, name) for name in gt.__all__ if name != "__version__"]
    while left:
        kind = left.pop()
        left += get_args(kind)
        if inspect.isclass(kind) and issubclass(kind, msgspec.Struct) and kind not in found:
            found.add(kind)
            left += get_type_hints(kind).values()
    return found


def test_the_interface_is_the_one_that_was_published() -> None:
    """A change here is one for everybody's programs; write the new text to interface.txt if it is meant."""
    assert "\n".join(described()) + "\n" == INTERFACE.read_text("utf-8")


def parameters_of(function: Callable[..., Any]) -> set[str]:
    return set(inspect.signature(function).parameters)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_takes_what_its_command_takes(name: str) -> None:
    options = {str(parameter.name) for parameter in commands()[(name,)].params} - ONLY_PRINTED
    parameters = parameters_of(getattr(gt, name))
    of_one = {"manifests"} if name in ("check", "convert") else set()
    assert options - of_one == parameters - ({"manifest"} if of_one else set())


@pytest.mark.parametrize("name", FUNCTIONS)
def test_defaults_are_those_of_the_command(name: str) -> None:
    parameters = inspect.signature(getattr(gt, name)).parameters
    for option in commands()[(name,)].params:
        known = parameters.get(str(option.name))
        if known is not None and isinstance(option.default, str | int) and option.default is not False:
            assert str(known.default) == str(option.default)


def test_purposes_are_those_that_there_are() -> None:
    assert set(Purpose.__args__) == set(PURPOSES)


def test_all_is_listed_once_and_there() -> None:
    assert len(set(gt.__all__)) == len(gt.__all__)
    assert dir(gt) == sorted(gt.__all__)


def test_what_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'chekc'"):
        gt.chekc  # noqa: B018


def test_every_argument_is_explained() -> None:
    for name in (*FUNCTIONS, "read"):
        function = getattr(gt, name)
        text = inspect.getdoc(function) or ""
        assert [one for one in parameters_of(function) if f"\n    {one}: " not in text] == []


def told_by_python(*arguments: str) -> str:
    environment = os.environ | {"PYTHONPATH": str(ROOT / "lambdas")}
    done = subprocess.run(
        [sys.executable, *arguments], env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_importing_loads_nothing_and_using_loads_nothing_heavy() -> None:
    code = f"""
import sys
before = set(sys.modules)
import groundtrain
print(sorted(set(sys.modules) - before))
[getattr(groundtrain, name) for name in groundtrain.__all__]
print([name for name in {HEAVY!r} if name in sys.modules])
"""
    assert told_by_python("-c", code).splitlines() == ["['groundtrain']", "[]"]


def test_the_package_says_that_it_is_typed() -> None:
    assert (Path(gt.__file__).parent / "py.typed").exists()


def test_the_module_is_the_command_line() -> None:
    assert told_by_python("-m", "groundtrain", "--version") == f"groundtrain {gt.__version__}"
