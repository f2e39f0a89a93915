"""House rules that a machine can hold: short functions and files, thin handlers, imports that run one way."""

import ast
import functools
import json
import re
import statistics
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LIBRARY = ROOT / "lambdas" / "groundtrain"
FILES = sorted(
    file
    for folder in ("lambdas", "containers", "stacks", "template_review", "local")
    for file in (ROOT / folder).rglob("*.py")
)
LAYERS = (  # lowest first; a module imports only from its own layer and those below
    (
        "child_processes",
        "dates",
        "durations",
        "errors",
        "progress_reporter",
        "observability",
        "printable_text",
        "quantities",
        "record_keys",
        "shell_commands",
    ),
    ("closest_spelling", "input_files", "json_pieces", "json_text", "output_files", "s3_addresses"),
    ("rules", "events"),
    ("settings",),
    ("manifest",),
    ("images", "dataset"),
    ("training", "formats", "merging", "pipe", "evaluation"),
    ("relabeling", "predictions"),
    ("gate",),
    ("linting", "rehearsal", "reporting"),
    ("output",),
    ("aws",),
    ("pipeline",),
    ("preflight", "publishing"),
    ("calls",),
    ("api",),
    ("check_images", "convert_manifest", "start_training", "record_outcome", "sweep"),
    ("containers",),
    ("stacks",),
    ("template_review",),
    ("local",),
    ("cli",),
    ("__main__",),
)
LAYER = {name: layer for layer, names in enumerate(LAYERS) for name in names}
FLOORS = {  # of folders that have floors of their own, lowest first
    "local": (
        ("asgi", "guard"),
        ("ministack_internals", "ministack_resources", "processes", "request_log"),
        ("embedded_aws", "sagemaker"),
        ("step_functions",),
        ("asgi_application", "cdk", "finish_labeling_job"),
        ("server",),
        ("demo",),
    ),
    "stacks": (
        ("bundling", "environment_stack", "environments", "nag", "readable_template", "regions"),
        ("storage", "bundle_contents"),
        ("resource_arns",),
        ("permissions",),
        ("pipeline",),
        ("monitoring", "warnings"),
        ("deployment",),
        ("commands",),
        ("acceptance",),
    ),
    "template_review": (
        ("template_versions",),
        ("difference",),
        ("notes",),
        ("sections",),
        ("assessment", "resource_list"),
        ("markdown",),
        ("review_examples", "template_copies"),
        ("__main__", "synthesis"),
    ),
}


@functools.cache
def parsed(file: Path) -> ast.Module:
    return ast.parse(file.read_text("utf-8"))


def lengths(file: Path) -> Iterator[tuple[int, str]]:
    """Lines of each function without its docstring, and its name."""
    for node in ast.walk(parsed(file)):
        if isinstance(node, ast.FunctionDef):
            first = node.body[1] if ast.get_docstring(node) and len(node.body) > 1 else node.body[0]
            yield (node.end_lineno or 0) - first.lineno + 1, f"{file.relative_to(ROOT)}: {node.name}"


def imports(file: Path) -> Iterator[str]:
    """Rooms that the file imports from, anywhere in it."""
    for node in ast.walk(parsed(file)):
        if isinstance(node, ast.ImportFrom):
            first, *rest = (node.module or "").split(".")
            yield from (
                (rest[:1] or [alias.name for alias in node.names]) if first == "groundtrain" else [first]
            )
        elif isinstance(node, ast.Import):
            names = [alias.name.split(".") for alias in node.names]
            yield from (name[1] if name[0] == "groundtrain" and name[1:] else name[0] for name in names)


def imports_within(folder: str, file: Path) -> Iterator[str]:
    """Modules and packages directly below a folder that the file imports from."""
    for node in ast.walk(parsed(file)):
        if isinstance(node, ast.ImportFrom) and node.module:
            first, *rest = node.module.split(".")
            if first == folder:
                yield from rest[:1] or [alias.name for alias in node.names]


