"""A training program that sums the sizes of its images: the same in any order, and from a checkpoint.

Its hyperparameters: `epochs`; `then` is what it does behind the last one: "complete", "fail" with a failure
text, "crash" without one, or "wait" for SIGTERM.
"""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import NoReturn

from groundtrain.pipe import read_channel

BASE = Path(os.environ.get("SAGEMAKER_BASE_DIR", "/opt/ml"))
CHECKPOINT = BASE / "checkpoints" / "state.json"


def main(epochs: int, then: str) -> None:
    done, total = json.loads(CHECKPOINT.read_text()) if CHECKPOINT.exists() else (0, 0)
    for epoch in range(epochs - done):
        total += sum(len(image) for image, _ in read_channel("train", ("source-ref", "boxes"), epoch))
        print(f"epoch {done + epoch}: sum={total}", flush=True)
        CHECKPOINT.write_text(json.dumps((done + epoch + 1, total)))
    if then == "wait":
        signal.signal(signal.SIGTERM, lambda *_: complete(total))
        subprocess.Popen(["sleep", "1000"])  # a child of its own, which must not stay behind
        print("waiting=1", flush=True)
        time.sleep(1000)
    if then == "fail":
        (BASE / "output" / "failure").write_text("the images are too small")
    if then in ("fail", "crash"):
        sys.exit(3)
    complete(total)


def complete(total: int) -> NoReturn:
    (BASE / "model" / "sum.json").write_text(json.dumps(total))
    sys.exit(0)


GIVEN = json.loads((BASE / "input/config/hyperparameters.json").read_text())
main(int(GIVEN["epochs"]), GIVEN["then"])
