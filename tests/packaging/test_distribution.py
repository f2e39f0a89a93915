"""Wheel and source distribution, built offline, and tried in an environment that has nothing else of ours."""

import shutil
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = {"groundtrain": ROOT / "lambdas", "groundtrain_detector": ROOT / "containers" / "detector"}


def done(*command: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(word) for word in command], cwd=cwd, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Path]]:
    """The source distribution, unpacked, and the wheel that is built of it alone."""
    folder = tmp_path_factory.mktemp("dist")
    built = done(sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", folder, cwd=ROOT)
    assert built.returncode == 0, built.stderr
    (source,) = folder.glob("*.tar.gz")
    with tarfile.open(source) as archive:
        archive.extractall(folder, filter="data")
    tree = source.with_suffix("").with_suffix("")
    built = done(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=tree)
    assert built.returncode == 0, built.stderr
    (wheel,) = folder.glob("*.whl")
    yield {"source": tree, "wheel": wheel}
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def empty(built: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Programs of an environment that has the wheel, and the locked packages that it needs."""
    folder = tmp_path_factory.mktemp("environment")
    assert done(sys.executable, "-m", "venv", "--without-pip", folder, cwd=folder).returncode == 0
    uv = shutil.which("uv", path=Path(sys.executable).parent) or shutil.which("uv")
    assert uv is not None
    python = folder / "bin" / "python"
    command = (uv, "pip", "install", "--quiet", "--offline", "--no-deps", "--python", python, built["wheel"])
    installed = done(*command, cwd=folder)
    assert installed.returncode == 0, installed.stderr
    (packages,) = folder.glob("lib/python*/site-packages")
    # the editable install of this checkout is not found so: its .pth file is read in its own folder only
    (packages / "locked.pth").write_text(sysconfig.get_path("purelib"), "utf-8")
    return folder / "bin"


def test_the_wheel_has_every_file_of_the_packages(built: dict[str, Path]) -> None:
    with zipfile.ZipFile(built["wheel"]) as wheel:
        names = {name for name in wheel.namelist() if ".dist-info/" not in name}
    there = {
        str(file.relative_to(top))
        for package, top in PACKAGES.items()
        for file in (top / package).rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }
    assert names == there
    assert "groundtrain/py.typed" in names
    assert any(name.endswith(".html") for name in names)


def test_the_source_distribution_has_what_the_tests_need(built: dict[str, Path]) -> None:
    for name in ("LICENSE", "README.md", "docs/examples/pallets.manifest", "tests/conftest.py", "Makefile"):
        assert (built["source"] / name).is_file()
    assert not (built["source"] / ".venv").exists()
    assert not (built["source"] / "node_modules").exists()


def test_the_command_line_works_from_the_wheel(empty: Path, tmp_path: Path) -> None:
    manifest = ROOT / "docs" / "examples" / "pallets.manifest"
    checked = done(empty / "groundtrain", "check", manifest, cwd=tmp_path)
    assert checked.returncode == 1
    assert "could train without 5 lines" in checked.stdout
    assert checked.stderr == ""
    page = tmp_path / "report.html"
    assert done(empty / "groundtrain", "report", manifest, "--output", page, cwd=tmp_path).returncode == 0
    assert b"<script" in page.read_bytes()


def test_the_python_interface_works_from_the_wheel(empty: Path, tmp_path: Path) -> None:
    code = (
        "import groundtrain as gt; print(gt.__file__, gt.__version__, [getattr(gt, n) for n in gt.__all__])"
    )
    said = done(empty / "python", "-c", code, cwd=tmp_path)
    assert said.stderr == ""
    assert said.stdout.startswith(str(empty.parent))


def test_a_command_of_the_checkout_says_so(empty: Path, tmp_path: Path) -> None:
    said = done(empty / "python", "-m", "groundtrain", "demo", cwd=tmp_path)
    assert said.returncode == 2
    assert "needs a checkout of groundtrain" in said.stderr
