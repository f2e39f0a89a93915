"""GT1: lines and bytes."""

from groundtrain.manifest.rules.findings import Rule, Severity

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
        "GT108", "doubled-scheme", Severity.ERROR, fixable=True, always=True,
        why="No bucket is called s3: and SageMaker finds nothing at s3://s3://.",
        fix="write the scheme once (fix GT108)",
    ),
    Rule(
        "GT110", "byte-order-mark", Severity.INFO, whole_file=True, fixable=True,
        why="Strict JSON readers stop at a byte order mark; it is left out of what is written.",
        fix="save the manifest as UTF-8 without a byte order mark",
    ),
    Rule(
        "GT111", "windows-line-ends", Severity.INFO, whole_file=True, fixable=True,
        why="CR LF is allowed, yet some readers keep the CR; plain LF is written.",
        fix="save the manifest with LF line ends",
    ),
    Rule(
        "GT112", "blank-lines", Severity.INFO, whole_file=True, fixable=True,
        why="Counted as samples they make num_training_samples wrong; they are left out of what is written.",
        fix="remove the blank lines",
    ),
    Rule(
        "GT113", "no-final-newline", Severity.INFO, whole_file=True, fixable=True,
        why="Two such files joined make one broken line; a final newline is written.",
        fix="end the manifest with a newline",
    ),
    Rule(
        "GT114", "empty-key-part", Severity.WARNING,
        why="S3 takes // in a key as it stands; joined carelessly, it names an object that is not there.",
        fix="check that the object has this very key; otherwise write one slash",
    ),
    Rule(
        "GT115", "percent-in-key", Severity.WARNING,
        why="Keys are taken as they stand, never decoded: %20 is no space to SageMaker.",
        fix="check that the object has this very key; otherwise write the decoded one",
    ),
    Rule(
        "GT116", "plus-in-key", Severity.INFO,
        why="In S3 events + stands for a space, in a key for itself; a copied event gives the wrong key.",
        fix="check that the object has this very key",
    ),
    Rule(
        "GT117", "invisible-character-in-key", Severity.WARNING,
        why="Control and private-use characters come from copies between systems (U+F03A was a colon once).",
        fix="compare the key with the listing of the bucket, and correct one of the two",
    ),
    Rule(
        "GT118", "space-around-key-part", Severity.WARNING,
        why="A space at the begin or end of a name is easily lost, and then nothing is found.",
        fix="check that the object has this very key; otherwise take the space out",
    ),
    Rule(
        "GT119", "unusual-keys", Severity.INFO, whole_file=True,
        why="Spaces and letters beyond ASCII are legal and common; tools that encode keys trip over them.",
        fix="nothing, unless images are reported missing",
    ),
    Rule(
        "GT120", "intermediate-manifest", Severity.WARNING, whole_file=True,
        why="While a job runs, intermediate output holds objects without their final labels.",
        fix="take the manifest that the job names as its output: manifests/output/output.manifest",
    ),
    Rule(
        "GT121", "long-attribute", Severity.WARNING,
        why="Input manifests allow 20,000 characters an attribute, so a chained labeling job may refuse it.",
        fix="nothing for training; shorten it before the line goes into another labeling job",
    ),
    Rule(
        "GT122", "long-line", Severity.WARNING,
        why="Input manifests allow 100,000 characters a line, so a chained labeling job may refuse it.",
        fix="nothing for training; shorten it before it goes into another labeling job",
    ),
    Rule(
        "GT123", "dollar-attribute", Severity.WARNING, whole_file=True,
        why="Attribute names must not begin with $ in input manifests.",
        fix="rename the attribute",
    ),
    Rule(
        "GT124", "many-attributes", Severity.INFO,
        why="A channel names 16 attributes at most; a dataset keeps source and label only.",
        fix="nothing",
    ),
    Rule(
        "GT125", "source-no-jpg-or-png", Severity.ERROR,
        why="The algorithms for images read JPEG and PNG; by its name, this is another kind of file.",
        fix="give the address of a JPEG or PNG, or ignore this rule when only the name is wrong",
    ),
)  # fmt: skip
