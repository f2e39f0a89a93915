"""What an event in a queue's message is about, and when two of them say the same."""

import msgspec
from msgspec.structs import replace

from groundtrain.errors import GroundtrainError
from groundtrain.events.event import parse_event
from groundtrain.events.image_check_event import STATES, ended_image_check_of
from groundtrain.events.job_events import job_name_of
from groundtrain.events.object_created import S3, uploaded_object_of


def essence_of(body: str) -> str:
    """The event in a message body, without the fields that differ between copies of it (id, time)."""
    try:
        event = parse_event(body)
        if event.source == S3:  # its detail has the request, too, and the sweep's has no version
            return msgspec.json.encode(replace(uploaded_object_of(event), version="")).decode()
        return msgspec.json.encode(event, order="sorted").decode()
    except (msgspec.DecodeError, GroundtrainError):
        return body


def subject_of(body: str) -> str:
    """The job or manifest that the event in a message body is about; "" where it names none."""
    try:
        event = parse_event(body)
        if event.source == S3:
            return str(uploaded_object_of(event))
        if event.source == STATES:
            return f"the images in {ended_image_check_of(event).shards.beside('')}"
        return str(event.detail.get("labeling_job") or job_name_of(event))
    except (msgspec.DecodeError, GroundtrainError):
        return ""
