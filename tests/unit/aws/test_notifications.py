import json

import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from groundtrain.aws.notifications import NotificationTopic, notify, was_sent
from groundtrain.output.messages.message import Message
from tests.hostile import HOSTILE
from tests.mocked_aws import DATASETS

NEWS = Message("[dev] pallets: a new model", "text\n", ("model registered", "dev", "job"))


@pytest.fixture
def topic(aws):
    return NotificationTopic(aws.topic, DATASETS)


def test_a_message_arrives_with_its_subject_and_its_id(aws, topic):
    assert notify(aws.clients, topic, NEWS)
    (mail,) = aws.mails()
    assert (mail["Subject"], mail["Message"]) == (NEWS.subject, NEWS.text)
    assert mail["MessageAttributes"] == {"id": {"Type": "String", "Value": NEWS.id}}


def test_a_sent_message_is_kept_and_not_sent_again_however_it_is_worded(aws, topic):
    notify(aws.clients, topic, NEWS)
    reworded = Message("other", "words", NEWS.about)
    assert not notify(aws.clients, topic, reworded)
    assert len(aws.mails()) == 1
    assert aws.written() == [f"messages/{NEWS.id}.json"]
    assert NEWS.subject.encode() in aws.get(f"messages/{NEWS.id}.json")


@pytest.mark.parametrize("about", [HOSTILE, "half a character: \udce9"])
def test_what_is_kept_of_a_message_may_be_printed_and_says_what_it_is_about(aws, topic, about):
    news = Message(NEWS.subject, NEWS.text, ("step failed", about))
    notify(aws.clients, topic, news)
    kept = aws.get(f"messages/{news.id}.json").decode()
    assert all(line.isprintable() for line in kept.split("\n"))
    assert json.loads(kept) == {"subject": NEWS.subject, "text": NEWS.text, "about": ["step failed", about]}


def test_a_message_about_something_else_is_sent_too(aws, topic):
    notify(aws.clients, topic, NEWS)
    assert notify(aws.clients, topic, Message(NEWS.subject, NEWS.text, (*NEWS.about[:2], "another job")))
    assert len(aws.mails()) == 2


def test_a_message_that_could_not_be_sent_is_not_held_for_sent(aws):
    with pytest.raises(ClientError):
        notify(aws.clients, NotificationTopic(f"{aws.topic}-of-nobody", DATASETS), NEWS)
    assert not was_sent(aws.clients, DATASETS, NEWS.id)


class Recorder:
    def publish(self, **request):
        self.subject = request["Subject"]


class Ledger:
    def head_object(self, **_):
        raise ClientError({"Error": {"Code": "404"}}, "HeadObject")

    def put_object(self, **_):
        pass


class Clients:
    def __init__(self):
        self.sns, self.s3 = Recorder(), Ledger()


@given(st.text(min_size=1))
def test_any_subject_becomes_one_that_sns_takes(text):
    clients = Clients()
    notify(clients, NotificationTopic("arn", "bucket"), Message(f"[dev] {text}", "text", ("kind",)))
    assert len(clients.sns.subject) < 100
    assert clients.sns.subject.isascii()
    assert clients.sns.subject.isprintable()
