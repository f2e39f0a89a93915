"""GT7: a training program that runs, as `groundtrain rehearse` runs it."""

from groundtrain.rules.rule import Example, Rule, Severity

_BEGIN = """\
import os
import signal
import time
from pathlib import Path

from groundtrain.pipe import read_channel

ML = Path(os.environ.get("SAGEMAKER_BASE_DIR", "/opt/ml"))
NAMES = ["source-ref", "boxes"]
"""
_READ = """\
for channel in "train", "validation":
    for image, boxes in read_channel(channel, NAMES):
        pass
"""
_END = """\
print("validation mAP=0.5")
(ML / "model" / "weights").write_text("0.5")
"""
_EPOCHS = """\
for epoch in range(4):
    for channel in "train", "validation":
        for image, boxes in read_channel(channel, NAMES, epoch - first):
            pass
"""
_FAILURE = """\
def fail(text):
    (ML / "output" / "failure").write_text(text)
    raise SystemExit(1)
"""
_CHECKPOINT = """\
checkpoint = ML / "checkpoints" / "epoch"
"""
_RESUME = """\
first = int(checkpoint.read_text()) if checkpoint.exists() else 0
"""
_KEEP = """\
    checkpoint.write_text(str(epoch + 1))
"""
_METRIC = '[training.metrics]\n"validation:mAP" = "mAP=([0-9.]+)"\n'


def _program(failing: str, repaired: str, options: str = "", settings: str = "") -> Example:
    return Example(
        f"{_BEGIN}\n{failing}", f"{_BEGIN}\n{repaired}", shows="program", options=options, settings=settings
    )


