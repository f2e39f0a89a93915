"""House rules that a machine can hold: short functions and files, thin handlers, imports that run one way."""

import ast
import statistics
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LIBRARY = ROOT / "lambdas" / "groundtrain"
FILES = sorted(file for folder in ("lambdas", "stacks", "local") for file in (ROOT / folder).rglob("*.py"))
LAYERS = (  # lowest first; a module imports only from its own layer and those below
    (
        "durations",
        "decoding",
        "errors",
        "foreign_text",
        "shell_commands",
        "quantities",
        "observability",
        "validation_messages",
    ),
    ("named_files", "nearest"),
    ("settings", "events"),
    ("manifest",),
    ("images", "dataset"),
    ("training", "exchange", "merging"),
    ("checking", "environments"),
    ("report",),
    ("aws",),
    ("pipeline",),
    ("cli",),
)
LAYER = {name: layer for layer, names in enumerate(LAYERS) for name in names}


def lengths(file: Path) -> Iterator[tuple[int, str]]:
    """Lines of each function without its docstring, and its name."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef):
            first = node.body[1] if ast.get_docstring(node) and len(node.body) > 1 else node.body[0]
            yield (node.end_lineno or 0) - first.lineno + 1, f"{file.relative_to(ROOT)}: {node.name}"


def imports(file: Path) -> Iterator[str]:
    """Packages of the library that the file imports from."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("groundtrain"):
            names = (node.module or "").split(".")[1:2] or [alias.name for alias in node.names]
            yield from names


def package(file: Path) -> str:
    return file.relative_to(LIBRARY).parts[0].removesuffix(".py")


def test_functions_are_short() -> None:
    found = [length for file in FILES for length in lengths(file)]
    assert statistics.median(length for length, _ in found) < 10
    assert [name for length, name in found if length > 40] == []


def test_a_file_fits_a_look() -> None:
    assert [str(file) for file in FILES if len(file.read_text("utf-8").splitlines()) > 260] == []


@pytest.mark.parametrize(
    "handler", sorted((ROOT / "lambdas").glob("*/handler.py")), ids=lambda f: f.parent.name
)
def test_handlers_are_thin(handler: Path) -> None:
    assert len(handler.read_text("utf-8").splitlines()) <= 100
    assert "boto3" not in handler.read_text("utf-8")


def test_every_package_has_a_layer() -> None:
    packages = {package(file) for file in LIBRARY.rglob("*.py")} - {"__init__"}
    assert packages == LAYER.keys()


def test_imports_go_down_the_layers() -> None:
    wrong = [
        f"{file.relative_to(LIBRARY)} imports {name}"
        for file in LIBRARY.rglob("*.py")
        for name in imports(file)
        if name in LAYER and package(file) in LAYER and LAYER[name] > LAYER[package(file)]
    ]
    assert wrong == []


def test_only_the_adapters_know_boto3() -> None:
    elsewhere = {
        package(file)
        for file in LIBRARY.rglob("*.py")
        if any(line.startswith(("import boto", "from boto")) for line in file.read_text("utf-8").splitlines())
    }
    assert elsewhere == {"aws"}
