"""What is wrong with data, settings or machine: a sentence, an exit code, a failure file, and no model."""

import io

import pytest
import torch
from PIL import Image

from groundtrain_detector import training
from groundtrain_detector.channels import Labeled
from groundtrain_detector.checkpoints import FILE
from groundtrain_detector.device import choose_device
from groundtrain_detector.model_description import ModelDescription
from groundtrain_detector.model_directory import read_model, write_model
from groundtrain_detector.networks import build_network

NOTHING = {"annotations": []}


def stored(image, form="PNG", **options):
    content = io.BytesIO()
    image.save(content, form, **options)
    return content.getvalue()


def box(class_id=0, left=10, top=10, width=100, height=100):
    return {"class_id": class_id, "left": left, "top": top, "width": width, "height": height}


def turned():
    exif = Image.Exif()
    exif[0x0112] = 6
    return exif


def assert_trained(result, opt_ml):
    code, out, failure = result
    assert (code, failure) == (0, ""), out
    return read_model(opt_ml / "model")


def assert_refused(result, opt_ml, sentence, code=1):
    found, _, failure = result
    assert (found, failure) == (code, sentence)
    assert not list((opt_ml / "model").iterdir())
    assert not (opt_ml / "checkpoints" / FILE).exists()


@pytest.mark.parametrize(
    "image",
    [
        stored(Image.new("L", (300, 200))),
        stored(Image.new("I;16", (300, 200))),
        stored(Image.new("RGBA", (300, 200))),
        stored(Image.new("P", (300, 200))),
        stored(Image.new("CMYK", (300, 200)), "JPEG"),
        stored(Image.new("RGB", (300, 200)), "JPEG", exif=turned()),
        stored(Image.new("RGB", (1, 1))),
        stored(Image.new("RGB", (4000, 3))),
    ],
    ids=["grey", "16 bits", "transparent", "palette", "CMYK", "turned", "one pixel", "a line"],
)
def test_images_of_any_mode_and_size_are_trained_on(trained, opt_ml, street_scenes, image):
    data = {
        "train": [*street_scenes[:3], Labeled(image, {"annotations": [box()]})],
        "validation": street_scenes[8:],
    }
    assert_trained(trained(data), opt_ml)


def test_an_image_of_a_hundred_megapixels_is_trained_on(trained, opt_ml, street_scenes):
    large = Labeled(stored(Image.new("1", (10_000, 10_000))), {"annotations": [box(width=5000, height=5000)]})
    assert_trained(trained({"train": [large, *street_scenes[:3]], "validation": street_scenes[8:]}), opt_ml)


def test_boxes_at_the_edges_repeated_and_too_small_are_trained_on_and_counted(trained, opt_ml, street_scenes):
    boxes = [
        box(0, 0, 0, 640, 400),
        box(1),
        box(1),
        box(2, 639.5, 0, 1, 400),
        box(3, 5, 5, 0.1, 300),
        box(3, -9, 3),
    ]
    data = {
        "train": [Labeled(street_scenes[0].image, {"annotations": boxes})],
        "validation": street_scenes[8:],
    }
    result = trained(data, zoom=0)
    assert_trained(result, opt_ml)
    assert "epoch=1 boxes_too_small_to_learn=2" in result[1]


def test_images_without_objects_are_used_beside_others(trained, opt_ml, street_scenes):
    nothing = [Labeled(one.image, NOTHING) for one in street_scenes[:3]]
    result = trained({"train": [street_scenes[0], *nothing], "validation": street_scenes[8:]})
    assert_trained(result, opt_ml)
    assert "images=4 " in result[1]


@pytest.mark.parametrize(
    "network", ["fcos_small", "ssdlite320_mobilenet_v3_large", "fasterrcnn_resnet50_fpn_v2"]
)
def test_a_batch_without_objects_is_trained_on(trained, opt_ml, street_scenes, network):
    nothing = [Labeled(one.image, NOTHING) for one in street_scenes[:2]]
    data = {"train": [*nothing, *street_scenes[:2]], "validation": street_scenes[8:9]}
    assert_trained(trained(data, network=network, batch_size=2), opt_ml)


def test_one_class_is_enough(trained, opt_ml, street_scenes):
    data = {
        side: [
            Labeled(
                one.image, {"annotations": [{**each, "class_id": 0} for each in one.label["annotations"]]}
            )
            for one in chosen
        ]
        for side, chosen in (("train", street_scenes[:4]), ("validation", street_scenes[8:]))
    }
    assert assert_trained(trained(data, num_classes=1), opt_ml).description.classes == ("class 0",)


def test_a_thousand_classes_are_not_too_many(trained, opt_ml):
    assert len(assert_trained(trained(num_classes=1000), opt_ml).description.classes) == 1000


def test_a_training_side_without_objects_is_refused(trained, opt_ml, street_scenes):
    nothing = [Labeled(one.image, NOTHING) for one in street_scenes[:3]]
    assert_refused(
        trained({"train": nothing, "validation": street_scenes[8:]}),
        opt_ml,
        "none of the 3 images of the channel train shows an object, so that there is nothing to learn: put"
        " labeled images on that side of the split",
    )


def test_a_validation_side_without_objects_is_refused(trained, opt_ml, street_scenes):
    nothing = [Labeled(one.image, NOTHING) for one in street_scenes[8:]]
    assert_refused(
        trained({"train": street_scenes[:4], "validation": nothing}),
        opt_ml,
        "none of the 6 images of the channel validation shows an object, so that no mAP can be measured: put"
        " labeled images on that side of the split",
    )


