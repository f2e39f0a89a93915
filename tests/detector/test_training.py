"""Training in this process, from memory: the order is fixed, so results are equal to the last bit."""

import json

import pytest
import torch

from groundtrain.training.algorithms import groundtrain_detector as table
from groundtrain_detector import channels, written_files
from groundtrain_detector.checkpoints import FILE, Subject, read_checkpoint
from groundtrain_detector.device import Device
from groundtrain_detector.model_description import DESCRIPTION, WEIGHTS
from groundtrain_detector.model_directory import read_model
from groundtrain_detector.networks.registry import NETWORKS
from groundtrain_detector.stopping import Stop, StoppedError


def weights(folder):
    return torch.load(folder / WEIGHTS, weights_only=True)


def test_the_programs_networks_are_those_of_the_table():
    assert tuple(NETWORKS) == table.NETWORKS


def test_a_training_writes_a_model_that_can_be_read(trained, opt_ml):
    code, out, failure = trained(class_names='["car", "pedestrian", "bicycle", "sign"]')
    assert (code, failure) == (0, ""), out
    description = json.loads((opt_ml / "model" / DESCRIPTION).read_text())
    assert description["classes"] == ["car", "pedestrian", "bicycle", "sign"]
    assert read_model(opt_ml / "model").description.epochs == 1
    assert sorted(one.name for one in (opt_ml / "model").iterdir()) == ["LICENSES.txt", DESCRIPTION, WEIGHTS]


def test_the_last_metrics_that_are_printed_are_those_of_the_model(trained, opt_ml):
    _, out, _ = trained(epochs=3)
    last = [line for line in out.splitlines() if "validation_map=" in line][-1]
    metrics = json.loads((opt_ml / "model" / DESCRIPTION).read_text())["metrics"]
    assert last.startswith("kept epoch=")
    assert f"validation_map={metrics['validation:mAP']:.4f}" in last


def test_the_same_training_gives_the_same_weights(trained, opt_ml):
    trained()
    first = weights(opt_ml / "model")
    trained_again = opt_ml / "checkpoints" / FILE
    trained_again.unlink()
    trained()
    second = weights(opt_ml / "model")
    assert all(torch.equal(first[name], second[name]) for name in first)


def test_an_interrupted_training_ends_with_the_weights_of_one_that_was_not(trained, opt_ml):
    trained(epochs=3)
    whole, (progress, states) = weights(opt_ml / "model"), read(opt_ml)
    (opt_ml / "checkpoints" / FILE).unlink()
    code, _, _ = trained(epochs=3, interrupt_after=1)
    assert (code, read(opt_ml)[0].epochs) == (1, 1)
    code, out, _ = trained(epochs=3)
    assert code == 0
    assert "going on after epoch 1" in out
    resumed, (again, states_again) = weights(opt_ml / "model"), read(opt_ml)
    assert again.best_epoch == progress.best_epoch
    assert all(torch.equal(whole[name], resumed[name]) for name in whole)
    assert all(torch.equal(one, states_again["network"][name]) for name, one in states["network"].items())


def read(opt_ml):
    subject = Subject("fcos_small", tuple(f"class {i}" for i in range(4)))
    return read_checkpoint(opt_ml / "checkpoints", subject, "cpu")


def change_checkpoint(opt_ml, **changes):
    file = opt_ml / "checkpoints" / FILE
    torch.save({**torch.load(file, weights_only=True), **changes}, file)


def test_a_training_without_a_folder_of_checkpoints_keeps_none(trained, opt_ml):
    (opt_ml / "checkpoints").rmdir()
    code, _, _ = trained()
    assert code == 0
    assert not (opt_ml / "checkpoints").exists()


def test_early_stopping_ends_where_nothing_improves(trained):
    code, out, _ = trained(epochs=30, early_stopping=True, early_stopping_patience=1, learning_rate="1e-9")
    assert code == 0
    assert "stopping early" in out
    assert "epoch=30" not in out


def test_a_training_that_was_stopped_by_sigterm_keeps_its_whole_epochs(trained, opt_ml, monkeypatch):
    original = channels.in_background

    def told_in_the_second_epoch(examples, stop):
        if (opt_ml / "checkpoints" / FILE).exists():
            stop.tell()
        return original(examples, stop)

    monkeypatch.setattr("groundtrain_detector.training.in_background", told_in_the_second_epoch)
    code, out, _ = trained(epochs=9)
    assert code == 0
    assert "told to stop after 1 whole epochs" in out
    assert read_model(opt_ml / "model").description.epochs == 1


