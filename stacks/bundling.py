"""Bundle the functions' code: the packages in lambdas/ and wheels for Lambda's platform, without Docker.

All functions share this bundle. CDK gets the finished directory and hashes its paths and contents, so that
the hash is the same on every machine and changes exactly when the bundle does. (A hash of the sources would
miss a change of architecture, Python version or wheels.)
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from groundtrain.errors import GroundtrainError

PLATFORMS = {
    "lambda": ("--python-platform", "aarch64-manylinux2014", "--python-version", "3.14"),
    "host": ("--python", sys.executable),
}
_OF_THE_COMMAND_LINE = (
    *("api", "calls", "cli", "evaluation", "formats", "merging", "pipe"),
    *("predictions", "preflight", "publishing", "rehearsal", "relabeling"),
    "__main__.py",
    "check.py",
    "compared_predictions.py",
    "drawn_detections.py",
    "linter.py",
    "pictures",
    "predictions_report.py",
    "rehearsal_report.py",
    "thumbnails.py",
)
LEFT_OUT = (*_OF_THE_COMMAND_LINE, "examples", "__pycache__", "*.pyc", ".*")
_NAMES_THIS_MACHINE = ("RECORD", "INSTALLER", "REQUESTED", "direct_url.json")


class BundlingError(GroundtrainError):
    """The functions' bundle could not be built."""


def bundle_functions(root: Path, into: Path, platform: str = "lambda") -> Path:
    """Fill the directory `into` with everything the functions need, and return it.

    Args:
        root: the repository.
        into: an existing, empty directory.
        platform: "lambda" (arm64, Python 3.14) or "host", the interpreter at hand, for the embedded AWS.

    Raises:
        BundlingError: the platform is unknown, uv is missing, or a wheel is not available.
    """
    if platform not in PLATFORMS:
        raise BundlingError(f"bundle={platform}: no such platform", fix=f"use one of {', '.join(PLATFORMS)}")
    _install_wheels(root / "requirements" / "lambda.txt", into, PLATFORMS[platform])
    _drop_what_differs_by_machine(into)
    shutil.copytree(root / "lambdas", into, ignore=shutil.ignore_patterns(*LEFT_OUT), dirs_exist_ok=True)
    return into


def _install_wheels(lock: Path, into: Path, platform: tuple[str, ...]) -> None:
    """Install from uv's cache if it has all wheels, else from the index; hashes are checked in both cases."""
    command = [_find_uv(), "pip", "install", "--quiet", "--target", str(into), *platform]
    command += ["--only-binary", ":all:", "--no-deps", "--require-hashes", "--no-compile-bytecode"]
    command += ["-r", str(lock)]
    for reach in (["--offline"], []):
        done = subprocess.run([*command, *reach], capture_output=True, text=True, check=False)  # noqa: S603 (our own command)
        if not done.returncode:
            return
    raise BundlingError(f"{lock.name}: uv could not install the wheels: {done.stderr.strip()}")


def _find_uv() -> str:
    beside_python = str(Path(sys.executable).parent)
    uv = shutil.which("uv", path=os.pathsep.join((beside_python, os.environ.get("PATH", ""))))
    if uv is None:
        raise BundlingError("uv is neither in .venv nor on PATH", fix="run make setup")
    return uv


def _drop_what_differs_by_machine(bundle: Path) -> None:
    for name in _NAMES_THIS_MACHINE:
        for record in bundle.glob(f"*.dist-info/{name}"):
            record.unlink()
    (bundle / ".lock").unlink(missing_ok=True)
    shutil.rmtree(bundle / "bin", ignore_errors=True)  # scripts start with the path of an interpreter


if __name__ == "__main__":
    bundle_functions(Path(__file__).parents[1], Path(sys.argv[1]))
