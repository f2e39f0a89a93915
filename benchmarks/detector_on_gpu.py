"""A quarter of an hour on one GPU: `python -m benchmarks.detector_on_gpu [--small]`.

Nobody has run it on a GPU yet.

--small shortens all of it, so that a machine without a GPU can show that the script itself works.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import torch

from benchmarks.detector import trainings
from benchmarks.detector_feeding import Scenes, decoded_per_second, scratch, seconds_of
from groundtrain_detector.decoding import Decoders
from groundtrain_detector.detector import Detector
from groundtrain_detector.images import open_image
from groundtrain_detector.log import MAP_50
from groundtrain_detector.model_description import ModelDescription
from groundtrain_detector.networks import build_network
from groundtrain_detector.stopping import StoppedError

NETWORK, SIZE = "fcos_resnet50_fpn", "640"
_CLASSES = ("car", "pedestrian", "bicycle", "sign")


def main(small: bool) -> None:
    """Say each figure as soon as it is known, since the machine may be taken away."""
    network, size = ("fcos_small", "96") if small else (NETWORK, SIZE)
    say("device", torch.cuda.get_device_name(0) if torch.cuda.is_available() else "CPU")
    with scratch() as folder:
        os.environ["SAGEMAKER_BASE_DIR"] = str(folder / "ml")
        drawn = Scenes(folder / "scenes", 40 if small else 600, 10 if small else 120)
        chosen = {"network": network, "input_size": size, "learning_rate": "0.001", "batch_size": "16"}
        workers = _feeding(drawn, folder, int(size), small=small)
        epochs = 2 if small else 10
        with Decoders(workers) as decoders:
            whole = _learning(drawn, folder, decoders, epochs, chosen)
            _interruption(drawn, folder, decoders, epochs, chosen, whole)
        _boxes(drawn, whole, network, int(size))


def say(what: str, value: object) -> None:
    """A line at once."""
    print(f"{what}: {value}", flush=True)


def _feeding(drawn: Scenes, folder: Path, size: int, *, small: bool) -> int:
    """Images a second to the network from memory and from the pipe; the best number of workers."""
    best, fastest = 0, 0.0
    for workers in (0, 1) if small else (0, 4, 8, 14):
        base = folder / f"ml-{workers}"
        with Decoders(workers) as decoders, drawn.from_pipe(base) as pipe:
            memory = decoded_per_second(drawn.from_memory(), decoders, size, 0)
            piped = decoded_per_second(pipe, decoders, size, 0)
        say(f"{workers} decode workers", f"memory {memory:.0f}, pipe {piped:.0f}, {piped / memory:.2f}")
        if piped > fastest:
            best, fastest = workers, piped
    return best


def _learning(drawn: Scenes, folder: Path, decoders: Decoders, epochs: int, chosen: dict[str, str]) -> Any:
    """Train through the pipe, while the GPU is watched."""
    busy: list[float] = []
    done = threading.Event()
    watcher = threading.Thread(target=_watch, args=(busy, done), daemon=True)
    with drawn.from_pipe(folder / "ml-learning") as pipe:
        training = trainings(drawn, pipe, decoders, epochs, **chosen)
        watcher.start()
        seconds, _ = seconds_of(training.run)
        done.set()
    say("mAP@0.5", f"{training.progress.metrics[MAP_50]:.4f} after {epochs} epochs, {seconds:.0f} s")
    say("GPU busy", f"{sum(busy) / len(busy):.0f} % of {len(busy)} looks" if busy else "unknown")
    return training.progress


def _watch(busy: list[float], done: threading.Event) -> None:
    command = ["nvidia-smi", "--query-gpu=utilization.gpu", "--format=csv,noheader,nounits", "--id=0"]
    while not done.wait(0.5):
        try:
            answer = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
        except (OSError, subprocess.CalledProcessError):
            return
        busy.append(float(answer.stdout))


def _interruption(
    drawn: Scenes, folder: Path, decoders: Decoders, epochs: int, chosen: dict[str, str], whole: Any
) -> None:
    """SIGTERM after two fifths of the epochs, then again from the checkpoint."""
    base = folder / "ml-interrupted"
    (base / "checkpoints").mkdir(parents=True)
    with drawn.from_pipe(base) as pipe:
        training = trainings(drawn, pipe, decoders, epochs, **chosen)
        training._stop.listen()  # noqa: SLF001
        after = max(epochs * 2 // 5, 1)
        threading.Thread(target=_end_after, args=(training, after), daemon=True).start()
        try:
            training.run()
        except StoppedError:
            say("SIGTERM", f"after {training.progress.epochs} whole epochs")
    with drawn.from_pipe(base) as pipe:
        again = trainings(drawn, pipe, decoders, epochs, **chosen)
        again.resume()
        again.run()
    other = again.progress.metrics[MAP_50]
    say("mAP@0.5 after an interruption", f"{other:.4f}, {other - whole.metrics[MAP_50]:+.4f}")


def _end_after(training: Any, epochs: int) -> None:
    while training.progress.epochs < epochs:
        time.sleep(0.01)
    os.kill(os.getpid(), signal.SIGTERM)


def _boxes(drawn: Scenes, progress: Any, network: str, size: int) -> None:
    """The CPU's boxes beside the GPU's: of those with a score of at least 0.5, the least overlap."""
    description = ModelDescription(
        network=network, classes=_CLASSES, input_size=size, hyperparameters={}, licences=()
    )
    images = [open_image(one.image) for one in drawn.sides["validation"][:20]]
    found = []
    for device in ("cpu", "cuda") if torch.cuda.is_available() else ("cpu", "cpu"):
        net = build_network(network, len(_CLASSES))
        net.load_state_dict(progress.best)
        found.append(Detector(net, description, device).detect(images))
    overlaps = [
        max((_overlap(one, other) for other in others if other.class_id == one.class_id), default=0.0)
        for ours, others in zip(*found, strict=True)
        for one in ours
        if one.score >= 0.5
    ]
    say("boxes of CPU and GPU", f"{len(overlaps)}, least overlap {min(overlaps, default=1.0):.4f}")


def _overlap(one: Any, other: Any) -> float:
    width = min(one.right, other.right) - max(one.left, other.left)
    height = min(one.bottom, other.bottom) - max(one.top, other.top)
    both = max(width, 0) * max(height, 0)
    areas = [(box.right - box.left) * (box.bottom - box.top) for box in (one, other)]
    return float(both / (sum(areas) - both))


if __name__ == "__main__":
    main("--small" in sys.argv[1:])
