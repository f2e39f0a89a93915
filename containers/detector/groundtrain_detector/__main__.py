"""`python -m groundtrain_detector train`, as SageMaker starts a training image; `serve` serves its model."""

import sys
from importlib import import_module

_COMMANDS = ("train", "serve")


def main(arguments: list[str]) -> int:
    """Run a command; each loads what it needs."""
    if arguments == ["train"]:
        from groundtrain_detector.train import main as train

        return train()
    if arguments == ["serve"]:
        return int(import_module("groundtrain_detector.serving").main())
    sys.stderr.write(f"say one of {', '.join(_COMMANDS)}: python -m groundtrain_detector train\n")
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
