"""Weights to start from: an earlier model, or a file of torchvision's that the image was built with."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from groundtrain_detector import folders
from groundtrain_detector.errors import SettingsError, UnreadableModelError
from groundtrain_detector.hyperparameters import Hyperparameters
from groundtrain_detector.model_description import DESCRIPTION, WEIGHTS, parse_description
from groundtrain_detector.model_files import model_files
from groundtrain_detector.model_weights import read_weights

_OF_CLASSES = ("cls_logits", "cls_score", "bbox_pred", "classification_head.module_list")
"""Parts of names of what depends on the number of classes."""
_BACKBONE = "backbone.body."


def load_starting_weights(network: Any, chosen: Hyperparameters) -> str:
    """Load what the channel `model` or else the image holds; what was loaded, in words, "" for nothing.

    Raises:
        SettingsError: they are of another network, or are asked for and not there.
        UnreadableModelError: the channel holds no model of this detector.
    """
    if (place := folders.model_channel()).is_dir():
        return _load_earlier_model(network, chosen, place)
    if chosen.use_pretrained_model:
        return _load_images_own(network)
    return ""


def _load_earlier_model(network: Any, chosen: Hyperparameters, place: Path) -> str:
    archive = place / "model.tar.gz"
    files = model_files(archive if archive.is_file() else place)
    earlier = parse_description(files[DESCRIPTION])
    if earlier.network != chosen.network:
        raise SettingsError(
            f"the channel model holds a {earlier.network}, and network is {chosen.network}: choose the same"
        )
    loaded = load_matching(network, read_weights(files[WEIGHTS]), "the channel model")
    return f"started from an earlier model: {loaded}"


def _load_images_own(network: Any) -> str:
    file = Path(os.environ.get(folders.IMAGES_OWN_WEIGHTS, ""))
    if not file.is_file():
        raise SettingsError(
            "use_pretrained_model is True, and this image was built without weights: build it with them, or"
            " set use_pretrained_model to False"
        )
    try:
        weights = read_weights(file.read_bytes())
    except UnreadableModelError as error:
        raise SettingsError(f"{file.name} holds no weights") from error
    return f"started from {file.name}: {load_matching(network, weights, file.name)}"


def load_matching(network: Any, weights: Mapping[str, Any], name: str) -> str:
    """Load weights of the whole network, or of its backbone alone; how many of how many, in words.

    What depends on the number of classes is learned anew where that number is another.

    Raises:
        SettingsError: they are of another network.
    """
    own: dict[str, Any] = network.state_dict()
    given = _prefixed(weights, own)
    fitting = {key: value for key, value in given.items() if key in own and own[key].shape == value.shape}
    needed = {key for key in own if not key.endswith("num_batches_tracked")}
    if set(given) <= {key for key in own if key.startswith(_BACKBONE)} and given:
        needed = {key for key in needed if key.startswith(_BACKBONE)}
    missing = sorted(key for key in needed - fitting.keys() if not any(one in key for one in _OF_CLASSES))
    if missing:
        raise SettingsError(
            f"{name} holds the weights of another network: {missing[0]} and {len(missing) - 1} more are"
            " missing or of another shape"
        )
    network.load_state_dict({**own, **fitting})
    return f"{len(fitting)} of {len(own)} tensors were loaded"


def _prefixed(weights: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Weights of a classifier, such as torchvision's ResNet, are those of the backbone, but for its end."""
    if any(key in own for key in weights):
        return dict(weights)
    of_backbone = {f"{_BACKBONE}{key}": value for key, value in weights.items()}
    return {key: value for key, value in of_backbone.items() if key in own}
