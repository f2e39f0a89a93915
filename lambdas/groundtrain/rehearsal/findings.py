"""What a rehearsal found: the rules of GT7, and the verdict."""

import re
from collections.abc import Iterator
from typing import Literal

from groundtrain.quantities import first_few, quantity, shortened
from groundtrain.rehearsal.run import Rehearsal
from groundtrain.rehearsal.second_pipes import QUIET
from groundtrain.rules.findings import Finding

Verdict = Literal["rehearsed", "rehearsed-with-warnings", "failed"]

_SHOWN = 5
_SAMPLES = "num_training_samples"
_SOUGHT = re.compile(r"input/data/([\w.-]+)")
_ABSENT = re.compile(r"No such file|Errno 2\b|not found|not exist|no pipe|[Cc]annot open|could not open")
_PIPE = re.compile(r"(.+)_([0-9]+)")
_MISREAD = re.compile(
    r"RecordIO|[Mm]agic number|UnicodeDecodeError|JSONDecodeError|Expecting value|invalid start byte"
    r"|as JSON, and is|cannot identify image file|record \d+ of example|ends within a record"
)


def findings_of(rehearsal: Rehearsal) -> tuple[Finding, ...]:
    """What was found, the reasons of a failure first."""
    found = [
        *_pipes_not_made(rehearsal),
        *_not_waited_for(rehearsal),
        *_misread(rehearsal),
        *_opened_twice(rehearsal),
        *_not_ended(rehearsal),
        *_never_opened(rehearsal),
        *_left_unread(rehearsal),
        *_other_number_of_samples(rehearsal),
        *_metrics_without_match(rehearsal),
        *_empty_model(rehearsal),
        *_termination_ignored(rehearsal),
        *_resumption(rehearsal),
    ]
    return (*_failure(rehearsal, found), *found)


def verdict_of(findings: tuple[Finding, ...]) -> Verdict:
    """Failed where a finding is an error."""
    if any(finding.is_error for finding in findings):
        return "failed"
    return "rehearsed-with-warnings" if findings else "rehearsed"


def failed(rehearsal: Rehearsal) -> bool:
    """Whether the program ended by itself, and not with exit code 0."""
    return rehearsal.attempt.ended_by == "itself" and rehearsal.attempt.exit_code != 0


def completed(rehearsal: Rehearsal) -> bool:
    """Whether it ended by itself with exit code 0, which is what makes a job Completed."""
    return rehearsal.attempt.ended_by == "itself" and rehearsal.attempt.exit_code == 0


def _found(code: str, message: str, fix: str = "") -> Finding:
    return Finding.on_file(code, message, fix=fix)


def _failure(rehearsal: Rehearsal, found: list[Finding]) -> Iterator[Finding]:
    if not failed(rehearsal):
        return
    code = rehearsal.attempt.exit_code
    if not rehearsal.failure_text:
        last = rehearsal.attempt.last_output.strip().rpartition("\n")[2]
        said = f"; its last line is: {shortened(last)}" if last else ""
        yield _found("GT707", f"the program ended with exit code {code} and left no failure text{said}")
    elif not any(one.code in ("GT702", "GT705", "GT714") for one in found):
        said = shortened(" ".join(rehearsal.failure_text.split()))
        yield _found("GT712", f"the program ended with exit code {code}: {said}")


def _pipes_not_made(rehearsal: Rehearsal) -> Iterator[Finding]:
    channels = rehearsal.attempt.epochs
    if not (wanted := sorted(_wanted(rehearsal))):
        return
    there = ", ".join(f"{name}_0, {name}_1 and so on" for name in channels)
    files = [name for name in wanted if name in channels]
    what = f"file or folder {files[0]}, as in File mode" if files else first_few(wanted, _SHOWN)
    yield _found("GT702", f"the program looks in input/data for {what}; the pipes there are {there}")


def _wanted(rehearsal: Rehearsal) -> Iterator[str]:
    """Names in input/data that the program looked for, and that are not made."""
    for name in _missed(rehearsal):
        if (beyond := _beyond(rehearsal, name)) is None or beyond > 0:
            yield name
    for name in rehearsal.attempt.sought:  # by then, the pipe after the next was made, too
        if _PIPE.fullmatch(name) and ((beyond := _beyond(rehearsal, name)) is None or beyond > 1):
            yield name


def _not_waited_for(rehearsal: Rehearsal) -> Iterator[Finding]:
    for name in sorted({*_missed(rehearsal)}):
        if _beyond(rehearsal, name) == 0 and not name.endswith("_0"):
            yield _found("GT714", f"the program did not wait for {name}, made {QUIET:g} s after it was due")


