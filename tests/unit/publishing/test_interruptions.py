"""An upload that ends in the middle goes on from there: no image is put twice, whatever ended it."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from groundtrain.publishing import image_upload
from tests.mocked_aws import MockedAws
from tests.published import Say, counted_requests

SOURCE = "yard.coco.json"
IMAGES = "images/yard/shots/"

ENDINGS: dict[str, Callable[[], BaseException]] = {
    "denied": lambda: ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "PutObject"),
    "no network": lambda: EndpointConnectionError(endpoint_url="https://s3"),
    "Ctrl-C": KeyboardInterrupt,
}


@contextmanager
def ending(aws: MockedAws, after: int, error: Callable[[], BaseException]) -> Iterator[None]:
    """From that image on, nothing can be put, nor written down."""
    seen = 0

    def end(params: dict[str, Any], **_: Any) -> None:
        nonlocal seen
        seen += params["Key"].startswith("images/")
        if seen > after:
            raise error()

    hooks = aws.clients.uploads.meta.events
    hooks.register("provide-client-params.s3.PutObject", end)
    try:
        yield
    finally:
        hooks.unregister("provide-client-params.s3.PutObject", end)


@pytest.mark.parametrize("error", ENDINGS.values(), ids=ENDINGS)
def test_after_an_interruption_only_the_rest_is_uploaded(
    say: Say, aws: MockedAws, error: Callable[[], BaseException]
) -> None:
    with ending(aws, 12, error):
        said = say(SOURCE)
    assert said.code in (2, 130)
    assert "manifests/yard.manifest" not in aws.written("labels")
    there = sum(key.startswith(IMAGES) for key in aws.written("labels"))
    assert 0 < there <= 12
    with counted_requests(aws) as count:
        said = say(SOURCE)
        assert said.code == 0, said.err
        assert count("PutObject", IMAGES) == 30 - there
        assert count("HeadObject", IMAGES) <= there
    assert f"{there} were there, {30 - there} were uploaded" in said.out


def test_a_refusal_says_how_far_it_came_and_how_to_go_on(
    say: Say, aws: MockedAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ending(aws, 12, ENDINGS["denied"]):
        said = say(SOURCE)
    assert re.search(r"access to s3://labels/images/yard/shots/\d{4}\.jpg is denied", said.err)
    assert re.search(r"\b\d+ of 30 images are there", said.err)
    assert "run the same again, which goes on from there" in said.err
    assert "s3:PutObject on labels" in said.err


def test_what_was_uploaded_is_written_down_on_the_way(
    say: Say, aws: MockedAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(image_upload, "_IN_ONE_RECORD", 7)
    assert say(SOURCE).code == 0
    records = [key for key in aws.written("labels") if key.startswith("images/yard/.uploads/")]
    assert len(records) == 5  # of 7, 7, 7, 7 and 2
    with counted_requests(aws) as count:
        say(SOURCE)
        assert count("HeadObject", IMAGES) == 0


def test_a_record_that_cannot_be_understood_is_none(say: Say, aws: MockedAws) -> None:
    say(SOURCE)
    for key in aws.written("labels"):
        if ".uploads" in key:
            aws.put(key, b"{broken\n\xff")
    with counted_requests(aws) as count:
        assert say(SOURCE).code == 0
        assert count("PutObject", IMAGES) == 0


def test_a_file_that_changes_while_it_is_uploaded_is_refused(
    say: Say, aws: MockedAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_: Any) -> None:
        raise ClientError({"Error": {"Code": "BadDigest", "Message": "no match"}}, "PutObject")

    aws.clients.uploads.meta.events.register("provide-client-params.s3.PutObject", refuse)
    said = say(SOURCE)
    aws.clients.uploads.meta.events.unregister("provide-client-params.s3.PutObject", refuse)
    assert said.code == 2
    assert "changed while it was uploaded" in said.err


def test_a_file_that_cannot_be_read_is_named(say: Say) -> None:
    Path("shots/0007.jpg").unlink()
    Path("shots/0007.jpg").mkdir()
    said = say(SOURCE)
    assert said.code == 1
    assert "shots/0007.jpg" in said.err
