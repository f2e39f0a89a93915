import io
import pickle
import re

import pytest
import torch
from PIL import Image

from groundtrain_detector.errors import UnreadableModelError
from groundtrain_detector.model_description import DESCRIPTION, WEIGHTS, ModelDescription
from groundtrain_detector.model_directory import read_model, write_model
from groundtrain_detector.networks import build_network
from groundtrain_detector.networks.registry import NETWORKS

SCENE = Image.effect_noise((96, 64), 90)


def described(network="fcos_small", classes=("car", "sign"), input_size=96):
    return ModelDescription(
        network=network,
        classes=classes,
        input_size=input_size,
        hyperparameters={},
        licences=("BSD-3-Clause",),
    )


@pytest.fixture
def folder(tmp_path):
    torch.manual_seed(1)
    write_model(tmp_path / "model", described(), build_network("fcos_small", 2).state_dict())
    return tmp_path / "model"


@pytest.mark.parametrize("name", NETWORKS)
def test_every_network_finds_boxes_within_the_image_as_it_was(name):
    torch.manual_seed(1)
    from groundtrain_detector.detector import Detector

    network = build_network(name, 3)
    for parameter in network.parameters():
        torch.nn.init.normal_(parameter, std=0.05)
    (found,) = Detector(network, described(name, ("a", "b", "c"))).detect([SCENE])
    assert len(found) <= 100
    for one in found:
        assert one.class_id in range(3)
        assert 0 <= one.left < one.right <= 96
        assert 0 <= one.top < one.bottom <= 64
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)


def test_a_model_finds_the_same_after_it_was_written(folder):
    torch.manual_seed(1)
    from groundtrain_detector.detector import Detector

    before = Detector(build_network("fcos_small", 2), described())
    assert read_model(folder).detect([SCENE, SCENE]) == before.detect([SCENE, SCENE])
    assert before.detect([SCENE])[0]


def test_boxes_are_in_pixels_of_the_original_whatever_its_size(folder):
    model = read_model(folder)
    (small,), (large,) = (
        model.detect([SCENE]),
        model.detect([SCENE.resize((960, 640), Image.Resampling.NEAREST)]),
    )
    assert max(one.right for one in large) > 96
    assert small


def test_what_is_found_in_an_image_does_not_depend_on_its_neighbours(folder):
    """torchvision pads a batch to its largest image, which fcos_small was seen to find other boxes for."""
    model, tall = read_model(folder), Image.effect_noise((40, 96), 90)
    together = model.detect([SCENE, tall, SCENE])
    assert together == [model.detect([image])[0] for image in (SCENE, tall, SCENE)]


def test_an_image_of_one_pixel_is_taken(folder):
    for one in read_model(folder).detect([Image.new("RGBA", (1, 1))])[0]:
        assert 0 <= one.left < one.right <= 1


class Opened:
    def __reduce__(self):
        return (open, ("ran", "w"))


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "no file of weights"),
        (b"no weights", "no file of weights"),
        (pickle.dumps(Opened(), 2), "no file of weights"),
        (b"\x80\x02s.", "no file of weights"),  # IndexError
        (b"\x80\x02]h\x07.", "no file of weights"),
    ],
)
def test_weights_that_are_none_or_would_run_code_are_refused(folder, content, why, monkeypatch):
    monkeypatch.chdir(folder)
    (folder / WEIGHTS).write_bytes(content)
    with pytest.raises(UnreadableModelError, match=why):
        read_model(folder)
    assert not (folder / "ran").exists()


@pytest.mark.parametrize(
    ("saved", "why"),
    [
        (["a"], "something else than weights"),
        ({1: torch.ones(1)}, "something else than weights"),
        ({"a": torch.ones(1)}, "does not hold the weights of fcos_small"),
    ],
)
def test_weights_of_something_else_are_refused(folder, saved, why):
    content = io.BytesIO()
    torch.save(saved, content)
    (folder / WEIGHTS).write_bytes(content.getvalue())
    with pytest.raises(UnreadableModelError, match=why):
        read_model(folder)


def test_weights_in_torchs_older_form_without_their_numbers_are_refused(folder):
    content = io.BytesIO()
    torch.save({"a": torch.ones(1)}, content, _use_new_zipfile_serialization=False)
    key = re.search(rb"[0-9]{8,}", content.getvalue())[0]
    (folder / WEIGHTS).write_bytes(content.getvalue().replace(key, b"9" * len(key), 1))
    with pytest.raises(UnreadableModelError, match="no file of weights"):  # from an AssertionError
        read_model(folder)


def test_a_network_that_this_version_does_not_know_is_said(folder):
    text = (folder / DESCRIPTION).read_text()
    (folder / DESCRIPTION).write_text(text.replace("fcos_small", "fcos_tiny"))
    with pytest.raises(UnreadableModelError, match="fcos_tiny, which this program does not know"):
        read_model(folder)
