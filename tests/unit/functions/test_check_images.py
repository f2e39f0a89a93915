"""check_images: one function looks at one shard."""

import json
from hashlib import sha256

import pytest
from botocore.exceptions import ClientError

from check_images.handler import handler
from groundtrain.aws.aws_errors import AccessError
from groundtrain.aws.image_store import ImageChangedError, S3ImageStore
from groundtrain.errors import SettingsError
from groundtrain.images.labeled_image import LabeledImage
from groundtrain.linting.image_batch import ImageCheckSettings, look_at_batch
from groundtrain.linting.image_shards import (
    MOST_LINES,
    ShardError,
    cut_images,
    read_findings,
    read_images,
    read_shard,
    read_shards,
)
from groundtrain.record_keys import keys_of
from groundtrain.s3_addresses import S3Address
from tests.image_shelf import COLOURS, faulty_images, silent
from tests.unit.functions.pipeline import CONTEXT

FOLDER = S3Address("datasets", "image-checks/yard/0123/1/")
KEYS = keys_of("road-ref")


@pytest.fixture
def aws(aws, monkeypatch):
    monkeypatch.setenv("DATASETS_BUCKET", "datasets")
    monkeypatch.setenv("LABELING_BUCKETS", "another,labels")
    for uri, content in faulty_images().items():
        aws.put(key_of(uri), content)
    return aws


def key_of(uri):
    return uri.removeprefix("s3://bucket/")


def lines():
    """A line for each image, with the next one as its mask."""
    named = [f"s3://labels/{key_of(uri)}" for uri in faulty_images()]
    pairs = enumerate(zip(named, [*named[1:], "s3://labels/gone.png"], strict=True), 1)
    return [LabeledImage(i, image, (40, 30), mask, COLOURS, True) for i, (image, mask) in pairs]


def written(aws, images):
    """The shards as they are written; the events that their children get."""
    cut = cut_images(images, KEYS, FOLDER)
    aws.put(f"{FOLDER.key}images.jsonl", cut.images, "datasets")
    return [json.loads(line) for line in cut.shard_lines.splitlines()]


def wrapped(aws, monkeypatch, operation, answer):
    """Calls of an operation are counted; `answer(key, number)` does or raises something before each."""
    original, asked = getattr(aws.clients.s3, operation), []

    def call(**request):
        asked.append(request.get("Key", ""))
        answer(request.get("Key", ""), len(asked))
        return original(**request)

    monkeypatch.setattr(aws.clients.s3, operation, call)
    return asked


def refused(code):
    return ClientError({"Error": {"Code": code, "Message": "no"}}, "GetObject")


def test_a_shard_is_looked_at_as_on_one_machine(aws):
    (event,) = written(aws, lines())
    answer = handler(event, CONTEXT)
    look = ImageCheckSettings(S3ImageStore(aws.clients.s3), "full", silent)
    here = look_at_batch(lines(), KEYS, look)
    assert read_findings(aws.get(f"{FOLDER.key}findings/00000.json"), read_shard(event)) == here
    found = sum(map(len, here.findings.values()))
    assert answer == {"images": len(lines()), "masks": len(lines()), "findings": found}
    assert found > len(lines())


def test_the_same_findings_are_written_again(aws):
    (event,) = written(aws, lines())
    first, second = ((handler(event, CONTEXT), aws.get(f"{FOLDER.key}findings/00000.json")) for _ in range(2))
    assert first == second
    assert first[1].isascii()


def test_an_image_that_changes_meanwhile_is_looked_at_again(aws, monkeypatch):
    (event,) = written(aws, [LabeledImage(1, "s3://labels/a.jpg", (40, 30))])

    def change(key, number):
        if (key, number) == ("a.jpg", 2):  # the first is that of images.jsonl
            aws.put("a.jpg", faulty_images()["s3://bucket/empty.jpg"])

    wrapped(aws, monkeypatch, "get_object", change)
    assert handler(event, CONTEXT)["findings"] == 1
    found = json.loads(aws.get(f"{FOLDER.key}findings/00000.json"))
    assert found["found"]["findings"]["1"][0]["code"] == "GT602"


def test_an_image_that_goes_meanwhile_is_missing(aws, monkeypatch):
    (event,) = written(aws, [LabeledImage(1, "s3://labels/a.jpg", (40, 30))])

    def delete(key, number):
        if (key, number) == ("a.jpg", 2):
            aws.clients.s3.delete_object(Bucket="labels", Key="a.jpg")

    wrapped(aws, monkeypatch, "get_object", delete)
    handler(event, CONTEXT)
    found = json.loads(aws.get(f"{FOLDER.key}findings/00000.json"))
    assert found["found"]["findings"]["1"][0]["code"] == "GT601"


def test_an_image_that_never_rests_is_left_to_another_try(aws, monkeypatch):
    (event,) = written(aws, [LabeledImage(1, "s3://labels/a.jpg", (40, 30))])
    wrapped(aws, monkeypatch, "get_object", lambda key, number: key == "a.jpg" and aws.put(key, f"{number}"))
    with pytest.raises(ImageChangedError, match=r"s3://labels/a\.jpg changed while"):
        handler(event, CONTEXT)
    assert aws.written() == [f"{FOLDER.key}images.jsonl"]


