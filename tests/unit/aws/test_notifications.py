from hypothesis import given
from hypothesis import strategies as st

from groundtrain.aws.notifications import tell
from groundtrain.report.messages import Message


def test_a_message_arrives_with_its_subject(aws):
    tell(aws.clients.sns, aws.topic, Message("[dev] pallets: a new model", "text\n"))
    (mail,) = aws.mails()
    assert (mail["Subject"], mail["Message"]) == ("[dev] pallets: a new model", "text\n")


class Recorder:
    def publish(self, **request):
        self.subject = request["Subject"]


@given(st.text(min_size=1))
def test_any_subject_becomes_one_that_sns_takes(text):
    sns = Recorder()
    tell(sns, "arn", Message(f"[dev] {text}", "text"))
    assert len(sns.subject) < 100
    assert sns.subject.isascii()
    assert sns.subject.isprintable()
