"""The files that the Dockerfile copies are all that the program needs, beside the packages of the lock."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
COPIED = re.findall(
    r"^COPY (\S+) (/opt/\S+)$", (ROOT / "containers/detector/Dockerfile").read_text(), re.MULTILINE
)
BEYOND_THE_LOCK = ["boto3", "botocore", "click", "rich", "yaml", "aws_lambda_powertools"]


def laid_out(root):
    """The image's files below a folder."""
    for source, target in COPIED:
        place = root / target.lstrip("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        copy = shutil.copytree if (ROOT / source).is_dir() else shutil.copy
        copy(ROOT / source, place)
    return root / "opt" / "groundtrain"


def test_training_and_serving_load_from_the_images_files_alone(tmp_path):
    place = laid_out(tmp_path)
    refused = f"import sys\nfor name in {BEYOND_THE_LOCK}: sys.modules[name] = None\n"
    program = refused + "import groundtrain_detector.train, groundtrain_detector.serving\n"
    program += "print(groundtrain_detector.train.__file__, sys.modules['groundtrain'].__file__)"
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(place)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert all(Path(file).is_relative_to(place) for file in done.stdout.split())


def test_the_program_says_what_it_can_be_told(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "groundtrain_detector", "tune"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(laid_out(tmp_path))},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (
        2,
        "say one of train, serve: python -m groundtrain_detector train\n",
    )