def room(file: Path) -> str:
    """A package or module of the library, or else a folder of functions, stacks or local."""
    within = file.relative_to(LIBRARY if file.is_relative_to(LIBRARY) else ROOT).parts
    return (within[1] if within[0] == "lambdas" else within[0]).removesuffix(".py")


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


def test_every_room_has_a_layer() -> None:
    assert {room(file) for file in FILES} - {"__init__"} == LAYER.keys()


def test_imports_go_down_the_layers() -> None:
    wrong = [
        f"{file.relative_to(ROOT)} imports {name}"
        for file in FILES
        for name in imports(file)
        if name in LAYER and room(file) in LAYER and LAYER[name] > LAYER[room(file)]
    ]
    assert wrong == []


@pytest.mark.parametrize("folder", FLOORS)
def test_imports_go_down_the_floors_within(folder: str) -> None:
    floor = {name: number for number, names in enumerate(FLOORS[folder]) for name in names}
    files = [file for file in (ROOT / folder).rglob("*.py") if file != ROOT / folder / "__init__.py"]
    within = {file: file.relative_to(ROOT / folder).parts[0].removesuffix(".py") for file in files}
    assert set(within.values()) == floor.keys()
    wrong = [
        f"{file.relative_to(ROOT)} imports {name}"
        for file in files
        for name in imports_within(folder, file)
        if floor[name] > floor[within[file]]
    ]
    assert wrong == []


def test_every_package_says_in_a_sentence_what_it_is() -> None:
    silent = [
        str(file.relative_to(ROOT))
        for file in FILES
        if file.name == "__init__.py" and not (ast.get_docstring(parsed(file)) or "").endswith(".")
    ]
    assert silent == []


def test_only_the_adapters_know_boto3() -> None:
    elsewhere = {
        room(file)
        for file in LIBRARY.rglob("*.py")
        if any(line.startswith(("import boto", "from boto")) for line in file.read_text("utf-8").splitlines())
    }
    assert elsewhere == {"aws"}


