"""The SageMaker Python SDK takes seconds to import: only the way that asks for it does."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
IMPORT_ALL = """
import importlib, pkgutil, sys
package = importlib.import_module(sys.argv[1])
for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
    importlib.import_module(module.name)
"""
DRY_RUN = """
from groundtrain.cli.application import run
run(["train", "docs/examples/pallets.manifest", "--settings", "docs/examples/seed.toml", "--dry-run"])
"""


def imports_it(code: str, *arguments: str) -> bool:
    says = "import sys; print('\\n', 'sagemaker' in sys.modules)"
    environment = os.environ | {"PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'lambdas'}"}
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{says}", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return {"True": True, "False": False}[done.stdout.split()[-1]]


@pytest.mark.parametrize(
    "package",
    ["groundtrain", "convert_manifest", "start_training", "record_outcome", "sweep", "stacks", "local"],
)
def test_no_module_imports_it(package):
    assert not imports_it(IMPORT_ALL, package)


def test_synth_does_not_import_it():
    assert not imports_it("import app")


def test_a_dry_run_does_not_import_it():
    assert not imports_it(DRY_RUN)
