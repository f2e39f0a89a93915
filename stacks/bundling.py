"""Bundle the functions' code: the packages in lambdas/ and wheels for Lambda's platform, without Docker.

All functions share one bundle but check_images, which decodes images: its own has Pillow, and of our files
only those that it may import. CDK gets the finished directory and hashes its paths and contents, so that the
hash is the same on every machine and changes exactly when the bundle does. (A hash of the sources would
miss a change of architecture, Python version or wheels.)
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from modulefinder import ModuleFinder
from pathlib import Path
from typing import NamedTuple

from groundtrain.errors import GroundtrainError

PLATFORMS = {
    "lambda": ("--python-platform", "aarch64-manylinux2014", "--python-version", "3.14"),
    "host": ("--python", sys.executable),
}
_WITH_PILLOW = {  # its wheels ask for glibc 2.28, and Amazon Linux 2023 below python3.14 has 2.34
    **PLATFORMS,
    "lambda": ("--python-platform", "aarch64-manylinux_2_28", "--python-version", "3.14"),
}
CHECK_IMAGES = "check_images"
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
_OF_NO_FUNCTION = (*_OF_THE_COMMAND_LINE, "examples", "__pycache__", "*.pyc", ".*")
LEFT_OUT = (*_OF_NO_FUNCTION, CHECK_IMAGES)
_NAMES_THIS_MACHINE = ("RECORD", "INSTALLER", "REQUESTED", "direct_url.json")


class BundlingError(GroundtrainError):
    """The functions' bundle could not be built."""


class Bundles(NamedTuple):
    """The directories of the bundles; that of check_images only where an environment has the function."""

    functions: Path
    check_images: Path | None = None


def make_bundles(root: Path, into: Path, platform: str = "lambda", *, check_images: bool = True) -> Bundles:
    """The bundles, in folders of `into`, an empty directory; that of check_images only where it is asked for.

    Raises:
        BundlingError
    """
    functions, of_images = into / "functions", into / CHECK_IMAGES
    functions.mkdir()
    bundle_functions(root, functions, platform)
    if not check_images:
        return Bundles(functions)
    of_images.mkdir()
    return Bundles(functions, bundle_check_images(root, of_images, platform))


def bundle_functions(root: Path, into: Path, platform: str = "lambda") -> Path:
    """Fill the directory `into` with everything the functions need but check_images, and return it.

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
    _copy_our_own(root, into, LEFT_OUT)
    return into


def bundle_check_images(root: Path, into: Path, platform: str = "lambda") -> Path:
    """Fill the directory `into`, which is empty, with what the function check_images needs, and return it.

    Raises:
        BundlingError: uv is missing, or a wheel is not available.
    """
    _copy_our_own(root, into, _OF_NO_FUNCTION)
    _drop_what_is_not_imported(into, f"{CHECK_IMAGES}.handler")
    _install_wheels(root / "requirements" / "lambda-images.txt", into, _WITH_PILLOW[platform])
    _drop_what_differs_by_machine(into)
    return into


def _copy_our_own(root: Path, into: Path, left_out: Iterable[str]) -> None:
    shutil.copytree(root / "lambdas", into, ignore=shutil.ignore_patterns(*left_out), dirs_exist_ok=True)


def _drop_what_is_not_imported(bundle: Path, module: str) -> None:
    """Delete all files that importing the module reads neither at once nor within its functions."""
    finder = ModuleFinder([str(bundle)])
    finder.import_hook(module)
    files = (getattr(found, "__file__", None) for found in finder.modules.values())
    needed = {Path(file) for file in files if file}
    for file in sorted(bundle.rglob("*"), reverse=True):  # what is in a folder comes before it
        if file.is_file() and file not in needed:
            file.unlink()
        elif file.is_dir() and not any(file.iterdir()):
            file.rmdir()


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
    make_bundles(Path(__file__).parents[1], Path(sys.argv[1]))
