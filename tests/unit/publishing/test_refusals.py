"""What cannot be published is refused in a sentence, before anything is uploaded; some can be forced."""

import json
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from groundtrain.cli.application import run
from tests.manifest_lines import good
from tests.mocked_aws import MockedAws
from tests.published import Say, coco_folder, deploy_storage, settings_file

SOURCE = "yard.coco.json"


def nothing_is_there(aws: MockedAws) -> bool:
    return aws.written("labels") == []


def test_what_the_gate_of_the_environment_refuses_is_not_uploaded(
    say: Say, aws: MockedAws, tmp_path: Path
) -> None:
    coco_folder(tmp_path, 6)
    said = say(SOURCE)
    assert said.code == 1
    assert "fewer than 10 (min_records)" in said.err
    assert "in [gate] of environments/dev.toml" in said.err
    assert "--force" in said.err
    assert nothing_is_there(aws)


def test_the_check_is_in_the_document(say: Say, tmp_path: Path) -> None:
    coco_folder(tmp_path, 6)
    said = say(SOURCE, "--format", "json")
    document = json.loads(said.out)
    assert said.code == 1
    assert "would not train" in document["error"]["message"]
    assert document["check"]["records"] == 6


def test_what_the_gate_refuses_can_be_published_all_the_same(
    say: Say, aws: MockedAws, tmp_path: Path
) -> None:
    coco_folder(tmp_path, 6)
    assert say(SOURCE, "--force").code == 0
    assert "manifests/yard.manifest" in aws.written("labels")


def test_labels_that_would_be_left_out_are_refused_until_that_is_wished(
    say: Say, aws: MockedAws, tmp_path: Path
) -> None:
    box = {"id": 1, "image_id": 1, "category_id": 1, "bbox": [1, 2, 3, 4]}
    others = [{**box, "id": number, "image_id": number} for number in range(2, 30)]
    coco_folder(tmp_path, annotations=[box, *others, {**box, "id": 90, "category_id": 8}])
    said = say(SOURCE)
    assert said.code == 1
    assert "boxes of a category that is not listed: 1" in said.err
    assert "1 label would be left out or changed" in said.err
    assert nothing_is_there(aws)
    assert say(SOURCE, "--force").code == 0


def test_missing_images_are_named(say: Say, aws: MockedAws) -> None:
    Path("shots/0003.jpg").unlink()
    Path("shots/0007.jpg").unlink()
    said = say(SOURCE)
    assert said.code == 1
    assert "2 images are not in the folder of images: shots/0003.jpg, shots/0007.jpg" in said.err
    assert nothing_is_there(aws)
    assert say(SOURCE, "--force").code == 0
    assert b"s3://labels/images/yard/shots/0003.jpg" in aws.get("manifests/yard.manifest", "labels")


def test_a_link_that_leads_out_of_the_folder_is_no_image(say: Say, tmp_path: Path) -> None:
    secret = tmp_path.parent / "secret"
    secret.write_text("secret")
    Path("shots/0003.jpg").unlink()
    Path("shots/0003.jpg").symlink_to(secret)
    said = say(SOURCE)
    assert said.code == 1
    assert "1 image is not in the folder of images: shots/0003.jpg" in said.err


def test_images_in_buckets_that_the_environment_does_not_read_are_named(say: Say, aws: MockedAws) -> None:
    Path("a.manifest").write_bytes(b"\n".join(good(20)))
    said = say("a.manifest")
    assert said.code == 1
    assert (
        "20 images are in a bucket that the environment does not read (labels, shared-images):"
        " s3://bucket/good-0000.jpg" in said.err
    )
    assert "--image-dir" in said.err


def test_images_that_are_not_in_s3_are_named(say: Say, aws: MockedAws) -> None:
    lines = [line.replace(b"s3://bucket/", b"s3://labels/") for line in good(20)]
    Path("a.manifest").write_bytes(b"\n".join(lines))
    for number in range(19):
        aws.put(f"good-{number:04}.jpg", b"image")
    said = say("a.manifest")
    assert said.code == 1
    assert "1 image is not in S3: s3://labels/good-0019.jpg" in said.err


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("x" * 1016, "is longer than 1,024 bytes"),
        (".uploads/a.jpg", "writes down what was uploaded"),
        ("a.manifest", "would be taken for a manifest"),
    ],
)
def test_an_image_whose_name_cannot_be_a_key_is_refused(
    say: Say, aws: MockedAws, tmp_path: Path, name: str, words: str
) -> None:
    file = settings_file(tmp_path)
    file.write_text(file.read_text().replace('"manifests/"', '"manifests/", "images/"'), "utf-8")
    Path("photos").mkdir()
    parts = [name[at : at + 200] for at in range(0, len(name), 200)]
    path = Path("photos", *parts)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"image")
    key = "/".join(parts)
    for number in range(20):
        Path("photos", f"good-{number:04}.jpg").write_bytes(b"image")
    images = [
        {"id": i, "file_name": key if not i else f"good-{i:04}.jpg", "width": 640, "height": 480}
        for i in range(20)
    ]
    boxes = [{"id": i, "image_id": i, "category_id": 1, "bbox": [1, 2, 3, 4]} for i in range(20)]
    document = {"images": images, "annotations": boxes, "categories": [{"id": 1, "name": "car"}]}
    Path("c.json").write_text(json.dumps(document))
    said = say("c.json", "--image-dir", "photos")
    assert said.code == 1
    assert words in said.err
    assert nothing_is_there(aws)


