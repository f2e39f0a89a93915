import pytest
from botocore.exceptions import ClientError, ResponseStreamingError

from groundtrain.aws import s3
from groundtrain.aws.aws_errors import AccessError
from groundtrain.aws.manifest_store import ManifestChangedError, find_manifest
from groundtrain.aws.s3 import MissingObjectError
from groundtrain.errors import ManifestError
from groundtrain.s3_addresses import AddressError, S3Address, parse_s3_address


def refused(code):
    return ClientError({"Error": {"Code": code, "Message": "m"}}, "PutObject")


@pytest.mark.parametrize(
    "key", ["a.jpg", "a b+c%20d.jpg", "0_2022-09-09T17:25:31.918770.png", "a//b", "한글.jpg"]
)
def test_an_address_is_taken_as_it_is_written(key):
    assert parse_s3_address(f"s3://bucket/{key}") == S3Address("bucket", key)
    assert str(parse_s3_address(f"s3://bucket/{key}")) == f"s3://bucket/{key}"


@pytest.mark.parametrize("uri", ["", "bucket/key", "https://b/k", "s3://", "s3://b", "s3://bkt/", "s3:///k"])
def test_what_names_no_object_is_refused(uri):
    with pytest.raises(AddressError):
        parse_s3_address(uri)


def test_what_lies_beside_an_object_or_in_a_folder():
    assert S3Address("b", "x/y/train.manifest").beside("dataset.json") == S3Address("b", "x/y/dataset.json")
    assert S3Address("b", "x/y/").beside("dataset.json") == S3Address("b", "x/y/dataset.json")
    assert S3Address("b", "train.manifest").beside("dataset.json") == S3Address("b", "dataset.json")


def test_the_first_write_wins(aws):
    address = S3Address("datasets", "d/dataset.json")
    assert s3.put_if_absent(aws.clients.s3, address, b"first", content_type="application/json")
    assert not s3.put_if_absent(aws.clients.s3, address, b"second", content_type="application/json")
    assert aws.get("d/dataset.json") == b"first"


def test_a_write_that_meets_another_is_tried_again(aws, monkeypatch):
    put, answers = aws.clients.s3.put_object, [refused("ConditionalRequestConflict"), None]

    def put_object(**request):
        if error := answers.pop(0):
            raise error
        return put(**request)

    monkeypatch.setattr(aws.clients.s3, "put_object", put_object)
    assert s3.put_if_absent(aws.clients.s3, S3Address("datasets", "k"), b"", content_type="x/y")
    assert answers == []


def test_a_race_that_does_not_end_is_left_to_the_queue(aws, monkeypatch):
    def put_object(**_):
        raise refused("ConditionalRequestConflict")

    monkeypatch.setattr(aws.clients.s3, "put_object", put_object)
    with pytest.raises(ClientError):
        s3.put_if_absent(aws.clients.s3, S3Address("datasets", "k"), b"", content_type="x/y")


def test_a_file_arrives_with_its_content_type(aws, tmp_path):
    (tmp_path / "f").write_bytes(b"x" * 9_000_000)
    s3.upload(aws.clients.s3, tmp_path / "f", S3Address("datasets", "f"), content_type="application/x-ndjson")
    head = aws.clients.s3.head_object(Bucket="datasets", Key="f")
    assert (head["ContentLength"], head["ContentType"]) == (9_000_000, "application/x-ndjson")


def test_existence_is_asked_without_reading(aws):
    aws.put("there", b"", bucket="datasets")
    assert s3.exists(aws.clients.s3, S3Address("datasets", "there"))
    assert not s3.exists(aws.clients.s3, S3Address("datasets", "nowhere"))


@pytest.mark.parametrize("address", [S3Address("datasets", "nowhere"), S3Address("no-such-bucket", "k")])
def test_a_missing_object_is_named(aws, address):
    with pytest.raises(MissingObjectError, match=str(address)):
        s3.read(aws.clients.s3, address)
    with pytest.raises(MissingObjectError, match=str(address)):
        find_manifest(aws.clients.s3, address)


