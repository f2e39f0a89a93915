"""groundtrain redrive: list the messages that failed, with the reason, and send them again."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click
from msgspec import Struct

from groundtrain.calls.refusals import refusal_of
from groundtrain.cli.completion import environments
from groundtrain.cli.exit_codes import FINDINGS, exit_with
from groundtrain.cli.failures import tell_failure
from groundtrain.cli.printing import example, format_option, print_json, print_line
from groundtrain.cli.progress_bar import working
from groundtrain.errors import GroundtrainError
from groundtrain.quantities import quantity
from groundtrain.shell_commands import shell_command

if TYPE_CHECKING:
    from groundtrain.aws.dead_letters import DeadLetterQueue


class Found(Struct, frozen=True):
    """A dead letter, for people; `since` in UTC."""

    step: str
    job: str
    since: str
    reason: str
    message_id: str


class Failure(Struct, frozen=True):
    """A dead letter that is still where it was, or with "" for its id a whole queue that was not read."""

    step: str
    message_id: str
    reason: str


@click.command(epilog=example("groundtrain redrive dev --dry-run"))
@click.argument("environment", shell_complete=environments)
@click.option("--step", metavar="NAME", help="Only this one, such as Convert.")
@click.option("--dry-run", is_flag=True, help="List them and leave them where they are.")
@format_option
def redrive(environment: str, step: str | None, dry_run: bool, form: str) -> None:
    """List the dead letters of an ENVIRONMENT with their reasons, and send them on their way again.

    Fix the causes first. Sending twice does no harm. One that cannot be sent does not keep the others. The
    exit code is 1 when one could not be sent, or with --dry-run when there are any, and 0 otherwise.
    """
    with working("Dead letters"):
        found, failed = _redrive_all(environment, step, dry_run=dry_run)
    sent = 0 if dry_run else len(found) - sum(1 for failure in failed if failure.message_id)
    for failure in failed:
        about = f"{failure.step}, message {failure.message_id}" if failure.message_id else failure.step
        tell_failure(f"{about}: {failure.reason}", "the others were handled; run it again for this one")
    if form == "json":
        letters = {"environment": environment, "dead_letters": found, "sent": sent, "failed": failed}
        print_json(letters)
    else:
        _print(found, sent, dry_run=dry_run)
    if failed or (dry_run and found):
        exit_with(FINDINGS)


def _redrive_all(environment: str, step: str | None, *, dry_run: bool) -> tuple[list[Found], list[Failure]]:
    # boto3 takes a second to load, which help and wrong options spare
    from groundtrain.aws import dead_letters
    from groundtrain.aws.aws_errors import refusals_explained
    from groundtrain.aws.clients import connect
    from groundtrain.aws.stack_outputs import outputs_of
    from groundtrain.settings.environment import stack_name

    aws, found, failed = connect(), list[Found](), list[Failure]()
    handle = dead_letters.release if dry_run else dead_letters.redrive
    with refusals_explained(f'dead letters of environment "{environment}"'):
        stack = stack_name(environment, "pipeline")
        deploy = shell_command("make", "deploy", f"ENV={environment}")
        fix = f"name a deployed environment, check AWS_DEFAULT_REGION, or {deploy}"
        queues = dead_letters.dead_letter_queues(outputs_of(aws.cloudformation, stack, fix))
        chosen = _chosen(queues, step)
    for queue in chosen:
        with _told(failed, queue.step):
            for letter in dead_letters.receive(aws.sqs, aws.logs, queue):
                since = f"{letter.since:%Y-%m-%d %H:%M}"
                found.append(Found(queue.step, letter.job, since, letter.reason, letter.id))
                with _told(failed, queue.step, letter.id):
                    handle(aws.sqs, queue, letter)
    return found, failed


@contextmanager
def _told(failed: list[Failure], step: str, message_id: str = "") -> Iterator[None]:
    """Whatever error ends the block, it is remembered and the next letter is handled."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 - the others must not wait for this one
        reason = refusal_of(error) or f"{type(error).__name__}: {error}"
        failed.append(Failure(step, message_id, str(reason)))


def _chosen(queues: "Sequence[DeadLetterQueue]", step: str | None) -> "Sequence[DeadLetterQueue]":
    chosen = [queue for queue in queues if step is None or queue.step.lower() == step.lower()]
    if not chosen:
        names = ", ".join(queue.step for queue in queues)
        raise GroundtrainError(f'there is no step "{step}"', fix=f"say one of {names}")
    return chosen


def _print(found: Sequence[Found], sent: int, *, dry_run: bool) -> None:
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
        print_line(f"{quantity(sent, 'dead letter')} sent on the way again.")
