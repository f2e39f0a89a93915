"""Train on the channels `train` and `validation`, from the first epoch or from the last checkpoint."""

import math
import sys
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

import numpy as np

from groundtrain.pipe import read_channel
from local.demo.detector.adam import Adam
from local.demo.detector.average_precision import average_precisions, mean_average_precision
from local.demo.detector.cells import Boxes, Targets, detections, targets
from local.demo.detector.examples import Example, example, varied
from local.demo.detector.hyperparameters import Hyperparameters
from local.demo.detector.layers import Array
from local.demo.detector.loss import loss_and_gradient
from local.demo.detector.network import Network

_WARM_UP = 0.3


def train(chosen: Hyperparameters, checkpoint: Path) -> Network:
    """Train all epochs that no checkpoint has yet; loss and mAP are printed as the metrics expect them."""
    network = Network(chosen.num_classes, np.random.default_rng(chosen.seed))
    optimizer = Adam(network.weighted)
    for epoch in range(_resumed(checkpoint, network, optimizer), chosen.epochs):
        loss = _train_epoch(network, optimizer, chosen, epoch)
        _tell(f"epoch={epoch + 1} train_loss={loss:.4f}")
        _keep(checkpoint, epoch + 1, network, optimizer)
    _validate(network, chosen)
    return network


def _train_epoch(network: Network, optimizer: Adam, chosen: Hyperparameters, epoch: int) -> float:
    """The mean loss of the epoch's batches."""
    dice = np.random.default_rng((chosen.seed, epoch))
    rate = chosen.learning_rate * (1 + math.cos(math.pi * epoch / chosen.epochs)) / 2
    losses = []
    for batch in _batches(_examples("train", chosen.label, epoch), chosen.batch):
        chosen_ones = [varied(one, dice) for one in batch]
        wanted = [targets(one.boxes, chosen.num_classes) for one in chosen_ones]
        cells = network.forward(np.stack([one.image for one in chosen_ones]), learning=True)
        loss, gradient = loss_and_gradient(cells, Targets(*map(np.stack, zip(*wanted, strict=True))))
        network.backward(gradient)
        optimizer.step(rate if epoch else rate * _WARM_UP)
        losses.append(loss)
    return sum(losses) / len(losses)


def _validate(network: Network, chosen: Hyperparameters) -> None:
    examples = list(_examples("validation", chosen.label, 0))
    found = [detect(network, one.image) for one in examples]
    precisions = average_precisions(found, [one.boxes for one in examples], chosen.num_classes)
    for number, precision in enumerate(precisions):
        _tell(f"class {number}: average precision {'unknown' if precision is None else f'{precision:.3f}'}")
    _tell(f"validation_map={mean_average_precision(precisions):.4f}")


def _tell(line: str) -> None:
    """A line for SageMaker's log, where it looks for metrics."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def detect(network: Network, image: Array) -> Boxes:
    """The boxes that the network finds in one image, in the pixels of what it sees."""
    return detections(network.forward(image[None], learning=False)[0])


def _examples(channel: str, label: str, epoch: int) -> Iterator[Example]:
    for image, boxes in read_channel(channel, ("source-ref", label), epoch):
        yield example(image, boxes)


def _batches(examples: Iterator[Example], size: int) -> Iterator[Sequence[Example]]:
    while batch := list(islice(examples, size)):
        yield batch


def _resumed(checkpoint: Path, network: Network, optimizer: Adam) -> int:
    """The number of epochs that the checkpoint has behind it; 0 without one."""
    if not checkpoint.is_file():
        return 0
    with np.load(checkpoint) as state:
        network.load({name.removeprefix("network."): state[name] for name in state if "network." in name})
        optimizer.load({name.removeprefix("adam."): state[name] for name in state if "adam." in name})
        return int(state["epochs"])


def _keep(checkpoint: Path, epochs: int, network: Network, optimizer: Adam) -> None:
    """Replace the checkpoint as a whole, as a spot interruption may come at any time."""
    if not checkpoint.parent.is_dir():
        return
    unfinished = checkpoint.with_suffix(".part.npz")
    state = {f"network.{name}": value for name, value in network.state().items()}
    state |= {f"adam.{name}": value for name, value in optimizer.state().items()}
    np.savez(unfinished, epochs=np.array(epochs), **state)
    unfinished.replace(checkpoint)