def test_a_training_that_is_stopped_before_its_first_epoch_has_no_model(trained, opt_ml, monkeypatch):
    def told(_):
        raise StoppedError

    monkeypatch.setattr(Stop, "raise_if_told", told)
    code, _, failure = trained()
    assert (code, failure) == (
        1,
        "the training was stopped before its first epoch had ended: there is no model",
    )
    assert not list((opt_ml / "model").iterdir())


def test_a_full_disk_is_said_and_the_checkpoint_before_stays_whole(trained, opt_ml, monkeypatch):
    trained()
    before = (opt_ml / "checkpoints" / FILE).read_bytes()

    def full(_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(written_files.os, "fsync", full)
        code, _, failure = trained(epochs=2)
    assert code == 1
    assert not failure  # it cannot be written either; the log says it
    assert [one.name for one in (opt_ml / "checkpoints").iterdir()] == [FILE]
    assert (opt_ml / "checkpoints" / FILE).read_bytes() == before


@pytest.mark.parametrize("content", [b"", b"half", b"\x80\x02s.", b"\x80\x02]h\x07."])
def test_a_damaged_checkpoint_is_said(trained, opt_ml, content):
    (opt_ml / "checkpoints" / FILE).write_bytes(content)
    code, _, failure = trained()
    assert code == 1
    assert failure.endswith("checkpoint.pt is no whole checkpoint: delete it to begin anew")


def test_what_was_not_finished_is_not_taken_for_a_checkpoint(trained, opt_ml):
    (opt_ml / "checkpoints" / f"{FILE}{written_files.UNFINISHED}").write_bytes(b"half")
    code, out, _ = trained()
    assert code == 0
    assert "going on" not in out


def test_a_checkpoint_of_other_classes_is_said(trained):
    trained()
    code, _, failure = trained(num_classes=5)
    assert code == 1
    assert "is of fcos_small for 4 classes, and this training of fcos_small for 5 classes" in failure


def test_a_checkpoint_of_as_many_classes_of_other_names_is_said(trained):
    trained(class_names='["car", "pedestrian", "bicycle", "sign"]')
    code, _, failure = trained(class_names='["car", "pedestrian", "sign", "bicycle"]', epochs=2)
    assert code == 1
    assert "with 'bicycle' as class 2, and this training has 'sign' there: delete it to begin anew" in failure


def test_a_checkpoint_of_another_format_is_said(trained, opt_ml):
    trained()
    change_checkpoint(opt_ml, format=99)
    code, _, failure = trained(epochs=2)
    assert code == 1
    assert "is of format 99, and this program reads 2: delete it to begin anew" in failure


@pytest.mark.parametrize(
    "states", [{}, {"network": {"a": torch.ones(1)}}, {"network": {1: 2}}, {"network": 5}]
)
def test_a_checkpoint_whose_states_do_not_fit_is_said(trained, opt_ml, states):
    trained()
    change_checkpoint(opt_ml, states=states)
    code, _, failure = trained(epochs=2)
    assert code == 1
    assert failure.endswith("checkpoint.pt does not fit fcos_small for 4 classes: delete it to begin anew")


@pytest.mark.parametrize(
    ("network", "input_size"), [("fcos_small", 32), ("ssdlite320_mobilenet_v3_large", 320)]
)
@pytest.mark.parametrize(
    ("images", "batch_size"), [(3, 2), (1, 2), (2, 1)], ids=["last batch", "only image", "batches of one"]
)
def test_an_image_by_itself_does_not_end_the_training(
    trained, opt_ml, street_scenes, network, input_size, images, batch_size
):
    """The deepest layers see one value per channel then, for which torch's batch norm has no statistics."""
    data = {"train": street_scenes[:images], "validation": street_scenes[8:9]}
    code, out, failure = trained(data, network=network, input_size=input_size, batch_size=batch_size)
    assert (code, failure) == (0, "")
    assert f" images={images} " in out
    assert all(value.isfinite().all() for value in weights(opt_ml / "model").values())


@pytest.mark.parametrize("network", ["fcos_small", "ssdlite320_mobilenet_v3_large"])
@pytest.mark.parametrize("half", [torch.bfloat16, torch.float16])
def test_mixed_precision_trains_in_either_half_as_far_as_a_cpu_can_show(
    trained, opt_ml, monkeypatch, network, half
):
    on_cpu = Device(torch.device("cpu"), half, "in mixed precision")
    monkeypatch.setattr("groundtrain_detector.train.choose_device", lambda **_: on_cpu)
    code, out, failure = trained(network=network, batch_size=2, num_training_samples=8)
    assert (code, failure) == (0, ""), out
    assert read_model(opt_ml / "model").description.epochs == 1
