"""GT1: lines and bytes."""

from groundtrain.manifest.findings import Rule, Severity

LINES = (
    Rule(
        "GT101", "not-json", Severity.ERROR, always=True,
        why="SageMaker reads one JSON object a line; it stops at a line that is none.",
        fix="write each record as one JSON object on one line",
    ),
    Rule(
        "GT102", "not-an-object", Severity.ERROR, always=True,
        why="A record is a JSON object whose keys are attributes; a list or a number has none to stream.",
        fix="write each record as one JSON object on one line",
    ),
    Rule(
        "GT103", "line-too-long", Severity.ERROR, always=True,
        why="Ground Truth allows 100,000 characters a line; a line of megabytes is another kind of file.",
        fix="look for missing line ends, or leave the record out",
    ),
    Rule(
        "GT104", "not-utf-8", Severity.ERROR, always=True,
        why="Manifests are UTF-8; other bytes turn into another key, and the image is not found.",
        fix="save the manifest as UTF-8",
    ),
    Rule(
        "GT105", "repeated-key", Severity.ERROR, always=True,
        why="Readers differ in which of two equal keys they take, so nobody knows what would be trained.",
        fix="keep one of the two",
    ),
    Rule(
        "GT106", "missing-source-ref", Severity.ERROR, always=True,
        why="Without source-ref there is no image to stream.",
        fix='add "source-ref" with the image\'s s3:// address',
    ),
    Rule(
        "GT107", "source-not-in-s3", Severity.ERROR, always=True,
        why="SageMaker fetches the image itself, and only from an address like s3://bucket/key.",
        fix="upload the image and give its s3:// address",
    ),
    Rule(
        "GT110", "byte-order-mark", Severity.INFO, whole_file=True,
        why="Strict JSON readers stop at a byte order mark; it is left out of what is written.",
        fix="save the manifest as UTF-8 without a byte order mark",
    ),
    Rule(
        "GT111", "windows-line-ends", Severity.INFO, whole_file=True,
        why="CR LF is allowed, yet some readers keep the CR; plain LF is written.",
        fix="save the manifest with LF line ends",
    ),
    Rule(
        "GT112", "blank-lines", Severity.INFO, whole_file=True,
        why="Counted as samples they make num_training_samples wrong; they are left out of what is written.",
        fix="remove the blank lines",
    ),
    Rule(
        "GT113", "no-final-newline", Severity.INFO, whole_file=True,
        why="Two such files joined make one broken line; a final newline is written.",
        fix="end the manifest with a newline",
    ),
)  # fmt: skip
