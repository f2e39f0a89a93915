"""The model that a run leaves behind: model.npz, with the weights and the number of classes."""

import io
from pathlib import Path

import numpy as np

from local.demo.detector.network import Network

NAME = "model.npz"


def write_model(folder: Path, network: Network, classes: int) -> None:
    """Write it into SageMaker's folder of models."""
    folder.mkdir(parents=True, exist_ok=True)
    np.savez(folder / NAME, classes=np.array(classes), **network.state())


def read_model(content: bytes) -> Network:
    """The network, as it was trained."""
    with np.load(io.BytesIO(content)) as state:
        network = Network(int(state["classes"]), np.random.default_rng(0))
        network.load({name: state[name] for name in state if name != "classes"})
    return network
