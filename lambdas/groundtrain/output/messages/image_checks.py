"""Messages about every image of a manifest being looked at, before there is a dataset."""

from groundtrain.dataset.description import DESCRIPTION
from groundtrain.images.image_check_cost import exact_dollars
from groundtrain.output.messages.message import Message
from groundtrain.output.messages.message_text import command, paragraphs, subject, words

_STATES = ("aws", "stepfunctions")


def image_check_started(title: str, environment: str, estimate: str, limit: float, execution: str) -> Message:
    """The images of a manifest are to be looked at: what that costs, and how to stop it.

    It is sent before the start, which may still be refused; what is never told costs unasked.
    """
    return Message(
        subject(environment, "{title}: its images are to be looked at", title=title),
        paragraphs(
            words("Every image of {title} is to be looked at before its dataset is made.", title=title),
            words("What it takes, by estimate: {estimate}.", estimate=estimate),
            words(
                "Above {limit} dollars (max_image_cost under [gate]) it would not have been started.",
                limit=exact_dollars(limit),
            ),
            command("How far it is:", *_STATES, "describe-execution", "--execution-arn", execution),
            command("To stop it:", *_STATES, "stop-execution", "--execution-arn", execution),
        ),
        ("image check started", environment, execution),
    )


def images_not_looked_at(title: str, environment: str, number: int, execution: str, folder: str) -> Message:
    """Functions that were to look at images failed, as many as the settings tolerate."""
    return Message(
        subject(environment, "{title}: not all images were looked at", title=title),
        paragraphs(
            words(
                "The images of {number} lines of {title} were not looked at: the functions that were to do it"
                " failed, which tolerated_failure_percentage under [image_checks] allows. The lines are kept,"
                " with the warning GT614.",
                number=number,
                title=title,
            ),
            words("Why they failed is in the log of check_images."),
            command(
                "Once the cause is fixed, this has all images looked at again, at the next event or sweep:",
                *("aws", "s3", "rm", f"{folder}{DESCRIPTION}"),
            ),
        ),
        ("images not looked at", environment, execution),
    )