@pytest.mark.parametrize(
    ("code", "error"),
    [("AccessDenied", AccessError), ("KMS.DisabledException", ClientError), ("SlowDown", ClientError)],
)
def test_what_says_nothing_of_an_image_is_no_finding(aws, monkeypatch, code, error):
    (event,) = written(aws, lines())

    def refuse(key, _):
        if key == "b.jpg":
            raise refused(code)

    wrapped(aws, monkeypatch, "get_object", refuse)
    with pytest.raises(error, match=code if error is ClientError else r"s3://labels/b\.jpg"):
        handler(event, CONTEXT)
    assert aws.written() == [f"{FOLDER.key}images.jsonl"]


def test_what_lambda_writes_into_its_log_of_an_image_is_one_printable_line(aws, monkeypatch):
    key = "a\n[ERROR] nothing is wrong\x1b[2K.jpg"
    aws.put(key, b"jpeg")
    (event,) = written(aws, [LabeledImage(1, f"s3://labels/{key}")])

    def refuse(asked, _):
        if asked == key:
            raise refused("AccessDenied")

    wrapped(aws, monkeypatch, "get_object", refuse)
    with pytest.raises(Exception, match="is denied") as raised:
        handler(event, CONTEXT)
    assert str(raised.value).isprintable()


def test_images_in_a_bucket_that_the_settings_do_not_name_are_not_asked_for(aws):
    (event,) = written(aws, [LabeledImage(1, "s3://strangers/a.jpg")])
    with pytest.raises(AccessError, match='images lie in bucket "strangers"'):
        handler(event, CONTEXT)


def test_shards_are_read_from_and_written_to_our_own_folder_only(aws):
    (event,) = written(aws, lines())
    for wrong in (
        {**event, "findings": "s3://datasets/datasets/yard/dataset.json"},
        {**event, "images": "s3://labels/image-checks/a.jpg"},
    ):
        with pytest.raises(ShardError, match="does not lie in s3://datasets/image-checks/"):
            handler(wrong, CONTEXT)


def test_an_event_that_is_no_shard_is_refused_in_words(aws):
    with pytest.raises(ShardError, match=r"this is no line of shards\.jsonl: the key \"end\" is missing"):
        handler({"images": "s3://datasets/a", "start": 0}, CONTEXT)


def test_missing_variables_are_named(aws, monkeypatch):
    (event,) = written(aws, lines())
    monkeypatch.delenv("LABELING_BUCKETS")
    with pytest.raises(SettingsError, match="LABELING_BUCKETS"):
        handler(event, CONTEXT)


def test_other_bytes_than_the_shard_names_are_refused(aws):
    (event,) = written(aws, lines())
    aws.put(f"{FOLDER.key}images.jsonl", "{}\n", "datasets")
    with pytest.raises(ShardError, match="are not those that the shard names"):
        handler(event, CONTEXT)
    aws.put(f"{FOLDER.key}images.jsonl", "", "datasets")
    with pytest.raises(ShardError, match="are not those that the shard names"):
        handler(event, CONTEXT)


def test_a_manifest_is_cut_into_shards_of_some_hundred_lines():
    images = [LabeledImage(i, f"s3://labels/{i}\u2028é😀.jpg") for i in range(2 * MOST_LINES + 1)]
    cut = cut_images(images, KEYS, FOLDER)
    assert [shard.lines for shard in cut.shards] == [MOST_LINES, MOST_LINES, 1]
    ranges = [cut.images[shard.start : shard.end] for shard in cut.shards]
    assert b"".join(ranges) == cut.images
    assert [sha256(each).hexdigest() for each in ranges] == [shard.sha256 for shard in cut.shards]
    assert cut.images.isascii()
    assert [
        image for shard, each in zip(cut.shards, ranges, strict=True) for image in read_images(each, shard)
    ] == images
    assert tuple(read_shards(cut.shard_lines, "shards.jsonl")) == cut.shards
    assert len({shard.findings for shard in cut.shards}) == 3


def test_no_line_makes_no_shard():
    cut = cut_images([], KEYS, FOLDER)
    assert (cut.images, cut.shards, cut.shard_lines) == (b"", (), b"")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda content: content[:-20], "does not hold findings"),
        (lambda _: b"", "does not hold findings"),
        (
            lambda content: content.replace(b'"version":1', b'"version":2'),
            r"another version of groundtrain \(2\)",
        ),
        (lambda _: b'{"version": 2, "shards": []}', r"another version of groundtrain \(2\)"),
        (lambda content: content.replace(b'"contents"', b'"content"'), "does not hold findings"),
    ],
)
def test_an_object_of_findings_that_is_none_is_refused_in_words(aws, change, words):
    (event,) = written(aws, lines())
    handler(event, CONTEXT)
    content = aws.get(f"{FOLDER.key}findings/00000.json")
    with pytest.raises(ShardError, match=f"00000.json.*{words}"):
        read_findings(change(content), read_shard(event))


def test_findings_of_other_lines_are_refused(aws):
    (event,), (other, *_) = written(aws, lines()[:3]), written(aws, lines())
    handler(other, CONTEXT)
    with pytest.raises(ShardError, match=r"tells of other lines than shards\.jsonl"):
        read_findings(aws.get(f"{FOLDER.key}findings/00000.json"), read_shard(event))


def test_a_line_of_shards_that_is_none_is_refused_in_words():
    with pytest.raises(ShardError, match='the key "images" is missing'):
        list(read_shards(b"{}\n", "s3://datasets/shards.jsonl"))
