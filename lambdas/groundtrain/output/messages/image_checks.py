"""Messages about every image of a manifest being looked at, before there is a dataset."""

from groundtrain.output.messages.message import Message
from groundtrain.output.messages.message_text import command, paragraphs, subject, words

_STATES = ("aws", "stepfunctions")


def image_check_started(title: str, environment: str, estimate: str, limit: float, execution: str) -> Message:
    """The images of a manifest are looked at: what that costs, and how to stop it."""
    return Message(
        subject(environment, "{title}: its images are looked at", title=title),
        paragraphs(
            words("Every image of {title} is looked at before its dataset is made.", title=title),
            words("What it takes, by estimate: {estimate}.", estimate=estimate),
            words(
                "Above {limit} dollars (max_image_cost under [gate]) it would not have been started.",
                limit=f"{limit:,.2f}",
            ),
            command("How far it is:", *_STATES, "describe-execution", "--execution-arn", execution),
            command("To stop it:", *_STATES, "stop-execution", "--execution-arn", execution),
        ),
        ("image check started", environment, execution),
    )
