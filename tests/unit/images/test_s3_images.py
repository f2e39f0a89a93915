from threading import Barrier

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber
from moto import mock_aws

from groundtrain.aws.aws_errors import AccessError
from groundtrain.aws.image_store import PinnedImageStore, S3ImageStore
from groundtrain.images.existence import ListedPage, existence_of
from groundtrain.images.image_file import ImageError, Part, StoredObject
from groundtrain.images.image_store import look_at_header, read_image
from groundtrain.images.manifest_images import read_sources
from groundtrain.manifest.source import FileManifest
from tests.unit.images import pictures

ODD_KEYS = ["a b+c%20d.jpg", "é/ü.jpg", "x//y.jpg", "\ue000\U0001f600.jpg"]


class Requests(list):
    """Names of the operations that a client was asked for."""

    def __init__(self, client):
        super().__init__()
        client.meta.events.register("before-call.s3", lambda model, **_: self.append(model.name))


@pytest.fixture
def s3():
    with mock_aws():
        client = boto3.client("s3", region_name="us-east-1")
        client.create_bucket(Bucket="images")
        yield client


@pytest.fixture
def store(s3):
    return S3ImageStore(s3)


def put(s3, key, content=b"content"):
    s3.put_object(Bucket="images", Key=key, Body=content)
    return f"s3://images/{key}"


def test_images_in_a_bucket_are_found_by_listing(s3, store):
    uris = [put(s3, f"batch/{i:04}.jpg") for i in range(300)]
    requests = Requests(s3)
    wanted = [*uris[:100], "s3://images/batch/gone.jpg", *uris[100:]]
    assert [uri for uri, found in store.locate(wanted) if found is None] == ["s3://images/batch/gone.jpg"]
    assert set(requests) == {"ListObjectsV2"}
    assert len(requests) <= 2


@pytest.mark.parametrize("crowd", [0, 50])
def test_odd_keys_are_found_whichever_way(s3, store, crowd):
    uris = [put(s3, key) for key in [*ODD_KEYS, *(f"n{i}" for i in range(crowd))]]
    assert all(found for _, found in store.locate(uris))
    assert not any(found for _, found in store.locate([f"{uri}x" for uri in uris]))


def test_size_and_etag_are_the_same_by_listing_and_by_single_question(s3, store):
    uris = [put(s3, f"{i}.jpg") for i in range(40)]
    listed = dict(store.locate(uris))
    assert dict(store.locate(uris[:3])) == {uri: listed[uri] for uri in uris[:3]}
    assert listed[uris[0]] == StoredObject(7, "9a0364b9e99bb480dd25e1f0284c8555")


@pytest.mark.parametrize("images", [1, 100])
def test_in_a_bucket_that_does_not_exist_there_is_nothing(store, images):
    assert not any(found for _, found in store.locate(f"s3://nowhere/{i}.jpg" for i in range(images)))


