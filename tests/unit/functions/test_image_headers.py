"""`images = "header"`: the pipeline's dataset is made with what `check --images header` finds."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from botocore.exceptions import ClientError
from msgspec.structs import replace

from groundtrain.aws.image_store import S3ImageStore
from groundtrain.calls.images import unannounced
from groundtrain.dataset.description import parse_dataset
from groundtrain.linting.image_batch import ImageCheckSettings
from groundtrain.linting.linter import check_manifest
from groundtrain.manifest.source import FileManifest
from groundtrain.pipeline import image_checks
from groundtrain.pipeline.image_check_run import ImageCheck
from groundtrain.pipeline.triggers.labeled_manifest import LabeledManifest
from groundtrain.s3_addresses import S3Address
from groundtrain.settings.dataset_settings import DatasetSettings, Gate
from tests.label_samples import SAMPLES
from tests.unit.functions.pipeline import ENVIRONMENT, finish_labeling_job, labeling_event
from tests.unit.images import pictures

SIZE = (40, 30)
SOUND = {f"{number}.jpg": pictures.jpeg(quality=60 + number) for number in range(20)}


def declared(width, height):
    size = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    return pictures.png()[:8] + pictures.chunk(b"IHDR", size + b"\x08\x02\0\0\0") + pictures.png()[33:]


FAULTY = {  # what a header shows of an image; None where there is none
    "gone.jpg": (None, "GT601"),
    "empty.jpg": (b"", "GT602"),
    "page.jpg": (b"<html>", "GT602"),
    "cut.jpg": (pictures.jpeg(size=(400, 300))[:-9], "GT603"),
    "picture.gif": (pictures.encode(pictures.noise("L"), "GIF"), "GT604"),
    "other.jpg": (pictures.png(), "GT605"),
    "turned.jpg": (pictures.jpeg(orientation=3), "GT606"),
    "sideways.jpg": (pictures.jpeg(size=(30, 40), orientation=6), "GT607"),
    "resized.jpg": (pictures.jpeg(size=(80, 60)), "GT608"),
    "grey.jpg": (pictures.jpeg("L"), "GT609"),
    "giant.png": (declared(10_001, 10_000), "GT610"),
    "frames.png": (pictures.animated_png(), "GT611"),
    "copy.jpg": (SOUND["0.jpg"], "GT612"),
    "bomb.png": (declared(60_000, 60_000), "GT613"),
}
MASKS = {
    "gone.png": (None, "GT620"),
    "mask.jpg": (pictures.jpeg(size=SIZE), "GT621"),
    "rgb.png": (pictures.png(), "GT622"),
    "small.png": (pictures.encode(pictures.mask((0, 1)), "PNG"), "GT623"),
}


def line(name, size=SIZE):
    box = {"class_id": 0, "left": 1, "top": 1, "width": 5, "height": 5}
    image_size = [{"width": size[0], "height": size[1], "depth": 3}]
    return {
        "source-ref": f"s3://labels/images/{name}",
        "boxes": {"image_size": image_size, "annotations": [box]},
        "boxes-metadata": {
            "objects": [{"confidence": 0}],
            "class-map": {"0": "pallet"},
            "type": "groundtruth/object-detection",
            "human-annotated": "yes",
            "creation-date": "2026-02-01T10:00:00.123456",
            "job-name": "labeling-job/pallets-07",
        },
    }


def masked_line(name, mask):
    colours = {"0": {"class-name": "BACKGROUND", "hex-color": "#ffffff"}, "1": {"class-name": "road"}}
    return {
        "source-ref": f"s3://labels/images/{name}",
        "road-ref": f"s3://labels/masks/{mask}",
        "road-ref-metadata": {
            "internal-color-map": colours,
            "type": "groundtruth/semantic-segmentation",
            "human-annotated": "yes",
            "creation-date": "2026-02-01T10:00:00.123456",
            "job-name": "labeling-job/pallets-07",
        },
    }


def boxes(aws):
    """A manifest with each kind of fault that the header of an image shows."""
    sizes = {"giant.png": (10_001, 10_000), "bomb.png": (60_000, 60_000)}
    images = {**SOUND, **{name: content for name, (content, _) in FAULTY.items()}}
    for name, content in images.items():
        if content is not None:
            aws.put(f"images/{name}", content)
    return [line(name, sizes.get(name, SIZE)) for name in images]


def masks(aws):
    """A manifest with each kind of fault that the header of a mask shows."""
    sound = pictures.encode(pictures.mask((0, 1), size=SIZE), "PNG")
    contents = {**{f"{i}.png": (sound, "") for i in range(20)}, **MASKS}
    lines = []
    for number, (name, (content, _)) in enumerate(contents.items()):
        image = f"{number}.jpg"
        aws.put(f"images/{image}", pictures.jpeg(quality=30 + number))
        if content is not None:
            aws.put(f"masks/{name}", content)
        lines.append(masked_line(image, name))
    return lines


@pytest.fixture
def pipeline(pipeline):
    dataset = replace(pipeline.settings.dataset, images="header")
    labeling = replace(pipeline.settings.labeling, buckets=("labels",))
    gate = Gate(max_rejected=0.9, min_records=4, classes_in_both_splits=False)
    pipeline.settings = replace(pipeline.settings, dataset=dataset, labeling=labeling, gate=gate)
    return pipeline


def convert(aws, pipeline, lines):
    text = "".join(f"{json.dumps(each)}\n" for each in lines)
    counters = {"TotalLabeled": len(lines)}
    an_hour_ago = datetime.now(UTC) - timedelta(hours=1)
    label = "boxes" if "boxes" in lines[0] else "road-ref"
    arn = finish_labeling_job(
        aws, manifest=text, lines=0, label=label, LabelCounters=counters, at=an_hour_ago
    )
    return text, pipeline.convert(labeling_event(arn))


def wrapped(aws, monkeypatch, answer):
    """Requests for images are counted, and answered with an error of S3 where `answer` has one."""
    original, asked = aws.clients.s3.get_object, []

    def get_object(**request):
        if request["Key"].startswith("images/"):
            asked.append(request["Key"])
            if code := answer(len(asked)):
                raise ClientError({"Error": {"Code": code, "Message": "no"}}, "GetObject")
        return original(**request)

    monkeypatch.setattr(aws.clients.s3, "get_object", get_object)
    return asked


def the_dataset(aws):
    (key,) = (key for key in aws.written() if key.endswith("dataset.json"))
    return key.removesuffix("dataset.json"), parse_dataset(aws.get(key))


def announced(aws):
    return [event["detail-type"] for event in aws.events()]


def rejected_in(aws):
    found = map(json.loads, aws.get(f"{the_dataset(aws)[0]}rejected.jsonl").splitlines())
    return {each["line"] for each in found}


def checked_here(aws, pipeline, path, text):
    """The same as `groundtrain check --images header` of the same manifest, on one machine."""
    path.write_text(text, "utf-8")
    looked = ImageCheckSettings(S3ImageStore(aws.clients.s3), "header", unannounced)
    return check_manifest(FileManifest(path), pipeline.settings, image_checks=looked)


@pytest.mark.parametrize(("made", "faulty"), [(boxes, FAULTY), (masks, MASKS)])
def test_findings_are_those_of_a_check_on_one_machine(aws, pipeline, tmp_path, made, faulty):
    text, _ = convert(aws, pipeline, made(aws))
    check = checked_here(aws, pipeline, tmp_path / "m.manifest", text)
    folder, dataset = the_dataset(aws)
    assert {code for _, code in faulty.values()} <= set(dataset.findings)
    assert dataset.findings == check.counts
    assert (dataset.rejected, dataset.train.records) == (check.rejected, check.train)
    errors = {each.line for each in check.findings if each.rule.is_error}
    assert rejected_in(aws) == errors != set()
    report = json.loads(aws.get(f"{folder}report.json"))
    told = {(each["code"], each.get("line", 0), each["message"]) for each in report["findings"]}
    assert told == {(each.code, each.line, each.message) for each in check.findings}


def test_no_gpu_is_started_for_images_at_fault_beyond_what_the_gate_allows(aws, pipeline):
    pipeline.settings = replace(pipeline.settings, gate=Gate(max_rejected=0.2))
    convert(aws, pipeline, boxes(aws))
    assert not the_dataset(aws)[1].gate.open
    assert announced(aws) == ["Dataset Rejected"]
    (mail,) = aws.mails()
    assert "GT608" in mail["Message"]


def test_a_list_reads_no_image(aws, pipeline, monkeypatch):
    pipeline.settings = replace(pipeline.settings, dataset=DatasetSettings(images="list"))
    asked = wrapped(aws, monkeypatch, lambda _: "")
    convert(aws, pipeline, boxes(aws))
    assert asked == []
    assert [code for code in the_dataset(aws)[1].reasons if code.startswith("GT6")] == ["GT601"]


def test_a_repeated_event_reads_no_image_again(aws, pipeline, monkeypatch):
    asked = wrapped(aws, monkeypatch, lambda _: "")
    text, _ = convert(aws, pipeline, boxes(aws))
    before = len(asked)
    convert(aws, pipeline, list(map(json.loads, text.splitlines())))
    assert len(asked) == before > len(SOUND)


def test_an_image_that_may_not_be_read_is_no_faulty_image(aws, pipeline, monkeypatch):
    wrapped(aws, monkeypatch, lambda asked: "AccessDenied" if asked == 5 else "")
    _, put_off = convert(aws, pipeline, boxes(aws))
    assert put_off
    assert [key for key in aws.written() if key.startswith("datasets/")] == []
    (mail,) = aws.mails()
    assert "s3://labels/images/" in mail["Message"]


@pytest.mark.parametrize("code", ["SlowDown", "KMS.DisabledException"])
def test_a_read_that_says_nothing_of_the_image_is_tried_again(aws, pipeline, monkeypatch, code):
    wrapped(aws, monkeypatch, lambda asked: code if asked == 5 else "")
    lines = boxes(aws)
    with pytest.raises(Exception, match=code):
        convert(aws, pipeline, lines)
    assert (aws.written(), aws.mails()) == ([], [])
    convert(aws, pipeline, lines)
    assert the_dataset(aws)[1].findings["GT602"] == 2


def test_more_images_than_one_function_reads_close_the_gate_unread(aws, pipeline, monkeypatch):
    monkeypatch.setattr(image_checks, "MOST_FILES", 30)
    asked = wrapped(aws, monkeypatch, lambda _: "")
    convert(aws, pipeline, boxes(aws))
    gate = the_dataset(aws)[1].gate
    assert (gate.open, asked, announced(aws)) == (False, [], ["Dataset Rejected"])
    assert "names 34 images and masks, and one function reads the headers of 30" in gate.reasons[0]
    assert 'set images = "list"' in gate.reasons[0]


@pytest.mark.parametrize("images", ["header", "full"])
def test_label_files_of_sequences_are_still_looked_for(aws, tmp_path, images):
    manifest = tmp_path / "m.manifest"
    manifest.write_text(json.dumps(SAMPLES["groundtruth/video-object-detection"].lines[0]), "utf-8")
    labeled = LabeledManifest(
        name="yard", identity="", title="", manifest=FileManifest(manifest), settled=datetime.now(UTC)
    )
    store = S3ImageStore(aws.clients.s3)
    check = ImageCheck(None, labeled, ENVIRONMENT, S3Address("datasets", "datasets/yard/0/"), store)
    settings = DatasetSettings(label="track-ref", images=images)
    looked_at = image_checks.look_at_images(check, settings, (), aws.clients)
    assert looked_at.exists is not None
    assert not looked_at.exists(json.loads(manifest.read_text("utf-8"))["track-ref"])