def test_an_image_that_is_none_is_named_by_its_place(trained, opt_ml, street_scenes):
    data = {"train": [street_scenes[0], Labeled(b"<html>", NOTHING)], "validation": street_scenes[8:]}
    sentence = (
        "example 2 of channel train cannot be used: it cannot be read as an image: it is of no known format"
    )
    assert_refused(trained(data), opt_ml, sentence)


def test_a_class_that_is_beyond_the_number_of_classes_is_said(trained, opt_ml, street_scenes):
    data = {
        "train": [Labeled(street_scenes[0].image, {"annotations": [box(7)]})],
        "validation": street_scenes[8:],
    }
    sentence = "example 1 of channel train cannot be used: a box has class_id 7, and ids are from 0 to 3"
    assert_refused(trained(data), opt_ml, sentence)


def test_a_loss_that_is_no_number_is_said(trained, opt_ml, monkeypatch):
    monkeypatch.setattr(training, "rate", lambda *_: 1e30)
    sentence = "the loss is no number any more in epoch 1: lower learning_rate, which is 0.0005"
    assert_refused(trained(), opt_ml, sentence)


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (
            torch.OutOfMemoryError("CUDA"),
            "the GPU has too little memory: lower batch_size or input_size, which are 4 and 64",
        ),
        (MemoryError(), "the machine has too little memory: lower batch_size, input_size or decode_workers"),
        (RuntimeError("odd"), "unexpected RuntimeError: odd"),
    ],
)
def test_what_no_one_foresaw_is_said_too(trained, opt_ml, monkeypatch, error, sentence):
    def fail(*_):
        raise error

    monkeypatch.setattr(training.Training, "_step", fail)
    assert_refused(trained(), opt_ml, sentence)


def test_a_wrong_hyperparameter_ends_with_the_exit_code_of_wrong_settings(trained, opt_ml):
    sentence = 'hyperparameter zoom is "2", and takes a number in [0, 0.9]; the nearest possible is 0.9'
    assert_refused(trained(zoom=2), opt_ml, sentence, code=2)


def earlier_model(opt_ml, network, classes):
    folder = opt_ml / "input" / "data" / "model"
    description = ModelDescription(
        network=network, classes=classes, input_size=64, hyperparameters={}, licences=()
    )
    write_model(folder, description, build_network(network, len(classes)).state_dict())


def test_an_earlier_model_is_started_from(trained, opt_ml):
    earlier_model(opt_ml, "fcos_small", ("a", "b", "c", "d"))
    result = trained()
    assert_trained(result, opt_ml)
    assert "started from an earlier model: 82 of 82 tensors" in result[1]
    assert "terms of the weights" in (opt_ml / "model" / "LICENSES.txt").read_text()


def test_an_earlier_model_of_another_network_is_refused(trained, opt_ml):
    earlier_model(opt_ml, "ssdlite320_mobilenet_v3_large", ("a", "b", "c", "d"))
    sentence = (
        "the channel model holds a ssdlite320_mobilenet_v3_large, and network is fcos_small: choose the same"
    )
    assert_refused(trained(), opt_ml, sentence, code=2)


def test_a_weights_file_of_another_network_is_refused(trained, opt_ml, tmp_path, monkeypatch):
    torch.save(build_network("ssdlite320_mobilenet_v3_large", 3).state_dict(), tmp_path / "coco.pth")
    monkeypatch.setenv("GROUNDTRAIN_WEIGHTS", str(tmp_path / "coco.pth"))
    code, _, failure = trained(use_pretrained_model=True)
    assert code == 2
    assert failure.startswith("coco.pth holds the weights of another network: ")


def test_a_weights_file_that_is_none_is_refused(trained, opt_ml, tmp_path, monkeypatch):
    (tmp_path / "coco.pth").write_bytes(b"<html>")
    monkeypatch.setenv("GROUNDTRAIN_WEIGHTS", str(tmp_path / "coco.pth"))
    assert_refused(trained(use_pretrained_model=True), opt_ml, "coco.pth holds no weights", code=2)


def test_weights_of_more_classes_are_used_but_for_what_tells_classes_apart(
    trained, opt_ml, tmp_path, monkeypatch
):
    torch.save(build_network("fcos_small", 90).state_dict(), tmp_path / "coco.pth")
    monkeypatch.setenv("GROUNDTRAIN_WEIGHTS", str(tmp_path / "coco.pth"))
    result = trained(use_pretrained_model=True)
    assert_trained(result, opt_ml)
    assert "started from coco.pth: 80 of 82 tensors were loaded" in result[1]


def test_weights_of_a_classifier_are_those_of_the_backbone(trained, opt_ml, tmp_path, monkeypatch):
    from torchvision.models import resnet18

    torch.save(resnet18(weights=None).state_dict(), tmp_path / "resnet18.pth")
    monkeypatch.setenv("GROUNDTRAIN_WEIGHTS", str(tmp_path / "resnet18.pth"))
    result = trained(use_pretrained_model=True, network="fcos_resnet18_fpn")
    assert_trained(result, opt_ml)
    assert "started from resnet18.pth: 120 of " in result[1]


def test_without_a_gpu_the_cpu_trains_and_it_is_said(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert choose_device(mixed_precision=True).words.startswith("no GPU was found: training on the CPU")


def test_of_several_gpus_one_is_used_and_it_is_said(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 4)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda _: "Large GPU")
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda **_: True)
    device = choose_device(mixed_precision=True)
    assert device.words == (
        "training on Large GPU, one of 4: the others stay unused, in mixed precision (torch.bfloat16)"
    )
    assert device.device == torch.device("cuda", 0)
