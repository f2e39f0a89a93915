"""Train a network on the channels `train` and `validation`, from the first epoch or the last checkpoint."""

import math
import time
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import torch

from groundtrain_detector.augmentation import Variation
from groundtrain_detector.batches import batches_in_order
from groundtrain_detector.channels import TRAIN, VALIDATION, Labeled, Reader, in_background
from groundtrain_detector.checkpoints import FILE, Progress, Subject, read_checkpoint, write_checkpoint
from groundtrain_detector.decoding import Decoders, Task
from groundtrain_detector.device import Device
from groundtrain_detector.errors import DetectorError
from groundtrain_detector.examples import Example, visible
from groundtrain_detector.folders import checkpoints
from groundtrain_detector.hyperparameters import Hyperparameters
from groundtrain_detector.log import MAP_50_95, loss_line, metric_line, tell
from groundtrain_detector.model_weights import LOAD_ERRORS
from groundtrain_detector.networks.single_values import keep_statistics_of_single_values
from groundtrain_detector.schedule import rate
from groundtrain_detector.stopping import Stop
from groundtrain_detector.tensors import as_target, as_tensor
from groundtrain_detector.validation import Quality, validate

_LONGEST_GRADIENT = 10.0


class Trained(NamedTuple):
    """What one epoch has seen: mean loss, images, boxes, boxes too small to be learned from, seconds."""

    loss: float
    images: int
    boxes: int
    left_out: int
    seconds: float


