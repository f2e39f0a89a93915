"""`train`: what SageMaker starts. Folders below /opt/ml, a failure file where training fails."""

import sys
import traceback
from typing import Any

import torch

from groundtrain_detector import folders
from groundtrain_detector.channels import pipe_reader
from groundtrain_detector.checkpoints import Progress
from groundtrain_detector.decoding import Decoders, usual_workers
from groundtrain_detector.device import choose_device
from groundtrain_detector.errors import DetectorError
from groundtrain_detector.hyperparameters import Hyperparameters, read_hyperparameters
from groundtrain_detector.licences import licences
from groundtrain_detector.log import metric_line, tell
from groundtrain_detector.model_description import ModelDescription
from groundtrain_detector.model_directory import write_model
from groundtrain_detector.networks import build_network
from groundtrain_detector.starting_weights import load_starting_weights
from groundtrain_detector.stopping import Stop, StoppedError
from groundtrain_detector.training import Training
from groundtrain_detector.written_files import write_whole


def main() -> int:
    """Train, and write the model; the exit code, and where it is not 0 the failure file."""
    stop = Stop()
    stop.listen()
    chosen: Hyperparameters | None = None
    try:
        chosen, given = read_hyperparameters(folders.hyperparameters_file())
        _train(chosen, given, stop)
    except DetectorError as error:
        return _failed(str(error), error.exit_code)
    except torch.OutOfMemoryError:
        return _failed(_out_of_memory(chosen), 1)
    except MemoryError:
        return _failed("the machine has too little memory: lower batch_size, input_size or decode_workers", 1)
    except Exception as error:  # noqa: BLE001 (whatever it is, the job says it)
        traceback.print_exc()
        return _failed(f"unexpected {type(error).__name__}: {error}", 1)
    return 0


def _train(chosen: Hyperparameters, given: dict[str, str], stop: Stop) -> None:
    torch.manual_seed(chosen.seed)
    device = choose_device(mixed_precision=chosen.mixed_precision)
    workers = usual_workers() if chosen.decode_workers is None else chosen.decode_workers
    tell(f"{device.words}; {workers} decode workers")
    network = build_network(chosen.network, len(chosen.classes))
    source = load_starting_weights(network, chosen)
    tell(source or "started from weights drawn at random")
    with Decoders(workers) as decoders:
        training = Training(
            network,
            chosen,
            device,
            read=pipe_reader(chosen.label_attribute),
            decoders=decoders,
            stop=stop,
        )
        training.resume()
        try:
            training.run()
        except StoppedError:
            tell(f"told to stop after {training.progress.epochs} whole epochs")
    _write(training.progress, chosen, given, source)


def _write(progress: Progress, chosen: Hyperparameters, given: dict[str, str], source: str) -> None:
    """The weights of the best epoch become the model; its metrics are the last that the log says."""
    if not progress.best:
        raise DetectorError("the training was stopped before its first epoch had ended: there is no model")
    description = ModelDescription(
        network=chosen.network,
        classes=chosen.classes,
        input_size=chosen.input_size,
        hyperparameters=given,
        licences=licences(source),
        metrics=dict(progress.metrics),
        epochs=progress.best_epoch,
    )
    write_model(folders.model(), description, progress.best)
    tell(f"kept epoch={progress.best_epoch} {metric_line(progress.metrics)}")


def _failed(sentence: str, code: int) -> int:
    sys.stderr.write(f"{sentence}\n")
    try:
        write_whole(folders.failure_file(), sentence.encode())
    except DetectorError as error:  # a full disk: the log has the sentence
        sys.stderr.write(f"{error}\n")
    return code


def _out_of_memory(chosen: Any) -> str:
    now = f", which are {chosen.batch_size} and {chosen.input_size}" if chosen else ""
    return f"the GPU has too little memory: lower batch_size or input_size{now}"
