"""groundtrain redrive: list the messages that failed, with the reason, and send them again."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click
from msgspec import Struct

from groundtrain.cli.printing import example, format_option, print_json, print_line
from groundtrain.errors import GroundtrainError
from groundtrain.quantities import quantity

if TYPE_CHECKING:
    from groundtrain.aws.dead_letters import DeadLetterQueue


class Found(Struct, frozen=True):
    """A dead letter, for people; `since` in UTC."""

    step: str
    job: str
    since: str
    reason: str
    message_id: str


@click.command(epilog=example("groundtrain redrive dev --dry-run"))
@click.argument("environment")
@click.option("--step", metavar="NAME", help="Only this one, such as Convert.")
@click.option("--dry-run", is_flag=True, help="List them and leave them where they are.")
@format_option
def redrive(environment: str, step: str | None, dry_run: bool, form: str) -> None:
    """List the dead letters of an ENVIRONMENT with their reasons, and send them on their way again.

    Fix the causes first. Sending twice does no harm. The exit code of --dry-run is 1 when there
    are any, and 0 when there are none.
    """
    found = _redrive_all(environment, step, dry_run=dry_run)
    if form == "json":
        sent = 0 if dry_run else len(found)
        print_json({"environment": environment, "dead_letters": found, "sent": sent})
    else:
        _print(found, dry_run=dry_run)
    if dry_run and found:
        click.get_current_context().exit(1)


def _redrive_all(environment: str, step: str | None, *, dry_run: bool) -> list[Found]:
    from groundtrain.aws import dead_letters
    from groundtrain.aws.clients import connect
    from groundtrain.aws.deployed import outputs_of
    from groundtrain.aws.failures import refusals_explained

    aws, found = connect(), []
    handle = dead_letters.release if dry_run else dead_letters.redrive
    with refusals_explained(f'dead letters of environment "{environment}"'):
        stack = f"groundtrain-{environment}-pipeline"
        fix = f"name a deployed environment, check AWS_DEFAULT_REGION, or make deploy ENV={environment}"
        queues = dead_letters.dead_letter_queues(outputs_of(aws.cloudformation, stack, fix))
        for queue in _chosen(queues, step):
            for letter in dead_letters.receive(aws.sqs, aws.logs, queue):
                since = f"{letter.since:%Y-%m-%d %H:%M}"
                found.append(Found(queue.step, letter.job, since, letter.reason, letter.id))
                handle(aws.sqs, queue, letter)
    return found


def _chosen(queues: "Sequence[DeadLetterQueue]", step: str | None) -> "Sequence[DeadLetterQueue]":
    chosen = [queue for queue in queues if step is None or queue.step.lower() == step.lower()]
    if not chosen:
        names = ", ".join(queue.step for queue in queues)
        raise GroundtrainError(f'there is no step "{step}"', fix=f"say one of {names}")
    return chosen


def _print(found: Sequence[Found], *, dry_run: bool) -> None:
    for letter in found:
        about = f", {letter.job}" if letter.job else ""
        print_line(f"{letter.step}, since {letter.since} UTC{about}")
        print_line(f"  {letter.reason}")
    letters = quantity(len(found), "dead letter")
    if not found:
        print_line("There are no dead letters.")
    elif dry_run:
        print_line(f"{letters}. Without --dry-run, sent on the way again.")
    else:
        print_line(f"{letters} sent on the way again.")
