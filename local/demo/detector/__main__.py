"""Run as SageMaker runs a training image: folders below /opt/ml, a failure file where training fails."""

import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # before numpy is loaded: several are slower, and not repeatable

import sys
import traceback

from groundtrain.pipe import ChannelError
from local.demo.detector.hyperparameters import WrongHyperparameterError, base, read_hyperparameters
from local.demo.detector.model import write_model
from local.demo.detector.training import train


def main() -> int:
    """Train, and write the model; or else what went wrong, where SageMaker looks for it."""
    try:
        chosen = read_hyperparameters()
        network = train(chosen, base() / "checkpoints" / "checkpoint.npz")
        write_model(base() / "model", network, chosen.num_classes)
    except (ChannelError, WrongHyperparameterError, OSError) as error:
        traceback.print_exc()
        (base() / "output").mkdir(parents=True, exist_ok=True)
        (base() / "output" / "failure").write_text(str(error), "utf-8")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