def _missed(rehearsal: Rehearsal) -> Iterator[str]:
    """Names in input/data that a program which failed says were not there."""
    if failed(rehearsal):
        for line in (*rehearsal.attempt.last_output.splitlines(), *rehearsal.failure_text.splitlines()):
            if _ABSENT.search(line):
                yield from _SOUGHT.findall(line)


def _beyond(rehearsal: Rehearsal, name: str) -> int | None:
    """How many epochs a pipe is after the one that the program was to open next; None of no pipe of ours."""
    pipe = _PIPE.fullmatch(name)
    if pipe and (epochs := rehearsal.attempt.epochs.get(pipe[1])) is not None:
        return int(pipe[2]) - len(epochs)
    return None


def _misread(rehearsal: Rehearsal) -> Iterator[Finding]:
    if failed(rehearsal):
        texts = (*rehearsal.failure_text.splitlines(), *reversed(rehearsal.attempt.last_output.splitlines()))
        if line := next((text for text in texts if _MISREAD.search(text)), ""):
            yield _found("GT705", f"the program failed on what it read: {shortened(line.strip())}")


def _opened_twice(rehearsal: Rehearsal) -> Iterator[Finding]:
    for name, numbers in rehearsal.attempt.opened_twice.items():
        for number in sorted(numbers):
            yield _found("GT704", f"{name}_{number} was opened again after it had been read")


def _not_ended(rehearsal: Rehearsal) -> Iterator[Finding]:
    if rehearsal.attempt.ended_by == "time":
        yield _found("GT713", f"the program had not ended after {rehearsal.job.limits.seconds:g} seconds")


def _never_opened(rehearsal: Rehearsal) -> Iterator[Finding]:
    if completed(rehearsal) or rehearsal.attempt.ended_by in ("time", "epochs"):
        for name, epochs in rehearsal.epochs.items():
            if not epochs:
                yield _found("GT701", f"no pipe of channel {name} was opened")


def _left_unread(rehearsal: Rehearsal) -> Iterator[Finding]:
    if not completed(rehearsal):
        return
    for name, epochs in rehearsal.attempt.epochs.items():
        if left := [epoch for epoch in epochs if epoch.unread]:
            first = left[0]
            more = f", and {quantity(len(left) - 1, 'further epoch')}" if left[1:] else ""
            yield _found(
                "GT703",
                f"{name}_{first.number} was closed before its end: {first.unread:,} of"
                f" {quantity(first.examples, 'record')} were left at least{more}",
            )


def _other_number_of_samples(rehearsal: Rehearsal) -> Iterator[Finding]:
    """A number that the settings give an image of one's own; of a built-in algorithm it is derived."""
    hyperparameters, channels = rehearsal.job.request.get("HyperParameters", {}), rehearsal.job.channels
    if (said := hyperparameters.get(_SAMPLES)) is None or not channels:
        return
    name = channels[0].name
    if said != str(records := rehearsal.attempt.records[name]):
        yield _found(
            "GT715",
            f"{_SAMPLES} is {shortened(said)}, and an epoch of {name} has {quantity(records, 'record')}",
            f"set `training.hyperparameters.{_SAMPLES} = {records}`, or leave it out and count what is read",
        )


def _metrics_without_match(rehearsal: Rehearsal) -> Iterator[Finding]:
    if completed(rehearsal):
        for name, metric in rehearsal.metrics.items():
            if not metric.found:
                yield _found(
                    "GT706", f"nothing that was printed matches {name}: {shortened(metric.expression)}"
                )


def _empty_model(rehearsal: Rehearsal) -> Iterator[Finding]:
    if completed(rehearsal) and not any(rehearsal.model_files.values()):
        what = "holds only empty files" if rehearsal.model_files else "is empty"
        yield _found("GT708", f"the program ended with exit code 0, and /opt/ml/model {what}")


def _termination_ignored(rehearsal: Rehearsal) -> Iterator[Finding]:
    attempts = [rehearsal.attempt, *([rehearsal.resumption.attempt] if rehearsal.resumption else [])]
    if any(one.exit_code is None for one in attempts):
        grace = rehearsal.job.limits.grace
        yield _found("GT709", f"the program was still running {grace:g} seconds after SIGTERM")


def _resumption(rehearsal: Rehearsal) -> Iterator[Finding]:
    resumption = rehearsal.resumption
    if resumption is None:
        return
    if not resumption.checkpoints:
        yield _found("GT710", "when the program was interrupted, nothing was in /opt/ml/checkpoints")
    elif resumption.read is False:
        files = quantity(resumption.checkpoints, "file")
        yield _found("GT711", f"the next attempt read none of the {files} in /opt/ml/checkpoints")
