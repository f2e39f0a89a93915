"""The model directory: model.json, weights.pt (a state dict without code) and LICENSES.txt."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from groundtrain_detector.detector import Detector
from groundtrain_detector.errors import UnreadableModelError
from groundtrain_detector.model_description import (
    DESCRIPTION,
    LICENCES,
    WEIGHTS,
    ModelDescription,
    dump_description,
    parse_description,
)
from groundtrain_detector.model_files import model_files
from groundtrain_detector.model_weights import dump_weights, read_weights
from groundtrain_detector.networks import NETWORKS, build_network
from groundtrain_detector.written_files import write_whole


def write_model(folder: Path, description: ModelDescription, weights: Mapping[str, Any]) -> None:
    """Write the three files, each whole or not at all; the description last.

    Raises:
        DetectorError: the disk is full, or the folder cannot be written.
    """
    write_whole(folder / LICENCES, ("\n".join(description.licences) + "\n").encode())
    write_whole(folder / WEIGHTS, dump_weights(weights))
    write_whole(folder / DESCRIPTION, dump_description(description))


def read_model(place: str | os.PathLike[str], device: str = "cpu") -> Detector:
    """The detector of a model directory or model.tar.gz.

    Raises:
        UnreadableModelError: it is none, is damaged, or its weights are those of another network.
    """
    files = model_files(Path(place))
    description = parse_description(files[DESCRIPTION])
    if description.network not in NETWORKS:
        raise UnreadableModelError(
            f"its network is {description.network}, which this program does not know: there are"
            f" {', '.join(NETWORKS)}"
        )
    network = build_network(description.network, len(description.classes))
    try:
        network.load_state_dict(read_weights(files[WEIGHTS]))
    except RuntimeError as error:
        raise UnreadableModelError(
            f"{WEIGHTS} does not hold the weights of {description.network} for"
            f" {len(description.classes)} classes"
        ) from error
    return Detector(network, description, device)
