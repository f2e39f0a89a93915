"""`python -m stacks.bundle_contents` writes docs/lambda-bundle.md: what is in the bundles, with sizes."""

import math
from collections.abc import Iterator
from email.parser import HeaderParser
from pathlib import Path
from tempfile import TemporaryDirectory

from msgspec import Struct

from stacks.bundling import make_bundles

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "lambda-bundle.md"

_INTRODUCTION = """\
# What is shipped to Lambda

All functions but one share a bundle: our packages from `lambdas/`, without what people alone use, and the
wheels below for Lambda's platform (arm64, Python 3.14), installed from `requirements/lambda.txt` with their
hashes. boto3 comes from Lambda's runtime. Nothing else is in it, and no script is run to build it.

This page is generated (`python -m stacks.bundle_contents`), and a test keeps it true.
"""
_CHECK_IMAGES = """
## check_images

The function that looks at every pixel, deployed only where the settings say `images = "full"`, has a bundle
of its own: Pillow, from `requirements/lambda-images.txt`, and of our files only those that it imports.
"""


class Part(Struct, frozen=True):
    """One package of the bundle; `size` in bytes, unpacked, `entries` its files and folders there."""

    name: str
    version: str
    licence: str
    size: int
    entries: frozenset[str]


def third_parties(bundle: Path) -> list[Part]:
    """The third-party packages, by name."""
    return sorted(map(_part, bundle.glob("*.dist-info")), key=lambda part: part.name)


def write_page(functions: Path, check_images: Path) -> str:
    """The page's text; the size of our own code is rounded, so that not every change is a change here."""
    return "\n".join([_INTRODUCTION, *_table(functions), _CHECK_IMAGES, *_table(check_images), ""])


def _table(bundle: Path) -> Iterator[str]:
    parts = third_parties(bundle)
    whole = _size(bundle)
    ours = whole - sum(part.size for part in parts)
    yield "| package | version | licence | size unpacked |"
    yield "| --- | --- | --- | --- |"
    for part in parts:
        yield f"| {part.name} | {part.version} | {part.licence} | {_kilobytes(part.size, 10)} |"
    yield f"| groundtrain and its handlers | | Apache-2.0 | below {_kilobytes(ours, 500)} |"


def _part(info: Path) -> Part:
    metadata = HeaderParser().parsestr((info / "METADATA").read_text("utf-8"))
    licence = metadata.get("License-Expression") or metadata.get("License") or "see its METADATA"
    paths = list(_paths(info))
    return Part(
        metadata["Name"],
        metadata["Version"],
        licence.splitlines()[0],
        sum(map(_size, paths)),
        frozenset(path.name for path in paths),
    )


def _paths(info: Path) -> Iterator[Path]:
    """The entries of a package: those with its name, or with those that its modules have."""
    modules = info / "top_level.txt"
    others = modules.read_text("utf-8").split() if modules.is_file() else []
    names = {name.lower() for name in (info.name.partition("-")[0], *others)}
    yield from (path for path in info.parent.iterdir() if path.name.partition(".")[0].lower() in names)
    yield info


def _size(path: Path) -> int:
    files = path.rglob("*") if path.is_dir() else [path]
    return sum(file.stat().st_size for file in files if file.is_file())


def _kilobytes(size: int, step: int) -> str:
    """Rounded up to a multiple of `step`, in steps of 1,000 bytes."""
    return f"{math.ceil(size / 1000 / step) * step:,} kB"


if __name__ == "__main__":
    with TemporaryDirectory() as scratch:
        bundles = make_bundles(ROOT, Path(scratch))
        assert bundles.check_images is not None
        PAGE.write_text(write_page(bundles.functions, bundles.check_images), "utf-8", newline="\n")
