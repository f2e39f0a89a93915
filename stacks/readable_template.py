"""Simplify a CloudFormation template for readers."""

import json
import re
from typing import Any

_ASSET_HASH = re.compile(r"\b[0-9a-f]{64}\b")
_PREFIX_OF_CDK = "aws:"
_BOOTSTRAP = {"Parameters": "BootstrapVersion", "Rules": "CheckBootstrapVersion"}


def normalise(template: dict[str, Any]) -> dict[str, Any]:
    """Remove noise: asset hashes, CDK's metadata, the bootstrap version.

    References and joins become one string in the syntax of `Fn::Sub`, such as `arn:aws:s3:::${Labeling}/*`;
    JSON in a string becomes plain JSON.
    """
    for section, name in _BOOTSTRAP.items():
        template.get(section, {}).pop(name, None)
    shown: dict[str, Any] = _fold(template)
    return {section: content for section, content in shown.items() if content}


def fold_hashes(value: Any) -> Any:
    """Replace every asset hash by `<asset>`; readable copies already have it."""
    if isinstance(value, dict):
        return {key: fold_hashes(item) for key, item in value.items()}
    if isinstance(value, list):
        return [fold_hashes(item) for item in value]
    return _ASSET_HASH.sub("<asset>", value) if isinstance(value, str) else value


def _fold(value: Any) -> Any:
    if isinstance(value, dict):
        called = _fold_call(value)
        return _fold_object(value) if called is None else called
    if isinstance(value, list):
        return [_fold(item) for item in value]
    return _fold_text(value) if isinstance(value, str) else value


def _fold_object(value: dict[str, Any]) -> dict[str, Any]:
    folded = {key: _fold(item) for key, item in value.items()}
    if "Metadata" in folded:
        metadata = folded.pop("Metadata")
        ours = {key: item for key, item in metadata.items() if not key.startswith(_PREFIX_OF_CDK)}
        return {**folded, "Metadata": ours} if ours else folded
    return folded


def _fold_call(value: dict[str, Any]) -> Any:
    """An intrinsic function as text; None for anything else."""
    match value:
        case {"Ref": str(name), **rest} if not rest:
            return f"${{{name}}}"
        case {"Fn::GetAtt": [name, attribute]}:
            return f"${{{name}.{attribute}}}"
        case {"Fn::ImportValue": str(name)}:
            return f"${{{name}}}"
        case {"Fn::Sub": str(text)}:
            return _fold_text(text)
        case {"Fn::Join": ["", parts]}:
            return _fold_text("".join(part if isinstance(part, str) else str(_fold(part)) for part in parts))
    return None


def _fold_text(text: str) -> Any:
    if text.startswith("{"):
        try:
            return _fold(json.loads(text))
        except ValueError:
            pass
    return _ASSET_HASH.sub("<asset>", text)