@pytest.mark.parametrize(("operation", "images"), [("list_objects_v2", 100), ("head_object", 1)])
def test_a_bucket_that_may_not_be_listed_is_named(operation, images):
    s3 = boto3.client("s3", region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b")
    with Stubber(s3) as stub:
        stub.add_client_error(operation, "AccessDenied", http_status_code=403)
        with pytest.raises(AccessError, match="s3://images/"):
            list(S3ImageStore(s3).locate(f"s3://images/{i}.jpg" for i in range(images)))


def test_an_answer_that_is_no_news_of_the_image_is_raised_as_it_is():
    s3 = boto3.client("s3", region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b")
    with Stubber(s3) as stub:
        stub.add_client_error("get_object", "SlowDown", http_status_code=503)
        with pytest.raises(ClientError, match="SlowDown"):
            S3ImageStore(s3).read_range("s3://images/a.jpg", 0, 1)


def test_a_header_is_read_from_ranges_with_two_requests(s3, store):
    uri = put(s3, "a.jpg", pictures.jpeg(size=(900, 700), orientation=6))
    requests = Requests(s3)
    header = look_at_header(store, uri)
    assert (header.width, header.height, header.orientation) == (900, 700, 6)
    assert requests == ["GetObject", "GetObject"]


def test_a_range_tells_size_and_etag_of_the_whole(s3, store):
    uri = put(s3, "a")
    assert store.read_range(uri, 3, 2) == Part(b"te", StoredObject(7, "9a0364b9e99bb480dd25e1f0284c8555"))


def test_a_range_behind_the_end_is_empty(s3, store):
    assert store.read_range(put(s3, "a"), 50, 2).data == b""


def test_an_empty_object_is_an_empty_image(s3, store):
    with pytest.raises(ImageError, match="empty"):
        look_at_header(store, put(s3, "a.jpg", b""))


@pytest.mark.parametrize("uri", ["s3://images/gone.jpg", "s3://nowhere/a.jpg"])
def test_a_missing_image_is_an_image_error(store, uri):
    with pytest.raises(ImageError, match="there is no s3://"):
        look_at_header(store, uri)


def test_an_address_that_is_none_is_an_image_error(store):
    with pytest.raises(ImageError, match="not the address"):
        read_image(store, "a.jpg")


def test_an_image_that_may_not_be_read_is_an_image_error():
    s3 = boto3.client("s3", region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b")
    with Stubber(s3) as stub:
        stub.add_client_error("get_object", "AccessDenied", http_status_code=403)
        with pytest.raises(ImageError, match=r"s3://images/a\.jpg is denied"):
            S3ImageStore(s3).read_range("s3://images/a.jpg", 0, 1)


@pytest.fixture
def manifest(tmp_path):
    path = tmp_path / "output.manifest"
    path.write_bytes(
        b'\xef\xbb\xbf{"source-ref":"s3://images/1.jpg"}\r\n\n{"source-ref":3}\n{}\n[]\nnonsense\n\xff\n'
        b'{"label":{"source-ref":"s3://images/no"},"source-ref":"s3://images/2.jpg"}\n{"source-ref":"s3://images/1.jpg"}'
    )
    return FileManifest(path)


def test_the_images_of_a_manifest_are_those_of_its_readable_lines(manifest):
    one, two = "s3://images/1.jpg", "s3://images/2.jpg"
    assert list(read_sources(manifest)) == [one, two, one]


def test_masks_are_named_with_their_images(tmp_path):
    path = tmp_path / "output.manifest"
    path.write_bytes(
        b'{"source-ref":"s3://images/1.jpg","road-ref":"s3://masks/1.png"}\n'
        b'{"source-ref":"s3://images/2.jpg"}\n{"road-ref":"s3://masks/3.png"}\n{"road-ref":{}}\n'
    )
    image, mask = "s3://images/1.jpg", "s3://masks/1.png"
    found = list(read_sources(FileManifest(path), "road-ref"))
    assert found == [image, mask, "s3://images/2.jpg", "s3://masks/3.png"]
    assert list(read_sources(FileManifest(path), "road")) == [image, "s3://images/2.jpg"]


def test_a_manifest_is_asked_about_only_when_the_first_image_is(s3, store, manifest):
    put(s3, "1.jpg")
    requests = Requests(s3)
    exists = existence_of(store, read_sources(manifest))
    assert requests == []
    assert exists("s3://images/1.jpg")
    assert not exists("s3://images/2.jpg")
    assert len(requests) == 2


@pytest.mark.parametrize(
    "bucket", ["<my-bucket>", "{bucket}", "bucket name", "acme..img", "My_Bucket", "MY-BUCKET", "k" * 64]
)
def test_a_bucket_that_cannot_exist_hides_no_other_image(s3, store, bucket):
    there = put(s3, "a.jpg")
    uris = [f"s3://{bucket}/a.jpg", there, f"s3://images/{'k' * 1025}"]
    assert [uri for uri, found in store.locate(uris) if found] == [there]


@pytest.mark.parametrize("operation", ["head_object", "list_objects_v2"])
def test_a_name_that_s3_refuses_is_that_of_no_bucket(operation):
    client = boto3.client("s3", region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b")
    with Stubber(client) as stub:
        code = "400" if operation == "head_object" else "InvalidBucketName"
        stub.add_client_error(operation, code, http_status_code=400)
        store = S3ImageStore(client)
        if operation == "head_object":
            assert store.find("My_Bucket", "a.jpg") is None
        else:
            assert store.list_page("My_Bucket", "", "").last is None


class ListedInTwos:
    """Answers listings with two keys each."""

    def __init__(self, *keys):
        self.keys = sorted(keys)

    def list_objects_v2(self, *, Bucket, Prefix, StartAfter):  # noqa: N803, ARG002 - boto3's
        left = [key for key in self.keys if key.startswith(Prefix) and key > StartAfter]
        contents = [{"Key": key, "Size": 1, "ETag": '"e"'} for key in left[:2]]
        return {"Contents": contents, "IsTruncated": len(left) > 2}


def test_a_listing_goes_on_to_the_page_with_the_image_and_ends_with_its_prefix():
    store = S3ImageStore(ListedInTwos("a/1.jpg", "a/2.jpg", "a/3.jpg", "b/1.jpg"))
    first = store.list_page("labels", "a/", "")
    second = store.list_page("labels", "a/", first.last)
    assert [*first.objects, *second.objects] == ["a/1.jpg", "a/2.jpg", "a/3.jpg"]
    assert (first.last, second.last) == ("a/2.jpg", None)


def test_of_a_shard_whose_images_no_listing_helps_with_four_are_asked_for_at_once():
    at_once = Barrier(4, timeout=5)

    class ScatteredImages(PinnedImageStore):
        def list_page(self, _bucket, _prefix, after):
            return ListedPage({}, after)

        def find(self, _bucket, _key):
            at_once.wait()
            return StoredObject(1)

    asked = [f"s3://images/{i:03}/1.jpg" for i in range(200)]
    assert all(found for _, found in ScatteredImages(None).locate(asked))
