"""Nothing that leads to an account or a person is left in what is published."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stacks.acceptance.recorded.examples import FOLDER, Examples, NotRealError, example
from stacks.acceptance.recorded.scrubbing import ACCOUNT, scrubbed

EVENTS = Path(__file__).parents[2] / "contract" / "events"
PUBLIC = {ACCOUNT, "685385470294"}  # AWS's own registry of algorithms in eu-west-1
SENSITIVE = {
    "account": re.compile(r"(?<!\d)\d{12}(?!\d)"),
    "e-mail": re.compile(r"[\w.+-]+@(?!example\.com)[\w-]+\.\w+"),
    "IPv4 address": re.compile(r"(?<![\d.])(?!192\.0\.2\.)\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?![\d.])"),
    "id of a request or key": re.compile(r"(?!0{8}-)[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-"),
    "access key": re.compile(r"\b(AKIA|ASIA|AIDA|AROA)[A-Z0-9]{12}"),
    "requester": re.compile(r'"(requester|principalId|CreatedBy)": (?!"example"|\{\})'),
    "field of a request": re.compile(r'"(RequestId|HostId|request-id|ResponseMetadata)"'),
}


def found_in(text: str) -> list[str]:
    """Kinds of what must not be published."""
    return [
        kind
        for kind, pattern in SENSITIVE.items()
        if [one for one in pattern.finditer(text) if one[0] not in PUBLIC]
    ]


HEX = st.text("0123456789abcdef", min_size=4, max_size=4)
SECRETS = st.one_of(
    st.from_regex(r"[1-9][0-9]{11}", fullmatch=True),
    st.from_regex(r"[a-z]{1,8}(\.[a-z]{1,8})?@[a-z]{1,8}\.(com|org)", fullmatch=True),
    st.from_regex(r"[1-9][0-9]?\.[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{1,2}", fullmatch=True),
    st.uuids(allow_nil=False).map(str),
    st.from_regex(r"(AKIA|ASIA)[A-Z0-9]{16}", fullmatch=True),
    st.from_regex(r"arn:aws:iam::[1-9][0-9]{11}:(user|role)/[a-z]{3,8}", fullmatch=True),
)
AROUND = st.sampled_from(["", " ", "s3://", "of ", '"', "/"])
TEXTS = st.builds(lambda before, secret, after: f"{before}{secret}{after}", AROUND, SECRETS, AROUND)
KEYS = st.sampled_from(["detail", "Name", "requester", "request-id", "source-ip-address", "CreatedBy", "x"])
DOCUMENTS = st.recursive(
    TEXTS | st.integers() | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


@given(document=DOCUMENTS)
def test_no_secret_is_left_wherever_it_stands(document):
    text = json.dumps(scrubbed(document, {}))
    assert found_in(text) == []
    assert not re.search(r":(user|role)/(?!example)", text)


@given(document=DOCUMENTS)
def test_what_is_scrubbed_stays_as_it_is(document):
    once = scrubbed(document, {"x": "y"})
    assert scrubbed(once, {"x": "y"}) == once


@given(names=st.lists(st.from_regex(r"[a-z]{4,9}-[a-z0-9]{4}", fullmatch=True), min_size=1, max_size=4))
def test_names_of_resources_are_replaced_also_where_one_begins_another(names):
    names = list(dict.fromkeys([*names, f"{names[0]}-logs"]))
    instead = {name: f"EXAMPLE{number}" for number, name in enumerate(names)}
    text = scrubbed(" ".join(f"s3://{name}/key" for name in names), instead)
    assert text == " ".join(f"s3://{instead[name]}/key" for name in names)


@pytest.mark.parametrize("path", sorted(EVENTS.glob("*.json")), ids=lambda path: path.stem)
def test_events_as_aws_publishes_them_keep_their_form(path):
    event = json.loads(path.read_text("utf-8"))["event"]
    clean = scrubbed(event, {})
    assert clean.keys() == event.keys()
    assert clean["detail-type"] == event["detail-type"]
    assert clean["detail"].keys() == {key for key in event["detail"] if key != "request-id"}
    assert found_in(json.dumps(clean)) == []


def test_the_account_of_aws_own_images_is_kept():
    image = "685385470294.dkr.ecr.eu-west-1.amazonaws.com/blazingtext:1"
    assert scrubbed({"TrainingImage": image}, {}) == {"TrainingImage": image}


def test_a_name_of_ours_is_the_same_in_an_arn_and_beside_it():
    job = "groundtrain-acceptance-texts-0123456789"
    arn = f"arn:aws:sagemaker:eu-west-1:123456789012:training-job/{job}"
    assert scrubbed([arn, job], {}) == [arn.replace("123456789012", ACCOUNT), job]


def test_a_document_in_a_text_is_scrubbed_as_one():
    inner = {
        "requester": "alice",
        "x-amz-request-id": "4442587FB7D0A2F9",
        "userIdentity": {"userName": "alice"},
    }
    clean = json.loads(scrubbed({"input": json.dumps({"bucket": "b", "of": json.dumps(inner)})}, {})["input"])
    assert json.loads(clean["of"]) == {"requester": "example", "userIdentity": {}}
    assert clean["bucket"] == "b"


def test_a_document_in_a_text_that_leads_to_nobody_keeps_its_form():
    text = '{"bucket":"b",  "key": "k"}'
    assert scrubbed(text, {}) == text


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("Access Denied (Service: Amazon S3; Request ID: 4442587FB7D0A2F9; Proxy: null)", "4442587FB7D0A2F9"),
        ("S3 Extended Request ID: s9lzHYrFp76ZVxRcpX9+5cjAnEH2ROuNkd2BHfIa6UkF=", "s9lzHYrFp76Z"),
        ("https://b.s3.amazonaws.com/k?X-Amz-Signature=deadbeef0123&X-Amz-Date=1", "deadbeef0123"),
        ("https://b.s3.amazonaws.com/k?X-Amz-Security-Token=IQoJb3JpZ2lu%2FX&a=b", "IQoJb3JpZ2lu"),
    ],
)
def test_what_a_reason_or_an_address_says_of_a_request_is_replaced(text, secret):
    clean = scrubbed(text, {})
    assert secret not in clean
    assert scrubbed(clean, {}) == clean


def test_an_example_says_when_and_where_it_was_seen():
    seen = datetime(2026, 11, 27, 12, tzinfo=UTC)
    record = json.loads(example({"CreationTime": seen, "ResponseMetadata": {}}, {}, "eu-west-1", seen))
    assert record["source"] == "AWS, eu-west-1"
    assert record["recorded"].startswith("2026-11-27")
    assert record["document"] == {"CreationTime": "2026-11-27T12:00:00Z"}


def test_what_an_emulator_answers_is_never_saved_as_real(tmp_path):
    examples = Examples()
    examples.add("training_job_stopped", {"detail": {}})
    with pytest.raises(NotRealError):
        list(examples.save("eu-west-1", "http://127.0.0.1:4566", tmp_path / "recorded"))
    assert not (tmp_path / "recorded").exists()


def test_what_aws_answers_is_saved_scrubbed(tmp_path):
    examples = Examples()
    examples.add("training_job_stopped", {"account": "123456789012", "bucket": "yard-1"})
    examples.add("training_job_stopped", {"account": "a later one"})
    examples.replace({"yard-1": "labels"})
    [file] = examples.save("eu-west-1", "", tmp_path)
    assert json.loads(file.read_text("utf-8"))["document"] == {"account": ACCOUNT, "bucket": "labels"}


def test_nothing_that_was_recorded_leads_to_an_account_or_a_person():
    found = {file.name: found_in(file.read_text("utf-8")) for file in FOLDER.rglob("*.json")}
    assert {name: kinds for name, kinds in found.items() if kinds} == {}


def test_the_search_finds_each_kind():
    text = json.dumps(
        {
            "account": "123456789012",
            "e": "a.person@company.org",
            "ip": "10.1.2.3",
            "id": "844e2571-85d4-695f-b930-0153b71dcb42",
            "key": "AKIA" + "ABCDEFGHIJKLMNOP",  # in parts, as this file is searched for keys
            "requester": "someone",
            "request-id": "1",
        }
    )
    assert found_in(text) == list(SENSITIVE)
