"""Labels and images of this machine come to where they start the pipeline; nothing is uploaded twice."""

import hashlib
import json
from pathlib import Path

import pytest

from groundtrain.aws.manifest_store import find_manifest
from groundtrain.cli.commands.publish.command import publish
from groundtrain.cli.commands.publish.labels import READABLE
from groundtrain.dataset.convert import convert
from groundtrain.s3_addresses import S3Address
from groundtrain.settings.dataset_settings import DatasetSettings
from tests.label_files import LABEL_FILES, blank_image
from tests.manifest_lines import box, dump, good, record
from tests.mocked_aws import MockedAws
from tests.published import Say, coco_folder, counted_requests, deploy_storage, settings_file

SOURCE = "yard.coco.json"
MANIFEST = "manifests/yard.manifest"
IMAGES = "images/yard/shots/"
TEXTS = {"fasttext"}
NOT_RECOGNISED = {"folders"}  # any folder may be one of them, so a person says it


def lines(aws: MockedAws, key: str = MANIFEST) -> list[dict[str, object]]:
    return [json.loads(line) for line in aws.get(key, "labels").splitlines()]


def test_images_and_classes_are_there_before_the_manifest_that_starts_the_pipeline(
    say: Say, aws: MockedAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    put: list[str] = []
    aws.clients.uploads.meta.events.register(
        "provide-client-params.s3.PutObject", lambda params, **_: put.append(params["Key"])
    )
    said = say(SOURCE)
    assert said.code == 0, said.err
    assert put[-2:] == ["manifests/yard.classes.json", MANIFEST]
    assert sum(key.startswith(IMAGES) for key in put[:-2]) == 30
    assert json.loads(aws.get("manifests/yard.classes.json", "labels"))["labels"] == [{"label": "car"}]


def test_lines_name_the_uploaded_images_and_what_is_in_them(say: Say, aws: MockedAws) -> None:
    assert say(SOURCE).code == 0
    found = lines(aws)
    assert len(found) == 30
    for number, line in enumerate(found):
        key = f"{IMAGES}{number:04}.jpg"
        assert line["source-ref"] == f"s3://labels/{key}"
        content = Path("shots", f"{number:04}.jpg").read_bytes()
        assert aws.get(key, "labels") == content
        assert line["source-sha256"] == hashlib.sha256(content).hexdigest()


def test_it_says_where_to_look(say: Say) -> None:
    said = say(SOURCE)
    assert "30 images: 0 were there, 30 were uploaded" in said.out
    assert "Manifest put at s3://labels/manifests/yard.manifest" in said.out
    assert "Datasets: s3://datasets/datasets/yard." in said.out
    assert "will train" in said.out


def test_the_same_again_uploads_nothing_and_says_so(say: Say, aws: MockedAws) -> None:
    say(SOURCE)
    with counted_requests(aws) as count:
        said = say(SOURCE)
        assert said.code == 0
        assert "This was published before" in said.out
        assert "30 were there, 0 were uploaded" in said.out
        assert count("PutObject") == 0


def test_what_is_there_is_found_by_one_listing_and_no_question_for_each_image(
    say: Say, aws: MockedAws
) -> None:
    say(SOURCE)
    with counted_requests(aws) as count:
        say(SOURCE)
        assert count("ListObjectsV2") == 1
        assert count("HeadObject", "images/") == 0
        assert count("GetObject", "images/") == 1, "the record of what was uploaded"


def test_an_image_that_was_changed_is_uploaded_and_makes_another_manifest(say: Say, aws: MockedAws) -> None:
    say(SOURCE)
    before = aws.get(MANIFEST, "labels")
    changed = Path("shots/0003.jpg")
    changed.write_bytes(changed.read_bytes()[:-1] + b"X")  # of the same size
    with counted_requests(aws) as count:
        said = say(SOURCE)
        assert count("PutObject", IMAGES) == 1
    assert "29 were there, 0 were uploaded, 1 were replaced" in said.out
    assert aws.get(f"{IMAGES}0003.jpg", "labels") == changed.read_bytes()
    assert aws.get(MANIFEST, "labels") != before
    assert "Manifest put at" in said.out


def test_an_image_of_another_size_is_uploaded_without_asking(say: Say, aws: MockedAws) -> None:
    say(SOURCE)
    Path("shots/0003.jpg").write_bytes(b"longer than before")
    with counted_requests(aws) as count:
        say(SOURCE)
        assert (count("HeadObject", IMAGES), count("PutObject", IMAGES)) == (0, 1)


def test_an_image_that_somebody_else_replaced_is_put_back(say: Say, aws: MockedAws) -> None:
    say(SOURCE)
    content = Path("shots/0005.jpg").read_bytes()
    aws.put(f"{IMAGES}0005.jpg", b"x" * len(content))
    said = say(SOURCE)
    assert "29 were there, 0 were uploaded, 1 were replaced" in said.out
    assert aws.get(f"{IMAGES}0005.jpg", "labels") == content
    again = say(SOURCE)
    assert "30 were there" in again.out


def test_images_of_which_nothing_was_written_down_are_asked_for_and_not_uploaded_again(
    say: Say, aws: MockedAws
) -> None:
    say(SOURCE)
    for key in aws.written("labels"):
        if ".uploads" in key:
            aws.clients.s3.delete_object(Bucket="labels", Key=key)
    with counted_requests(aws) as count:
        assert say(SOURCE).code == 0
        assert (count("HeadObject", IMAGES), count("PutObject", IMAGES)) == (30, 0)
    with counted_requests(aws) as count:
        say(SOURCE)
        assert count("HeadObject", IMAGES) == 0


def test_the_check_has_the_sides_of_the_split_that_the_pipeline_will_have(
    say: Say, aws: MockedAws, tmp_path: Path
) -> None:
    document = json.loads(say(SOURCE, "--format", "json").out)
    manifest = find_manifest(aws.clients.s3, S3Address("labels", MANIFEST))
    made = convert(manifest, DatasetSettings(), tmp_path / "made").contents
    assert (document["train"], document["validation"]) == (made.train.records, made.validation.records)
    assert made.source.records == 30


def test_labels_of_another_name_have_a_folder_of_their_own(say: Say, aws: MockedAws) -> None:
    say(SOURCE)
    say(SOURCE, "--name", "other")
    assert (
        lines(aws, "manifests/other.manifest")[0]["source-ref"] == "s3://labels/images/other/shots/0000.jpg"
    )


def test_a_dry_run_says_what_would_be_uploaded_and_writes_nothing(say: Say, aws: MockedAws) -> None:
    said = say(SOURCE, "--dry-run")
    assert said.code == 0
    assert "30 would be uploaded" in said.out
    assert "Manifest would be put at" in said.out
    assert aws.written("labels") == []


def test_the_document_has_what_the_text_says(say: Say) -> None:
    said = say(SOURCE, "--format", "json")
    document = json.loads(said.out)
    assert document["manifest"] == "s3://labels/manifests/yard.manifest"
    assert document["images"] == {
        "folder": "s3://labels/images/yard/",
        "there": 0,
        "uploaded": 30,
        "replaced": 0,
        "bytes": sum(file.stat().st_size for file in Path("shots").iterdir()),
        "in_s3": 0,
    }
    assert (document["published_before"], document["dry_run"], document["records"]) == (False, False, 30)


def test_a_manifest_whose_images_are_in_the_environments_buckets_is_published_as_it_is(
    say: Say, aws: MockedAws
) -> None:
    aws.clients.s3.create_bucket(
        Bucket="shared-images", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    body = b"\n".join(line.replace(b"s3://bucket/", b"s3://shared-images/") for line in good(20)) + b"\n"
    Path("a.manifest").write_bytes(body)
    for number in range(20):
        aws.put(f"good-{number:04}.jpg", b"image", "shared-images")
    said = say("a.manifest")
    assert said.code == 0, said.err
    assert aws.get("manifests/a.manifest", "labels") == body
    assert "20 stay where they are in S3" in said.out
    assert [key for key in aws.written("labels") if key.startswith("images/")] == []


def test_a_label_category_file_of_before_is_told_since_it_counts(say: Say, aws: MockedAws) -> None:
    Path("yard.manifest").write_bytes(
        b"\n".join(line.replace(b"s3://bucket/", b"s3://labels/") for line in good(20))
    )
    for number in range(20):
        aws.put(f"good-{number:04}.jpg", b"image")
    assert "from before" not in say("yard.manifest").out
    aws.put("manifests/yard.classes.json", b'{"labels": [{"label": "car"}]}')
    said = say("yard.manifest")
    assert "The classes are those of s3://labels/manifests/yard.classes.json" in said.out


def test_images_of_a_manifest_are_uploaded_from_the_folder_that_is_named(say: Say, aws: MockedAws) -> None:
    Path("a.manifest").write_bytes(b"\n".join(good(20)) + b"\n")
    Path("photos").mkdir()
    for number in range(20):
        Path("photos", f"good-{number:04}.jpg").write_bytes(b"image %d" % number)
    assert say("a.manifest", "--image-dir", "photos").code == 0
    [first, *_] = lines(aws, "manifests/a.manifest")
    assert first["source-ref"] == "s3://labels/images/a/bucket/good-0000.jpg"
    assert first["source-sha256"] == hashlib.sha256(b"image 0").hexdigest()
    assert first["boxes"] == json.loads(good(1)[0])["boxes"]


def test_of_several_label_attributes_one_is_published_and_the_others_are_named(
    say: Say, aws: MockedAws
) -> None:
    two = [
        {
            **record(f"s3://labels/{i}.jpg", box()),
            "scene": 1,
            "scene-metadata": {"type": "groundtruth/image-classification"},
        }
        for i in range(20)
    ]
    Path("a.manifest").write_bytes(b"\n".join(map(dump, two)))
    for i in range(20):
        aws.put(f"{i}.jpg", b"image")
    refused = say("a.manifest")
    assert refused.code == 1
    assert "2 label attributes" in refused.err
    said = say("a.manifest", "--label", "boxes")
    assert said.code == 0, said.err
    assert "Labels of other attributes, not published: 20, scene" in said.out
    assert {key for line in lines(aws, "manifests/a.manifest") for key in line} == {
        "source-ref",
        "boxes",
        "boxes-metadata",
    }


def test_the_label_attribute_of_imported_labels_is_that_of_the_settings(
    say: Say, aws: MockedAws, tmp_path: Path
) -> None:
    settings_file(tmp_path, rest='[dataset]\nlabel = "objects"')
    assert say(SOURCE).code == 0
    assert "objects" in lines(aws)[0]


def test_a_bucket_that_existed_before_takes_manifests_and_images(
    say: Say, aws: MockedAws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    aws.clients.s3.create_bucket(
        Bucket="shared-images", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    file = settings_file(tmp_path, "create_bucket = false")
    file.write_text(file.read_text().replace('"manifests/"', '"s3://shared-images/in/"'), "utf-8")
    deploy_storage(aws, monkeypatch, DatasetsBucketName="datasets")
    said = say(SOURCE)
    assert said.code == 0, said.err
    assert "s3://shared-images/in/yard.manifest" in said.out
    assert f"{IMAGES}0000.jpg" in aws.written("shared-images")


@pytest.mark.parametrize("name", LABEL_FILES)
def test_labels_in_every_form_that_is_imported_are_recognised_and_published(
    say: Say, aws: MockedAws, name: str
) -> None:
    source = Path("mine")
    LABEL_FILES[name](source, "a.jpg", "car")
    folder = source if source.is_dir() else Path("photos")
    folder.mkdir(exist_ok=True)
    if not [*folder.rglob("a.jpg")]:
        (folder / "a.jpg").write_bytes(blank_image())
    more = ("--image-dir", folder) if source.is_file() else ()
    which = ("--from", name) if name in NOT_RECOGNISED else ()
    said = say(source, "--force", *more, *which)
    assert said.code == 0, said.err
    found = lines(aws, "manifests/mine.manifest")
    if name in TEXTS:
        assert [line["source"] for line in found] == ["How much does a.jpg cost?"]
        return
    [line] = [line for line in found if "a.jpg" in str(line.get("source-ref"))]
    assert aws.get(str(line["source-ref"]).removeprefix("s3://labels/"), "labels")


@pytest.mark.parametrize(
    ("name", "type_", "code"),
    [
        ("csv", "by-lines", 2),
        ("fasttext", "by-columns", 2),
        ("csv", "by-columns", 0),
        ("fasttext", "by-lines", 0),
    ],
)
def test_a_choice_that_another_format_has_is_refused(say: Say, name: str, type_: str, code: int) -> None:
    source = Path("mine")
    LABEL_FILES[name](source, "a.jpg", "car")
    Path("photos").mkdir()
    Path("photos/a.jpg").write_bytes(blank_image())
    said = say(source, "--force", "--image-dir", "photos", "--from", name, "--type", type_)
    assert said.code == code, said.err
    assert code == 0 or "--type: of " in said.err


def test_own_options_of_formats_are_told_apart_from_those_of_publish_and_mean_the_same_in_all() -> None:
    kinds: dict[str, set[tuple[bool, bool]]] = {}
    for each in READABLE.values():
        for option in each.read_options:
            kinds.setdefault(option.name, set()).add((bool(option.metavar), bool(option.choices)))
    assert [name for name, found in kinds.items() if len(found) > 1] == []
    names = [name for option in publish.params for name in option.opts]
    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize(
    ("labels", "images"),
    [
        ("annotations/instances_shots.json", "shots"),
        ("annotations/instances_default.json", "images"),
        ("annotations/instances_shots.json", "images/shots"),
        ("yard.json", "images"),
    ],
)
def test_images_are_found_where_published_sets_of_coco_have_them(
    say: Say, aws: MockedAws, tmp_path: Path, labels: str, images: str
) -> None:
    file = coco_folder(tmp_path / "set")
    moved = tmp_path / "set" / labels
    moved.parent.mkdir(exist_ok=True)
    moved.write_text(file.read_text("utf-8").replace("shots/", ""), "utf-8")
    file.unlink()
    shots = (tmp_path / "set" / "shots").rename(tmp_path / "set" / "moving")
    (tmp_path / "set" / images).parent.mkdir(exist_ok=True)
    shots.rename(tmp_path / "set" / images)
    assert say(moved, "--name", "yard").code == 0
    assert aws.get("images/yard/0003.jpg", "labels") == b"\xff\xd8 image 3"
