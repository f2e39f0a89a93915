"""The program as SageMaker would run it: `groundtrain rehearse` finds nothing to complain of."""

import json
import sys

import pytest

from groundtrain.cli.application import run
from tests.detector.scenes import write_scenes


@pytest.fixture
def rehearsed(tmp_path, monkeypatch, capfd):
    """Rehearses a training of drawn scenes; the exit code, the document, and codes of GT7."""
    monkeypatch.setenv("OMP_NUM_THREADS", "1")

    def call(number, *options, **hyperparameters):
        place = write_scenes(tmp_path / "place", number, **hyperparameters)
        monkeypatch.chdir(place)
        words = ("scenes.manifest", "--settings", "dev.toml", "--image-dir", "images", "--format", "json")
        program = (sys.executable, "-m", "groundtrain_detector", "train")
        code = run(["rehearse", *words, *options, "--", *program])
        out, err = capfd.readouterr()
        document = json.loads(out)
        codes = {one["code"] for one in document["findings"] if one["code"].startswith("GT7")}
        return code, document, codes, err

    return call


def test_a_rehearsal_has_nothing_to_say(rehearsed):
    code, document, codes, err = rehearsed(
        20, "--split-records", "500", epochs=2, input_size=96, decode_workers=1
    )
    assert (code, codes, document["exit_code"]) == (0, set(), 0), err
    assert set(document["metrics"]) == {"train:loss", "validation:mAP", "validation:mAP_50_95"}


def test_an_interrupted_training_goes_on_from_its_checkpoint(rehearsed):
    code, _document, codes, err = rehearsed(20, "--interrupt-after", "1", epochs=3, input_size=96)
    assert (code, codes) == (0, set()), err
    assert "going on after epoch 1, from the checkpoint" in err


def test_a_training_that_is_stopped_in_its_second_epoch_keeps_the_model_of_the_first(rehearsed):
    code, document, _codes, err = rehearsed(20, "--epochs", "1", epochs=5, input_size=96, decode_workers=0)
    assert code == 0, err
    assert "model.json" in json.dumps(document["model_files"])


def test_what_goes_wrong_is_said_in_a_sentence(rehearsed):
    code, document, codes, _ = rehearsed(20, epochs=1, use_pretrained_model=True)
    assert (code, document["exit_code"]) == (1, 2)
    assert "GT712" in codes
    assert document["failure"].startswith("use_pretrained_model is True, and this image was built without")


def test_street_scenes_are_learned(rehearsed):
    code, document, codes, err = rehearsed(
        250, epochs=8, input_size=320, learning_rate=0.002, decode_workers=0
    )
    assert (code, codes) == (0, set()), err
    assert document["metrics"]["validation:mAP"]["last"] >= 0.7