def documented_arguments(file: Path) -> Iterator[tuple[str, str, set[str]]]:
    """Each argument that a docstring's "Args" lists: where, its name, the parameters that there are."""
    for node in ast.walk(parsed(file)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            where = f"{file.relative_to(ROOT)}: {node.name}"
            section = (ast.get_docstring(node) or "").partition("Args:\n")[2].partition("\n\n")[0]
            for names in re.findall(r"^    ([\w, ]+?)(?: \(.*?\))?:", section, re.MULTILINE):
                yield from ((where, name.strip(), parameters(node)) for name in names.split(","))


def fields_of(tree: ast.AST) -> set[str]:
    annotated = (it.target for it in ast.walk(tree) if isinstance(it, ast.AnnAssign))
    return {target.id for target in annotated if isinstance(target, ast.Name)}


def parameters(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> set[str]:
    """Of a function, or of how a class is made: its constructor or its fields."""
    if isinstance(node, ast.ClassDef):
        fields = {
            it.target.id
            for it in node.body
            if isinstance(it, ast.AnnAssign) and isinstance(it.target, ast.Name)
        }
        made = [it for it in node.body if isinstance(it, ast.FunctionDef) and it.name == "__init__"]
        return fields.union(*map(parameters, made))
    arguments = node.args
    listed = (
        *arguments.posonlyargs,
        *arguments.args,
        *arguments.kwonlyargs,
        arguments.vararg,
        arguments.kwarg,
    )
    return {argument.arg for argument in listed if argument is not None}


def test_docstrings_list_arguments_that_there_are() -> None:
    listed = [entry for file in FILES for entry in documented_arguments(file)]
    assert len(listed) > 50
    assert [f"{where} lists {name}" for where, name, known in listed if name not in known] == []


def words_of(file: Path, *fields: str) -> set[str]:
    """Words of a file's code, from these fields of its syntax tree; not of docstrings."""
    docstrings = {id(node.value) for node in ast.walk(parsed(file)) if isinstance(node, ast.Expr)}
    nodes = (node for node in ast.walk(parsed(file)) if id(node) not in docstrings)
    values = (getattr(node, field, None) for node in nodes for field in fields)
    return {word for value in values if isinstance(value, str) for word in re.split(r"[.-]", value)}


def docstrings_of(file: Path) -> Iterator[str]:
    documented = ast.Module | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    for node in ast.walk(parsed(file)):
        if isinstance(node, documented):
            yield ast.get_docstring(node) or ""


def test_docstrings_quote_only_names_that_there_are() -> None:
    """Of the same file, or else of a function, class, field or module elsewhere, or a word that is a text."""
    elsewhere = {word for file in FILES for word in (file.stem, file.parent.name)}
    elsewhere |= {word for file in FILES for word in words_of(file, "name", "module", "value")}
    elsewhere |= {field for file in FILES for field in fields_of(parsed(file))}
    quoted = [
        f"{file.relative_to(ROOT)}: {word}"
        for file in FILES
        for text in docstrings_of(file)
        for word in re.findall(r"`(\w+)`", text)
        if word not in elsewhere and word not in words_of(file, "id", "attr", "arg")
    ]
    assert quoted == []


DOMAIN = (
    "output_files.py",
    "rules",
    "settings",
    "manifest",
    "images",
    "dataset",
    "training",
    "formats",
    "merging",
    "relabeling",
    "gate",
    "linting",
    "reporting",
    "output",
)
WRITING = {"mkdir", "mkdtemp", "rename", "replace", "rmtree", "unlink", "write_bytes", "write_text"}


def writes_files(file: Path) -> bool:
    """Whether a file or folder is made, moved or deleted there; texts have a `replace` too, so only os's."""
    for node in ast.walk(parsed(file)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            called, on = node.func.attr, node.func.value
            mode = [
                it.value for it in node.args if isinstance(it, ast.Constant) and it.value in ("w", "wb", "xb")
            ]
            of_os = isinstance(on, ast.Name) and on.id == "os"
            if (called in WRITING and (called != "replace" or of_os)) or (called == "open" and mode):
                return True
    return False


def test_domain_code_writes_files_in_the_modules_that_contributing_names() -> None:
    writing = {str(f.relative_to(LIBRARY)) for f in FILES if f.is_relative_to(LIBRARY) and writes_files(f)}
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    named = set(re.findall(r"`([\w/]+\.py)`", text.partition("Files are written in")[2].partition("\n")[0]))
    assert named == {file for file in writing if file.split("/")[0] in DOMAIN}


def test_every_dependency_has_its_reason_in_the_decisions() -> None:
    reasons = (ROOT / "docs" / "decisions.md").read_text("utf-8")
    listed = "\n".join(file.read_text("utf-8") for file in (ROOT / "requirements").glob("*.in"))
    names = re.findall(r"^([A-Za-z][\w-]*)", listed, re.MULTILINE)
    node = json.loads((ROOT / "package.json").read_text("utf-8"))["devDependencies"]
    assert len(names) > 20
    bold = re.findall(r"\*\*(.+?)\*\*", reasons)
    known = {word.strip(",.") for text in bold for word in text.split()}
    assert [name for name in (*names, *node) if name not in known] == []


def test_no_two_files_of_one_test_run_share_a_name() -> None:
    of_its_own = ROOT / "tests" / "detector"
    files = [file for file in (ROOT / "tests").rglob("test_*.py") if of_its_own not in file.parents]
    names = [file.name for file in files if not (file.parent / "__init__.py").exists()]
    assert not {name for name in names if names.count(name) > 1}, "outside packages pytest takes one of each"


def test_no_file_holds_the_marks_of_an_unfinished_merge() -> None:
    folders = ("docs", "lambdas", "containers", "stacks", "template_review", "local", "tests", "benchmarks")
    written = (file for folder in folders for file in (ROOT / folder).rglob("*.*"))
    marked = re.compile(rb"^(<{7}|>{7}) ", re.MULTILINE)
    files = [file for file in (*ROOT.glob("*.*"), *written) if file.is_file()]
    assert [file.name for file in files if marked.search(file.read_bytes())] == []