def test_an_environment_without_a_folder_for_manifests_is_told(say: Say, tmp_path: Path) -> None:
    file = settings_file(tmp_path)
    file.write_text(file.read_text().replace('uploads = ["manifests/"]', ""), "utf-8")
    said = say(SOURCE)
    assert said.code == 2
    assert "takes no manifests" in said.err
    assert "make deploy ENV=dev" in said.err


def test_an_environment_that_is_not_deployed_is_told(
    say: Say, aws: MockedAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    def describe_stacks(**_: str) -> None:
        said = {"Code": "ValidationError", "Message": "Stack with id x does not exist"}
        raise ClientError({"Error": said}, "DescribeStacks")

    monkeypatch.setattr(aws.clients.cloudformation, "describe_stacks", describe_stacks)
    said = say(SOURCE)
    assert said.code == 2
    assert "there is no stack groundtrain-dev-storage" in said.err
    assert "make deploy ENV=dev" in said.err


def test_a_stack_of_an_older_version_is_told(
    say: Say, aws: MockedAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    deploy_storage(aws, monkeypatch, KeyArn="arn:key")
    assert "do not tell their DatasetsBucketName" in say(SOURCE).err


@pytest.mark.parametrize("operation", ["ListObjectsV2", "HeadObject"])
def test_a_bucket_that_may_not_be_read_is_told_with_the_right_that_is_missing(
    say: Say, aws: MockedAws, operation: str
) -> None:
    def refuse(**_: Any) -> None:
        raise ClientError({"Error": {"Code": "403", "Message": "Forbidden"}}, operation)

    hooks = aws.clients.uploads.meta.events
    hooks.register(f"provide-client-params.s3.{operation}", refuse)
    said = say(SOURCE)
    hooks.unregister(f"provide-client-params.s3.{operation}", refuse)
    assert said.code == 2
    assert "is denied" in said.err
    assert ("s3:ListBucket" if operation == "ListObjectsV2" else "s3:GetObject") in said.err
    assert "a bucket of another account" in said.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((SOURCE,), "say which environment"),
        ((SOURCE, "--env", "dev", "--settings", "environments/dev.toml"), "say which environment"),
        ((SOURCE, "--env", "../dev"), "no environment can be named"),
        ((SOURCE, "--env", "other"), "environments/other.toml: there is no such file"),
        ((SOURCE, "--env", "dev", "--name", "a/b"), "letters, digits, hyphens and underscores"),
        ((SOURCE, "--env", "dev", "--timeout", "soon"), 'a duration like "30m"'),
        ((SOURCE, "--env", "dev", "--original-names"), "COCO has no such option"),
        (("a.manifest", "--env", "dev", "--original-names"), "a manifest needs no such option"),
        (("shots", "--env", "dev"), "is a folder, and it is not clear of what"),
        (("none.json", "--env", "dev"), "there is no such file"),
        (("s3://bucket/coco.json", "--env", "dev", "--from", "coco"), "is no file or folder of this machine"),
    ],
)
def test_a_wrong_call_is_told(
    say: Say, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], words: str
) -> None:
    Path("a.manifest").write_bytes(b"\n".join(good(20)))
    assert run(["publish", *arguments]) == 2
    said = capsys.readouterr().err
    assert words in said
    assert "fix: " in said


@pytest.mark.parametrize("text", [b"", b"\xff\xd8\xff\xe0", b"left,top\n1,2\n", b'{"a": 1}\n'])
def test_what_is_no_labels_is_refused(say: Say, aws: MockedAws, text: bytes) -> None:
    Path("what.txt").write_bytes(text)
    said = say("what.txt")
    assert said.code == 1
    assert said.err
    assert nothing_is_there(aws)


def test_a_label_attribute_that_the_environment_does_not_train_on_is_refused(
    say: Say, tmp_path: Path
) -> None:
    settings_file(tmp_path, rest='[dataset]\nlabel = "objects"')
    said = say("a.manifest", "--label", "boxes")
    assert said.code == 2
    assert 'the environment trains on "objects"' in said.err


@pytest.mark.parametrize(
    ("form", "fix"), [("yolo", "say --from coco, or leave --from out"), ("csv", "say --from coco")]
)
def test_another_format_than_was_said_is_told_in_words_of_publish(say: Say, form: str, fix: str) -> None:
    said = say(SOURCE, "--from", form)
    assert said.code == 1
    assert "is a COCO file, and not a" in said.err
    assert fix in said.err
    assert "groundtrain import" not in said.err


def test_a_manifest_needs_no_from(say: Say) -> None:
    Path("a.manifest").write_bytes(b"\n".join(good(3)))
    said = say("a.manifest", "--from", "coco")
    assert "is an augmented manifest already, and not a COCO file\n    fix: leave --from out" in said.err


def test_what_is_forced_is_not_said_to_have_kept_back_the_upload(say: Say, tmp_path: Path) -> None:
    coco_folder(tmp_path, 6)
    said = say(SOURCE, "--force")
    assert "--force: the environment would not train on it\n" in said.err
    assert "nothing was uploaded" not in said.err
