"""Examples as the tensors that torchvision's networks take."""

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from groundtrain_detector.examples import Example


def as_tensor(pixels: NDArray[np.uint8], device: Any) -> Any:
    """Pixels (height, width, 3) from 0 to 255 as a tensor (3, height, width) from 0 to 1."""
    values = torch.from_numpy(np.array(pixels)).to(device)  # as bytes: a fourth of what floats take
    return values.permute(2, 0, 1).float().div_(255)


def as_target(example: Example, device: Any) -> dict[str, Any]:
    """Its boxes; labels begin at 1."""
    corners = torch.from_numpy(np.array(example.corners, np.float32)).reshape(-1, 4)
    return {"boxes": corners.to(device), "labels": torch.from_numpy(example.classes + 1).to(device)}
