"""Write readable copies of all templates to cdk.out/review, committed so that reviewers see what changes.

`python -m template_review.template_copies` writes them; `--check` fails when one is stale, missing or left
over.
Noise is removed: asset hashes, CDK's metadata, the bootstrap version.
"""

import argparse
import difflib
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import aws_cdk as cdk

from groundtrain.errors import GroundtrainError
from groundtrain.settings.environment import Environment
from stacks.bundling import Bundles
from stacks.deployment import deploy_environments
from stacks.environments import load_environments
from stacks.readable_template import normalise
from template_review.template_versions import COPIES

ROOT = Path(__file__).parents[1]
_SHOWN = 60  # lines of a difference


def synthesize(environments: Iterable[Environment], into: Path, functions: Path) -> dict[str, Path]:
    """Synthesize without CDK's own validation, which `cdk synth` runs.

    Returns:
        The template's file by the stack's path, such as "dev/storage".
    """
    context = json.loads((ROOT / "cdk.json").read_text("utf-8"))["context"]
    app = cdk.App(outdir=str(into), context=context, builtin_cloud_formation_validation=False)
    deploy_environments(app, environments, Bundles(functions, functions))
    stages = [nested.nested_assembly for nested in app.synth().nested_assemblies]
    return {
        stack.hierarchical_id: Path(stack.template_full_path) for stage in stages for stack in stage.stacks
    }


def copies_of(templates: Mapping[str, Path]) -> dict[str, str]:
    """The readable copy of each template, by its file name, such as "dev-storage.json"."""
    return {f"{stack.replace('/', '-')}.json": _copy(file) for stack, file in sorted(templates.items())}


def write_copies(copies: Mapping[str, str], folder: Path) -> None:
    """Make the folder hold exactly these copies."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in _committed(folder).keys() - copies.keys():
        (folder / name).unlink()
    for name, text in copies.items():
        (folder / name).write_text(text, "utf-8", newline="\n")


def differences(copies: Mapping[str, str], folder: Path) -> Iterator[str]:
    """The files of the folder that are not up to date, one text for each."""
    committed = _committed(folder)
    for name in sorted(copies.keys() | committed.keys()):
        if name not in committed:
            yield f"{name}: missing"
        elif name not in copies:
            yield f"{name}: left over from a stack that is no more"
        elif copies[name] != committed[name]:
            yield f"{name}: stale\n{_difference(committed[name], copies[name])}"


def main(arguments: list[str] | None = None) -> int:
    """Write the copies; with --check, return 1 if they are not up to date."""
    parser = argparse.ArgumentParser(prog="python -m template_review.template_copies", description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare only; exit code 1 when they differ")
    check = parser.parse_args(arguments).check
    try:
        copies = _copies_of_this_repository()
    except GroundtrainError as error:
        sys.stderr.write(f"groundtrain: {error}\n")
        return 1
    if not check:
        write_copies(copies, ROOT / COPIES)
        return 0
    wrong = list(differences(copies, ROOT / COPIES))
    if wrong:
        advice = f"{COPIES} is not up to date: run make synth and commit it"  # last, as differences are long
        sys.stderr.write("\n".join([*wrong, advice, ""]))
    return 1 if wrong else 0


def _copies_of_this_repository() -> dict[str, str]:
    environments = load_environments(ROOT / "environments")
    with TemporaryDirectory() as scratch:
        functions = Path(scratch, "functions")
        functions.mkdir()  # empty: the copies don't show what is in the bundle
        return copies_of(synthesize(environments, Path(scratch, "assembly"), functions))


def _copy(template: Path) -> str:
    shown = normalise(json.loads(template.read_text("utf-8")))
    return json.dumps(shown, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def _committed(folder: Path) -> dict[str, str]:
    return {file.name: file.read_text("utf-8") for file in folder.glob("*") if file.is_file()}


def _difference(old: str, new: str) -> str:
    lines = list(
        difflib.unified_diff(old.splitlines(), new.splitlines(), "committed", "synthesized", "", "", 2, "")
    )
    more = [f"… and {len(lines) - _SHOWN} more lines"] if len(lines) > _SHOWN else []
    return "\n".join([*lines[:_SHOWN], *more])


if __name__ == "__main__":
    sys.exit(main())
