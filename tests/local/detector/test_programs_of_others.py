"""The demonstration with an image of somebody's own, whose model it cannot read."""

import io
import tarfile
from pathlib import Path

import pytest

from groundtrain.errors import GroundtrainError
from local.demo.detections_picture import detections_of
from tests.datasets import a_dataset


def test_a_model_of_another_program_is_refused(tmp_path: Path) -> None:
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w:gz") as archive:
        archive.addfile(tarfile.TarInfo("./model.json"))
    with pytest.raises(GroundtrainError, match="of another program"):
        detections_of(content.getvalue(), a_dataset(), tmp_path, tmp_path)
