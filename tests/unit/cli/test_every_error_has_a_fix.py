"""Each error that the command line raises says what there is, what was given, and the next step."""

import ast
import errno
import importlib
import json
import os
from collections.abc import Callable, Iterator
from inspect import isclass
from pathlib import Path
from types import SimpleNamespace

import pytest

from groundtrain.errors import GroundtrainError
from groundtrain.images.image_file import ImageError
from groundtrain.input_files import fix_for
from local.demo.workspace import DirectoryTakenError, only_demo_in
from tests.manifest_lines import dump, manifest_of

Say = Callable[..., SimpleNamespace]
ROOT = Path(__file__).parents[3]
FOLDERS = {"groundtrain": ROOT / "lambdas", "local": ROOT}


def modules() -> Iterator[tuple[str, Path]]:
    for package, top in FOLDERS.items():
        for file in sorted((top / package).rglob("*.py")):
            yield ".".join(file.relative_to(top).with_suffix("").parts).removesuffix(".__init__"), file


def errors_without_fix(name: str, file: Path) -> Iterator[str]:
    module = importlib.import_module(name)
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            kind = getattr(module, node.func.id, None)
            for_people = isclass(kind) and issubclass(kind, GroundtrainError)
            has_fix = any(keyword.arg in ("fix", None) for keyword in node.keywords)
            if for_people and not issubclass(kind, ImageError) and not has_fix:
                yield f"{file.name}:{node.lineno}: {ast.unparse(node)[:80]}"


def test_every_error_for_people_is_made_with_a_fix() -> None:
    """But for images, whose errors become findings, which have the fix of their rule."""
    found = [wrong for name, file in modules() for wrong in errors_without_fix(name, file)]
    assert found == []


def test_every_refusal_of_the_system_has_a_fix() -> None:
    for number in errno.errorcode:
        assert fix_for(OSError(number, os.strerror(number)))


@pytest.mark.parametrize(
    ("call", "words", "fix"),
    [
        ("inspect a.manifest --draw p.png --line 999", "no record on line 999", "it has 60 lines"),
        ("inspect a.manifest --draw p.png --sheet 2 --class bus", 'has no class "bus"', "name one of"),
        (
            "inspect a.manifest --draw p.png --sheet 2 --rejected",
            "no such line",
            "leave --rejected out",
        ),
        (
            "check a.manifest --settings dev.toml",
            "expected a number < 1.0, got 1.5",
            "correct it",
        ),
        ("convert a.manifest --output o --validation 1.5", "1.5 is not in the range", "--help"),
        ("check none", "there is no such file", "check the path"),
        ("train none", "there is no such file", "check the path"),
    ],
)
def test_a_refusal_says_what_there_is_and_what_to_do(say: Say, call: str, words: str, fix: str) -> None:
    about = {"class-name": "a", "type": "groundtruth/image-classification"}
    line = {"source-ref": "s3://b/a.jpg", "kind": 0, "kind-metadata": about}
    manifest_of(Path("c"), dump(line)).path.rename("classes.manifest")
    Path("dev.toml").write_text('region = "eu-west-1"\n[dataset]\nvalidation = 1.5\n')
    said = say(*call.split())
    assert said.code in (1, 2)
    assert words in said.err
    assert "    fix: " in said.err
    assert fix in said.err.partition("    fix: ")[2]
    error = json.loads(say(*call.split(), "--format", "json").out)["error"]
    assert fix in error["fix"]


def test_a_demonstration_where_nothing_may_be_written_says_where_to_run_it(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with (
        pytest.raises(DirectoryTakenError, match="run the demo in a directory that you may write to"),
        only_demo_in(tmp_path / "file" / "demo"),
    ):
        pass
