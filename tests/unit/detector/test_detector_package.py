"""What the container's package promises to everything beside it."""

import ast
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
PACKAGE = ROOT / "containers" / "detector" / "groundtrain_detector"
MAY_IMPORT = (
    "groundtrain.pipe.reading",
    "groundtrain.evaluation",
    "groundtrain.training.algorithms.groundtrain_detector",
    "groundtrain.training.algorithms.hyperparameter",
)


def imported(file: Path) -> set[str]:
    nodes = ast.walk(ast.parse(file.read_text("utf-8")))
    return {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}


def test_it_takes_from_groundtrain_only_the_reader_the_evaluation_and_the_table():
    taken = {
        name for file in PACKAGE.rglob("*.py") for name in imported(file) if name.startswith("groundtrain.")
    }
    assert [name for name in sorted(taken) if not name.startswith(MAY_IMPORT)] == []


def test_what_decodes_images_and_describes_models_needs_no_torch():
    modules = ("errors", "images", "model_description", "model_files", "written_files")
    program = f"import sys\nfor name in {modules}: __import__('groundtrain_detector.' + name)\n"
    program += "print(sorted({'torch', 'torchvision', 'boto3', 'numpy'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
