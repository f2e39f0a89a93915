"""Tests that need torch: `make test-detector` runs them in an environment of their own."""

import json
import signal
from importlib.util import find_spec

import pytest

from tests.detector.scenes import scenes

collect_ignore_glob = [] if find_spec("torch") else ["test_*.py"]

if not collect_ignore_glob:
    import torch

    torch.set_num_threads(1)  # more are slower on busy cores, and not repeatable


@pytest.fixture
def opt_ml(tmp_path, monkeypatch):
    """Folders as SageMaker lays them out, and a function that writes hyperparameters there."""
    base = tmp_path / "ml"
    for name in ("input/config", "input/data", "model", "output", "checkpoints"):
        (base / name).mkdir(parents=True)
    monkeypatch.setenv("SAGEMAKER_BASE_DIR", str(base))
    return base


@pytest.fixture
def chosen(opt_ml):
    """Writes the hyperparameters of a tiny training, with these changes."""

    def write(**changes):
        values = {
            "label_attribute": "boxes",
            "num_classes": "4",
            "num_training_samples": "8",
            "network": "fcos_small",
            "input_size": "64",
            "batch_size": "4",
            "epochs": "1",
            "decode_workers": "0",
            **{name: str(value) for name, value in changes.items()},
        }
        (opt_ml / "input" / "config" / "hyperparameters.json").write_text(json.dumps(values))

    return write


@pytest.fixture(scope="session")
def street_scenes():
    """Fourteen images with their labels."""
    return scenes(14)


@pytest.fixture
def trained(opt_ml, chosen, street_scenes, monkeypatch, capsys):
    """Runs the program on street scenes or other data; the exit code, what it printed, the failure file."""

    def run(data=None, interrupt_after=None, **changes):
        chosen(**changes)
        data = data or {"train": street_scenes[:8], "validation": street_scenes[8:]}

        def read(channel, number):
            if channel == "train" and number == interrupt_after:
                yield from data[channel][:3]
                raise RuntimeError
            yield from data[channel]

        from groundtrain_detector import train

        monkeypatch.setattr(train, "pipe_reader", lambda _: read)
        code = train.main()
        failure = opt_ml / "output" / "failure"
        printed = capsys.readouterr()
        return code, printed.out, failure.read_text() if failure.exists() else ""

    before = signal.getsignal(signal.SIGTERM)
    yield run
    signal.signal(signal.SIGTERM, before)
