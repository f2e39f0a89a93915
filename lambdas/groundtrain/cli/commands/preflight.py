"""groundtrain preflight: what would fail or surprise, asked of AWS before a deployment."""

from pathlib import Path
from typing import TYPE_CHECKING

import click
from msgspec.structs import replace

from groundtrain.cli.audience import current_audience
from groundtrain.cli.command_options import add_options
from groundtrain.cli.environment_option import ENVIRONMENT_OPTIONS, settings_of
from groundtrain.cli.exit_codes import FINDINGS, exit_with
from groundtrain.cli.printing import example, format_option, print_json, print_lines
from groundtrain.cli.progress_bar import working
from groundtrain.rules import RULES, active_codes
from groundtrain.settings.environment import Environment
from groundtrain.settings.environment_file import load_environment
from groundtrain.training.settings_checks import training_mistakes

if TYPE_CHECKING:
    from groundtrain.preflight.run import Checked
    from groundtrain.preflight.situation import Situation


def preflight_command() -> click.Command:
    """The command, with the options that say which environment."""
    command = add_options(_preflight, (*ENVIRONMENT_OPTIONS, format_option))
    return click.command(name="preflight", epilog=example("groundtrain preflight --env dev"))(command)


def _preflight(env: str | None, settings: Path | None, form: str) -> None:
    """Ask AWS, with the credentials at hand, what would fail or surprise after a deployment.

    It reads only: quotas, named buckets and their keys, network, image, Ground Truth, and what an earlier
    deployment left. The exit code is 1 when something would fail or could not be asked, and 0 otherwise.
    """
    environment = load_environment(settings_of(env, settings), training_mistakes)
    with working("Asking AWS"):
        situation, checked = _ask(environment)
    # boto3 takes a second to load, which help and wrong settings spare
    from groundtrain.preflight.report import preflight_document, preflight_text
    from groundtrain.preflight.run import verdict_of

    if form == "json":
        print_json(preflight_document(situation, checked))
    else:
        print_lines(preflight_text(situation, checked))
    if verdict_of(checked) == "not-ready":
        exit_with(FINDINGS)


def _ask(environment: Environment) -> "tuple[Situation, list[Checked]]":
    """Run the checks; advice is in words of this command."""
    from groundtrain.aws.aws_errors import refusals_explained
    from groundtrain.aws.preflight.account import account_of_credentials
    from groundtrain.aws.preflight.services import Services
    from groundtrain.preflight.run import run_checks
    from groundtrain.preflight.situation import Situation

    services = Services(environment.region)
    with refusals_explained("the account of your credentials"):
        situation = Situation(environment, account_of_credentials(services), services)
    worded = current_audience().worded
    checked = run_checks(situation, _ignored(environment))
    return situation, [
        replace(one, findings=tuple(replace(it, fix=worded(it.advice)) for it in one.findings))
        for one in checked
    ]


def _ignored(environment: Environment) -> frozenset[str]:
    """What `dataset.ignore` names; `dataset.select` is about rules for labels only."""
    return frozenset(RULES) - active_codes(("GT",), environment.dataset.ignore)


preflight = preflight_command()
