"""Read the readable templates at a commit, and in the working tree."""

import json
import subprocess
from pathlib import Path
from typing import Any

from groundtrain.errors import GroundtrainError
from stacks.bundling import CHECK_IMAGES, LEFT_OUT

COPIES = Path("cdk.out", "review")  # of every template, readable, committed

Templates = dict[str, Any]  # by file name, such as "dev-storage.json"

_IN_THE_BUNDLE = (
    "lambdas",
    "requirements/lambda.txt",
    "requirements/lambda-images.txt",
    "stacks/bundling.py",
    *(
        f":(exclude,glob)lambdas/**/{name}{within}"
        for name in LEFT_OUT
        for within in ("", "/**")
        if name != CHECK_IMAGES
    ),
)


class BaseError(GroundtrainError):
    """The commit to compare with does not exist."""


def read_folder(folder: Path) -> Templates:
    """Every template of a folder."""
    return {file.name: json.loads(file.read_text("utf-8")) for file in sorted(folder.glob("*.json"))}


def fork_point(root: Path, base: str) -> str:
    """The commit at which the reviewed branch left `base` (git merge-base).

    Raises:
        BaseError: git knows no such commit, or none in common.
    """
    try:
        return _git(root, "merge-base", base, "HEAD").strip()
    except subprocess.CalledProcessError as error:
        reason = error.stderr.strip() or "it shares no commit with HEAD"
        raise BaseError(
            f"BASE={base}: {reason}", fix="name a branch that is here; git fetch may help"
        ) from error


def read_commit(root: Path, commit: str) -> Templates:
    """Every template that was committed there."""
    folder = f"{COPIES.as_posix()}/"
    names = _git(root, "ls-tree", "--name-only", commit, folder).split()
    return {
        Path(name).name: json.loads(_git(root, "show", f"{commit}:{name}"))
        for name in names
        if name.endswith(".json")
    }


def changed_in_bundle(root: Path, commit: str) -> list[str]:
    """Files that differ since the commit and go into a bundle of the functions."""
    return _git(root, "diff", "--name-only", commit, "--", *_IN_THE_BUNDLE).splitlines()


def _git(root: Path, *arguments: str) -> str:
    done = subprocess.run(  # noqa: S603  git, with revisions that the caller names
        ["git", *arguments],  # noqa: S607  git is where the caller's PATH has it
        cwd=root,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    return done.stdout
