"""Run the checks one after the other; what is not answered is a finding, too."""

from collections.abc import Iterator
from typing import Literal

from msgspec import Struct

from groundtrain.aws.preflight.unanswered import unanswered
from groundtrain.preflight import account_checks, bucket_checks, earlier_checks, network_checks, quota_checks
from groundtrain.preflight.situation import Check, Question, Situation
from groundtrain.rules.findings import Finding

CHECKS = (
    Check("account and region", "as in the settings", account_checks.account_and_region),
    Check("bootstrap", "there, and new enough", account_checks.bootstrap),
    Check("quotas", "enough for what the settings ask", quota_checks.quotas),
    Check("buckets", "as they must be", bucket_checks.buckets, "the settings name no existing bucket"),
    Check("Ground Truth", "runs here, and was used", account_checks.ground_truth, "labeling.jobs is false"),
    Check("experiment", "there", account_checks.experiment, "the settings name none"),
    Check("network", "there, with a way to S3", network_checks.network, "the settings name no subnet"),
    Check("image", "in ECR", account_checks.image, "SageMaker's own, which it pulls itself"),
    Check("stacks", "none is in the way", earlier_checks.stacks),
    Check("e-mails", "confirmed, or not deployed yet", earlier_checks.emails),
    Check("model package group", "free, or this environment's", earlier_checks.model_group),
    Check("names", "free, or this environment's", earlier_checks.names),
)
"""Everything that is asked, in the order in which it is told."""
NOT_ANSWERED = ("GT801", "GT802")

Verdict = Literal["ready", "ready-with-warnings", "not-ready"]


class Checked(Struct, frozen=True):
    """What came of a check; `questions` is how many there were."""

    check: Check
    questions: int
    findings: tuple[Finding, ...]

    @property
    def told(self) -> str:
        """What to say where nothing was found."""
        return self.check.fine if self.questions else f"not asked: {self.check.not_needed}"


def run_checks(situation: Situation, ignored: frozenset[str] = frozenset()) -> Iterator[Checked]:
    """Ask everything; `ignored` are codes that do not count."""
    for check in CHECKS:
        questions = list(check.questions(situation))
        found = [finding for question in questions for finding in answered(question)]
        kept = dict.fromkeys(finding for finding in found if finding.code not in ignored)
        yield Checked(check, len(questions), tuple(kept))


def answered(question: Question) -> list[Finding]:
    """The findings of a question, among them that it was not answered."""
    found: list[Finding] = []
    try:
        found.extend(question.ask())
    except Exception as error:
        missing = unanswered(error)
        if missing is None:
            raise
        code = "GT801" if missing.permission else "GT802"
        reason = f"{question.about}: {missing.reason}" if question.about else missing.reason
        found.append(Finding.on_file(code, reason, path="", fix=missing.fix))
    return found


def verdict_of(checked: list[Checked]) -> Verdict:
    """The verdict on all of them."""
    severities = {finding.rule.severity for one in checked for finding in one.findings}
    if any(finding.is_error for one in checked for finding in one.findings):
        return "not-ready"
    return "ready-with-warnings" if "warning" in severities else "ready"
