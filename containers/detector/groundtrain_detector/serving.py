"""`serve`: what SageMaker starts to host a model; until it is loaded, /ping does not answer 200."""

import os
import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType

from groundtrain_detector import folders
from groundtrain_detector.errors import DetectorError, SettingsError
from groundtrain_detector.inference import Predict, predict_with
from groundtrain_detector.inference_server import InferenceServer
from groundtrain_detector.log import tell

_PORT = "SAGEMAKER_BIND_TO_PORT"
_USUAL_PORT = 8080


def main() -> int:
    """Serve the model until SIGTERM; the exit code."""
    try:
        return serve(load_model, port())
    except DetectorError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code


def port() -> int:
    """8080, or what SAGEMAKER_BIND_TO_PORT says.

    Raises:
        SettingsError: that is no port.
    """
    text = os.environ.get(_PORT) or str(_USUAL_PORT)
    if not (text.isascii() and text.isdigit() and len(text) < 6 and 0 <= int(text) < 1 << 16):
        raise SettingsError(f"{_PORT} is {text[:100]!r}, and no port")
    return int(text)


def load_model() -> Predict:
    """The model in /opt/ml/model, on a GPU where there is one.

    Raises:
        DetectorError: there is none, or it cannot be used.
    """
    import torch

    from groundtrain_detector.model_directory import read_model

    detector = read_model(folders.model(), "cuda" if torch.cuda.is_available() else "cpu")
    tell(f"serving {detector.description.network} with {len(detector.description.classes)} classes")
    return predict_with(detector)


def serve(load: Callable[[], Predict], port: int, host: str = "0.0.0.0") -> int:  # noqa: S104 (a container)
    """Answer requests until SIGTERM, and then those that have begun; the exit code.

    Args:
        load: gives the model.
        port: to listen at; 0 for any that is free, which the log says.
        host: address to listen at.

    Raises:
        DetectorError: the port is taken, or the model cannot be loaded.
    """
    try:
        server = InferenceServer(host, port)
    except OSError as error:
        raise SettingsError(f"port {port} cannot be listened at: {error.strerror}") from error
    failed: list[DetectorError] = []
    with server:
        signal.signal(signal.SIGTERM, _ends(server))
        tell(f"listening at port {server.server_port}")
        threading.Thread(target=_load, args=(server, load, failed), daemon=True).start()
        server.serve_forever(poll_interval=0.1)
    if failed:
        raise failed[0]
    tell("stopped")
    return 0


def _load(server: InferenceServer, load: Callable[[], Predict], failed: list[DetectorError]) -> None:
    try:
        server.predict = load()
    except DetectorError as error:
        failed.append(error)
    except Exception as error:  # noqa: BLE001 (whatever it is, the container says it and ends)
        failed.append(DetectorError(f"the model cannot be loaded: {type(error).__name__}: {error}"))
    if failed:
        server.shutdown()


def _ends(server: InferenceServer) -> Callable[[int, FrameType | None], None]:
    """A handler of SIGTERM; the server can be told to end from another thread only."""
    return lambda _, __: threading.Thread(target=server.shutdown).start()