@pytest.mark.parametrize("code", ["403", "AccessDenied"])
def test_an_object_denied_to_a_function_names_its_bucket_and_the_setting(code, monkeypatch):
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "convert")
    error = s3.explained(refused(code), S3Address("pictures", "a.jpg"))
    assert isinstance(error, AccessError)
    assert '"pictures"' in str(error)
    assert "labeling.buckets" in str(error)


def test_an_object_denied_to_a_person_names_the_right_to_ask_for():
    error = s3.explained(refused("403"), S3Address("pictures", "a.jpg"))
    assert "s3:GetObject and s3:ListBucket on pictures" in str(error)
    assert "labeling.buckets" not in str(error)


def test_what_is_not_understood_is_passed_on():
    error = refused("SlowDown")
    assert s3.explained(error, S3Address("b", "k")) is error


def test_a_manifest_is_read_as_often_as_wanted(aws):
    body = b"line\n" * 500_000
    manifest = find_manifest(aws.clients.s3, parse_s3_address(aws.put("m", body)))
    assert b"".join(manifest.open()) == body
    assert b"".join(manifest.open()) == body
    assert manifest.size == len(body)
    assert manifest.name == manifest.uri == "s3://labels/m"


def test_an_empty_manifest_has_no_bytes(aws):
    assert list(find_manifest(aws.clients.s3, parse_s3_address(aws.put("m", b""))).open()) == []


def test_the_etag_of_a_version_is_that_of_s3(aws):
    manifest = find_manifest(aws.clients.s3, parse_s3_address(aws.put("m", b"one")))
    assert manifest.etag() == aws.clients.s3.head_object(Bucket="labels", Key="m")["ETag"].strip('"')


def test_a_manifest_replaced_since_it_was_found_is_not_read(aws):
    manifest = find_manifest(aws.clients.s3, parse_s3_address(aws.put("m", b"one")))
    aws.put("m", b"two")
    with pytest.raises(ManifestChangedError, match="changed while it was read"):
        list(manifest.open())


def test_a_manifest_deleted_since_it_was_found_has_changed(aws):
    manifest = find_manifest(aws.clients.s3, parse_s3_address(aws.put("m", b"one")))
    aws.clients.s3.delete_object(Bucket="labels", Key="m")
    with pytest.raises(ManifestError):
        list(manifest.open())


class Breaking:
    """A body whose connection breaks after some bytes."""

    def __init__(self, body, after):
        self._body, self._after = body, after

    def iter_chunks(self, _size):
        yield self._body.read(self._after)
        raise ResponseStreamingError(error="reset")


def break_connections(aws, monkeypatch, times):
    get, left = aws.clients.s3.get_object, [times]

    def get_object(**request):
        answer = get(**request)
        if left[0]:
            left[0] -= 1
            answer["Body"] = Breaking(answer["Body"], 1000)
        return answer

    monkeypatch.setattr(aws.clients.s3, "get_object", get_object)


def test_a_broken_connection_is_taken_up_where_it_broke(aws, monkeypatch):
    body = bytes(range(256)) * 100
    manifest = find_manifest(aws.clients.s3, parse_s3_address(aws.put("m", body)))
    break_connections(aws, monkeypatch, 3)
    assert b"".join(manifest.open()) == body


def test_a_connection_that_keeps_breaking_is_left_to_the_queue(aws, monkeypatch):
    manifest = find_manifest(aws.clients.s3, parse_s3_address(aws.put("m", bytes(100_000))))
    break_connections(aws, monkeypatch, 99)
    with pytest.raises(ResponseStreamingError):
        list(manifest.open())


def test_a_manifest_replaced_while_it_was_read_is_not_mixed_of_two_versions(aws, monkeypatch):
    manifest = find_manifest(aws.clients.s3, parse_s3_address(aws.put("m", bytes(100_000))))
    break_connections(aws, monkeypatch, 1)
    chunks = manifest.open()
    next(chunks)
    aws.put("m", b"another")
    with pytest.raises(ManifestChangedError):
        list(chunks)