REHEARSAL = (
    Rule(
        "GT701", "channel-never-opened", Severity.ERROR, whole_file=True,
        why="The program trains on less than it is given; SageMaker has no word for it.",
        fix="read the channel, or ignore this rule in the settings if the program has no use for it",
        example=_program(_READ.replace('"train", "validation"', '("train",)') + _END, _READ + _END),
    ),
    Rule(
        "GT702", "pipe-not-made", Severity.ERROR, whole_file=True,
        why="It waits for a pipe that nobody will make, or stops when it has waited long enough.",
        fix="open CHANNEL_0 first, then CHANNEL_1 and so on, by the names of the request's channels",
        example=_program(
            _READ.replace('"train"', '"training"').replace("NAMES", "NAMES, wait=1") + _END, _READ + _END
        ),
    ),
    Rule(
        "GT703", "epoch-left-unread", Severity.WARNING, whole_file=True,
        why="It is allowed, but the rest of the epoch is not trained on.",
        fix="read each pipe to its end, unless it is left on purpose",
        example=_program(_READ.replace("pass", "break") + _END, _READ + _END),
    ),
    Rule(
        "GT704", "pipe-opened-twice", Severity.ERROR, whole_file=True,
        why="A pipe gives its epoch once: a program that opens it again waits, or reads nothing.",
        fix="count the epochs: the second is in CHANNEL_1",
        example=_program(
            _EPOCHS.replace("epoch - first", "0") + _END, _EPOCHS.replace(" - first", "") + _END
        ),
    ),
    Rule(
        "GT705", "stream-misread", Severity.ERROR, whole_file=True,
        why="The stream is RecordIO, with a record for each attribute, in the order of AttributeNames.",
        fix="read it with groundtrain.pipe.read_channel, or frame and order records as it does",
        example=_program(
            _READ.replace("NAMES", "NAMES[::-1]") + _END, _READ + _END
        ),
    ),
    Rule(
        "GT706", "metric-without-match", Severity.ERROR, whole_file=True,
        why="The job completes without the metric, and nobody is told how good its model is.",
        fix="print the metric as the expression has it, or correct `training.metrics`",
        example=_program(_READ + _END.replace("mAP=", "mAP: "), _READ + _END, settings=_METRIC),
    ),
    Rule(
        "GT707", "no-failure-text", Severity.ERROR, whole_file=True,
        why="FailureReason will say AlgorithmError and the exit code, and no more.",
        fix="write what went wrong to /opt/ml/output/failure, whatever it is, before the program ends",
        example=_program(
            f'{_READ}raise SystemExit("the loss is not a number")\n',
            f'{_FAILURE}\n\n{_READ}fail("the loss is not a number")\n',
        ),
    ),
    Rule(
        "GT708", "empty-model", Severity.ERROR, whole_file=True,
        why="The job completes with a model.tar.gz that has nothing in it: what lies elsewhere is lost.",
        fix="write the model below /opt/ml/model",
        example=_program(_READ + _END.replace('"model"', '"output"'), _READ + _END),
    ),
    Rule(
        "GT709", "termination-ignored", Severity.ERROR, whole_file=True,
        why="A job that is stopped, or runs too long, is killed 120 s after SIGTERM: its model is lost.",
        fix="on SIGTERM, save the model to /opt/ml/model and end",
        example=_program(
            f"signal.signal(signal.SIGTERM, signal.SIG_IGN)\nfirst = 0\n{_EPOCHS}{_END}",
            f"first = 0\n{_EPOCHS}{_END}",
            options="--epochs 1 --grace 3",
        ),
    ),
    Rule(
        "GT710", "no-checkpoint", Severity.ERROR, whole_file=True,
        why="After an interruption of spot, the job begins again from nothing.",
        fix="write a checkpoint to /opt/ml/checkpoints every epoch, or set `training.spot = false`",
        example=_program(
            f"first = 0\n{_EPOCHS}{_END}",
            f"{_CHECKPOINT}{_RESUME}{_EPOCHS.replace('range(4)', 'range(first, 4)')}{_KEEP}{_END}",
            options="--interrupt-after 1",
        ),
    ),
    Rule(
        "GT711", "no-resume", Severity.ERROR, whole_file=True,
        why="After an interruption checkpoints are there again; a job that ignores them begins from nothing.",
        fix="look for a checkpoint in /opt/ml/checkpoints at the start, and go on from it",
        example=_program(
            f"{_CHECKPOINT}first = 0\n{_EPOCHS}{_KEEP}{_END}",
            f"{_CHECKPOINT}{_RESUME}{_EPOCHS.replace('range(4)', 'range(first, 4)')}{_KEEP}{_END}",
            options="--interrupt-after 1",
        ),
    ),
    Rule(
        "GT712", "program-failed", Severity.ERROR, whole_file=True,
        why="The job would fail as the program did here, after its machine was started and paid for.",
        fix="see what the program says",
        example=_program(f'{_FAILURE}\n\n{_READ}fail("only one class is known")\n', _READ + _END),
    ),
    Rule(
        "GT713", "not-ended", Severity.ERROR, whole_file=True,
        why="It reads no further, waits, or trains for longer than the rehearsal was given.",
        fix="give it more by `--timeout`, or less to do by `--epochs` and `--records`",
        example=_program(f"{_READ}time.sleep(9999)\n", _READ + _END, options="--timeout 10 --grace 1"),
    ),
    Rule(
        "GT714", "pipe-not-waited-for", Severity.ERROR, whole_file=True,
        why="Usually the next pipe is there in advance, which SageMaker does not promise: one day it is not.",
        fix="look for CHANNEL_1 and those after it again and again until they are there",
        example=_program(
            f"first = 0\n{_EPOCHS.replace('epoch - first', 'epoch, wait=0')}{_END}",
            f"first = 0\n{_EPOCHS}{_END}",
        ),
    ),
    Rule(
        "GT715", "other-number-of-samples", Severity.WARNING, whole_file=True,
        why="What is planned by it, such as steps of the learning rate, comes too early, too late or never.",
        fix="set `training.hyperparameters.num_training_samples` to the number of records, or leave it out",
        example=Example(
            "[training.hyperparameters]\nepochs = 3\nnum_training_samples = 500\n",
            "[training.hyperparameters]\nepochs = 3\nnum_training_samples = 15\n",
            shows="settings",
            program=f"{_BEGIN}\n{_READ}{_END}",
        ),
    ),
)  # fmt: skip
