import json

import pytest

from groundtrain.aws import event_bus
from groundtrain.aws.event_bus import EventRefusedError
from groundtrain.events.dataset_announcement import parse_announcement
from groundtrain.events.event import parse_event
from tests.datasets import an_announcement


@pytest.mark.parametrize(("ready", "detail_type"), [(True, "Dataset Ready"), (False, "Dataset Rejected")])
def test_an_announcement_arrives_as_it_was_sent(aws, ready, detail_type):
    sent = an_announcement(attempt=2)
    event_bus.announce(aws.clients.events, sent, ready=ready)
    (event,) = aws.events()
    received = parse_event(json.dumps(event))
    assert received.detail_type == detail_type
    assert parse_announcement(received) == sent


def test_an_event_that_the_bus_refuses_is_an_error(aws, monkeypatch):
    refusal = {"FailedEntryCount": 1, "Entries": [{"ErrorCode": "InternalFailure", "ErrorMessage": "m"}]}
    monkeypatch.setattr(aws.clients.events, "put_events", lambda **_: refusal)
    with pytest.raises(EventRefusedError, match="InternalFailure"):
        event_bus.announce(aws.clients.events, an_announcement(), ready=True)