class Training:
    """A network that is being trained.

    Args:
        network: as `build_network` makes it.
        chosen: the hyperparameters.
        device: where to train.
        read: reads the channels.
        decoders: decode workers.
        stop: whether the training was told to stop.
    """

    def __init__(
        self,
        network: Any,
        chosen: Hyperparameters,
        device: Device,
        *,
        read: Reader,
        decoders: Decoders,
        stop: Stop,
    ) -> None:
        self._network, self._chosen, self._device = network.to(device.device), chosen, device
        self._subject = Subject(chosen.network, chosen.classes)
        keep_statistics_of_single_values(network)
        self._read, self._decoders, self._stop = read, decoders, stop
        self._optimizer = torch.optim.AdamW(
            [one for one in network.parameters() if one.requires_grad],
            lr=chosen.learning_rate,
            weight_decay=chosen.weight_decay,
        )
        self._scaler = torch.amp.GradScaler(device.device.type, enabled=device.half is torch.float16)
        self.progress = Progress()

    def resume(self) -> None:
        """Go on after the last checkpoint, if there is one.

        Raises:
            DetectorError: it cannot be used.
        """
        folder = checkpoints()
        found = read_checkpoint(folder, self._subject, self._device.device) if folder else None
        if found is None:
            return
        self.progress, states = found
        try:
            for name, part in self._parts().items():
                part.load_state_dict(states[name])
        except LOAD_ERRORS as error:
            sentence = f"{FILE} does not fit {self._subject}: delete it to begin anew"
            raise DetectorError(sentence) from error
        tell(f"going on after epoch {self.progress.epochs}, from the checkpoint")

    def run(self) -> None:
        """Train all epochs that are left; after each, `progress` is complete.

        Raises:
            StoppedError: the training was told to stop.
            DetectorError: the data, the loss or the disk does not allow to go on.
        """
        first = self.progress.epochs
        for epoch in range(first, self._chosen.epochs):
            if self._is_no_longer_improving():
                tell(f"no better since epoch {self.progress.best_epoch}: stopping early")
                return
            trained = self._train_epoch(epoch, epoch - first)
            _tell_epoch(epoch, trained)
            quality = self._validate(epoch - first)
            _tell_quality(epoch, quality, self._chosen.classes)
            self._keep(epoch + 1, quality)

    def _train_epoch(self, epoch: int, number: int) -> Trained:
        started = time.monotonic()
        torch.manual_seed(self._chosen.seed + epoch)
        self._network.train()
        variation = Variation(self._chosen.flip, self._chosen.zoom, self._chosen.brightness)
        examples = self._examples(TRAIN, number, epoch, variation)
        losses: list[float] = []
        images, boxes, left_out = 0, 0, 0
        for batch in batches_in_order(examples, self._chosen.batch_size):
            seen = [visible(one) for one in batch]
            left_out += sum(number for _, number in seen)
            boxes += sum(len(one.classes) for one, _ in seen)
            losses.append(self._step([one for one, _ in seen], epoch, len(losses)))
            images += len(batch)
        if not images or not boxes:
            raise DetectorError(
                f"none of the {images} images of the channel train shows an object, so that there is nothing"
                " to learn: put labeled images on that side of the split"
            )
        return Trained(sum(losses) / len(losses), images, boxes, left_out, time.monotonic() - started)

    def _step(self, batch: Sequence[Example], epoch: int, step: int) -> float:
        steps = max(math.ceil(self._chosen.num_training_samples / self._chosen.batch_size), 1)
        for group in self._optimizer.param_groups:
            group["lr"] = rate(self._chosen.learning_rate, epoch * steps + step, self._chosen.epochs * steps)
        device, half = self._device.device, self._device.half
        with torch.autocast(device.type, half or torch.bfloat16, enabled=half is not None):
            losses = self._network(
                [as_tensor(one.pixels, device) for one in batch], [as_target(one, device) for one in batch]
            )
            loss = sum(losses.values())
        value = float(loss.detach())
        self._refuse_no_number(value, epoch)
        self._optimizer.zero_grad(set_to_none=True)
        self._scaler.scale(loss).backward()
        self._scaler.unscale_(self._optimizer)
        torch.nn.utils.clip_grad_norm_(self._network.parameters(), _LONGEST_GRADIENT)
        self._scaler.step(self._optimizer)
        self._scaler.update()
        return value

    def _refuse_no_number(self, loss: float, epoch: int) -> None:
        if not math.isfinite(loss):
            instead = ", or set mixed_precision to False" if self._device.half is not None else ""
            raise DetectorError(
                f"the loss is no number any more in epoch {epoch + 1}: lower learning_rate, which is"
                f" {self._chosen.learning_rate:g}{instead}"
            )

    def _validate(self, number: int) -> Quality:
        examples = self._examples(VALIDATION, number, 0, None)
        return validate(self._network, examples, self._chosen.batch_size, self._device.device)

    def _examples(
        self, channel: str, number: int, epoch: int, variation: Variation | None
    ) -> Iterator[Example]:
        labeled = in_background(self._read(channel, number), self._stop)
        return self._decoders.decoded(self._tasks(labeled, channel, epoch, variation))

    def _tasks(
        self, labeled: Iterator[Labeled], channel: str, epoch: int, variation: Variation | None
    ) -> Iterator[Task]:
        """Varied by random numbers of their own, so that it makes no difference which worker decodes what."""
        chosen = self._chosen
        for number, one in enumerate(labeled):
            name, seed = f"example {number + 1} of channel {channel}", (chosen.seed, epoch, number)
            classes = len(chosen.classes)
            yield Task(name, one.image, one.label, chosen.input_size, classes, variation, seed)

    def _keep(self, epochs: int, quality: Quality) -> None:
        progress = self.progress._replace(epochs=epochs)
        if quality.metrics[MAP_50_95] > progress.metrics.get(MAP_50_95, -1.0):
            weights = {
                name: value.detach().cpu().clone() for name, value in self._network.state_dict().items()
            }
            progress = Progress(epochs, epochs, weights, dict(quality.metrics))
        self.progress = progress
        if folder := checkpoints():
            states = {name: part.state_dict() for name, part in self._parts().items()}
            write_checkpoint(folder, progress, states, self._subject)

    def _is_no_longer_improving(self) -> bool:
        since = self.progress.epochs - self.progress.best_epoch
        return self._chosen.early_stopping and since >= self._chosen.early_stopping_patience

    def _parts(self) -> dict[str, Any]:
        return {"network": self._network, "optimizer": self._optimizer, "scaler": self._scaler}


def _tell_epoch(epoch: int, trained: Trained) -> None:
    if trained.left_out:
        tell(f"epoch={epoch + 1} boxes_too_small_to_learn={trained.left_out}")
    tell(
        f"epoch={epoch + 1} {loss_line(trained.loss)} images={trained.images} boxes={trained.boxes}"
        f" images_per_second={trained.images / max(trained.seconds, 1e-3):.1f}"
    )


def _tell_quality(epoch: int, quality: Quality, classes: Sequence[str]) -> None:
    for class_id, precision in quality.of_classes.items():
        if precision is not None:
            tell(f"epoch={epoch + 1} class={classes[class_id]!r} average_precision={precision:.4f}")
    tell(f"epoch={epoch + 1} {metric_line(quality.metrics)} images={quality.images} boxes={quality.boxes}")
