"""GT1: lines and bytes."""

from groundtrain.rules.example_manifests import CAR, boxes, changed, labeled, several
from groundtrain.rules.line_limits import MAX_LINE
from groundtrain.rules.rule import LONG, Example, Rule, Severity

_ONE, _TWO = boxes(1, CAR), boxes(2, CAR)
_GOOD = several(_ONE)


def _address(failing: str, repaired: str) -> Example:
    """An example that is about the source-ref alone."""
    return Example(
        several(boxes(1, CAR, source=failing), _TWO), several(boxes(1, CAR, source=repaired), _TWO)
    )


def _unread(failing: str) -> Example:
    """An example of a line that is no record, beside one that is."""
    return Example(several(failing, _TWO), several(_ONE, _TWO))


def _spam(text: str) -> str:
    return labeled("kind", 0, "text-classification", text, key="source", class_name="spam")


LINES = (
    Rule(
        "GT101", "not-json", Severity.ERROR, always=True,
        why="SageMaker reads one JSON object per line and stops at anything else.",
        fix="write each record as one JSON object on one line",
        example=_unread(_ONE.replace('"', "'")),
    ),
    Rule(
        "GT102", "not-an-object", Severity.ERROR, always=True,
        why="A record is a JSON object whose keys are attributes; a list or a number has no attributes.",
        fix="write each record as one JSON object on one line",
        example=_unread(f"[{_ONE}]"),
    ),
    Rule(
        "GT103", "line-too-long", Severity.ERROR, always=True,
        why="Ground Truth allows 100,000 characters per line; a line of megabytes is not a record.",
        fix="look for missing line ends, or leave the line out",
        example=Example(several(changed(_ONE, note=LONG), _TWO), several(_ONE, _TWO), length=MAX_LINE),
    ),
    Rule(
        "GT104", "not-utf-8", Severity.ERROR, always=True,
        why="Manifests are UTF-8; read as UTF-8, these bytes name another key, and the image is not found.",
        fix="save the manifest as UTF-8",
        example=_unread(boxes(1, CAR, source="s3://acme/caf\udce9.jpg")),
    ),
    Rule(
        "GT105", "repeated-key", Severity.ERROR, always=True,
        why="JSON readers differ in which of two equal keys they keep, so what is trained is undefined.",
        fix="keep one of the two",
        example=_unread(_ONE.replace('"left":10', '"left":10,"left":12')),
    ),
    Rule(
        "GT106", "missing-source-ref", Severity.ERROR, always=True,
        why="Without a source there is nothing to stream.",
        fix='add "source-ref" with the s3:// address of the object, or "source" with the text',
        example=_unread(changed(_ONE, source_ref=None)),
    ),
    Rule(
        "GT107", "source-not-in-s3", Severity.ERROR, always=True,
        why="SageMaker fetches the image itself, and only from an address like s3://bucket/key.",
        fix="upload the image and give its s3:// address",
        example=_address("https://acme.s3.amazonaws.com/1.jpg", "s3://acme/1.jpg"),
    ),
    Rule(
        "GT108", "doubled-scheme", Severity.ERROR, fixable=True, always=True,
        why='No bucket can be named "s3:", so SageMaker finds nothing at s3://s3://.',
        fix="write the scheme once (fix GT108)",
        example=_address("s3://s3://acme/1.jpg", "s3://acme/1.jpg"),
    ),
    Rule(
        "GT110", "byte-order-mark", Severity.INFO, whole_file=True, fixable=True,
        why="Strict JSON readers refuse a byte order mark; the output is written without it.",
        fix="save the manifest as UTF-8 without a byte order mark",
        example=Example("\ufeff" + _GOOD, _GOOD),
    ),
    Rule(
        "GT111", "windows-line-ends", Severity.INFO, whole_file=True, fixable=True,
        why="CR LF is allowed, but some readers keep the CR; the output is written with LF.",
        fix="save the manifest with LF line ends",
        example=Example(_GOOD.replace("\n", "\r\n"), _GOOD),
    ),
    Rule(
        "GT112", "blank-lines", Severity.INFO, whole_file=True, fixable=True,
        why="Counted as samples, they make num_training_samples wrong; the output is written without them.",
        fix="remove the blank lines",
        example=Example(several(_ONE, "", _TWO), several(_ONE, _TWO)),
    ),
    Rule(
        "GT113", "no-final-newline", Severity.INFO, whole_file=True, fixable=True,
        why="Concatenating such a file with another breaks a line; the output ends with a newline.",
        fix="end the manifest with a newline",
        example=Example(_GOOD.rstrip("\n"), _GOOD),
    ),
    Rule(
        "GT114", "empty-key-part", Severity.WARNING,
        why="S3 takes // in a key literally; it often comes from joining a prefix and a name carelessly.",
        fix="check that the object has exactly this key; otherwise write one slash",
        example=_address("s3://acme//1.jpg", "s3://acme/1.jpg"),
    ),
    Rule(
        "GT115", "percent-in-key", Severity.WARNING,
        why="SageMaker takes keys literally and never decodes them: %20 is not a space.",
        fix="check that the object has exactly this key; otherwise write the decoded key",
        example=_address("s3://acme/no%201.jpg", "s3://acme/no 1.jpg"),
    ),
    Rule(
        "GT116", "plus-in-key", Severity.INFO,
        why="In S3 event messages + stands for a space, in a key for itself; a copied event key is wrong.",
        fix="check that the object has exactly this key",
        example=_address("s3://acme/no+1.jpg", "s3://acme/no 1.jpg"),
    ),
    Rule(
        "GT117", "invisible-character-in-key", Severity.WARNING,
        why="Control and private-use characters come from copies between systems (U+F03A was a colon once).",
        fix="compare the key with a listing of the bucket, and correct one of the two",
        example=_address("s3://acme/10\uf03a30.jpg", "s3://acme/10:30.jpg"),
    ),
    Rule(
        "GT118", "space-around-key-part", Severity.WARNING,
        why="A space at the start or end of a name is easily lost, and then the object is not found.",
        fix="check that the object has exactly this key; otherwise remove the space",
        example=_address("s3://acme/day 1 /1.jpg", "s3://acme/day 1/1.jpg"),
    ),
    Rule(
        "GT119", "unusual-keys", Severity.INFO, whole_file=True,
        why="Spaces and non-ASCII letters are legal and common, but tools that encode keys get them wrong.",
        fix="no action is needed unless images are reported missing",
        example=_address("s3://acme/no 1.jpg", "s3://acme/no-1.jpg"),
    ),
    Rule(
        "GT120", "intermediate-manifest", Severity.WARNING, whole_file=True,
        why="While a job runs, its intermediate output holds objects without final labels.",
        fix="use the manifest that the job names as its output: manifests/output/output.manifest",
        example=Example(
            "s3://acme/pallets/annotations/intermediate/1/output.manifest",
            "s3://acme/pallets/manifests/output/output.manifest",
            shows="address",
        ),
    ),
    Rule(
        "GT121", "long-attribute", Severity.WARNING,
        why="Input manifests allow 20,000 characters per attribute; a chained labeling job may refuse it.",
        fix="no action is needed to train; shorten it before the line goes into another labeling job",
        example=Example(several(changed(_ONE, note=LONG)), _GOOD, length=20_001),
    ),
    Rule(
        "GT122", "long-line", Severity.WARNING,
        why="Input manifests allow 100,000 characters per line; a chained labeling job may refuse it.",
        fix="no action is needed to train; shorten it before it goes into another labeling job",
        example=Example(
            several(changed(_ONE, **{f"note_{i}": LONG for i in range(6)})),
            _GOOD,
            length=18_000,
        ),
    ),
    Rule(
        "GT123", "dollar-attribute", Severity.WARNING, whole_file=True,
        why="Attribute names in input manifests must not begin with $.",
        fix="rename the attribute",
        example=Example(several(changed(_ONE, **{"$id": 7})), several(changed(_ONE, id=7))),
    ),
    Rule(
        "GT124", "many-attributes", Severity.INFO,
        why="A channel can name at most 16 attributes; datasets keep only the source and the label.",
        fix="no action is needed",
        example=Example(several(changed(_ONE, **{f"note{i}": i for i in range(14)})), _GOOD),
    ),
    Rule(
        "GT125", "source-no-jpg-or-png", Severity.ERROR,
        why="The image algorithms read JPEG and PNG; by its name, this is another kind of file.",
        fix="name a JPEG or PNG, or ignore this rule if only the file name is wrong",
        example=_address("s3://acme/1.webp", "s3://acme/1.jpg"),
    ),
    Rule(
        "GT130", "comma-after-record", Severity.ERROR, fixable=True, always=True,
        why="SageMaker reads one JSON object per line; a comma belongs between the elements of an array.",
        fix="remove the comma (fix GT130)",
        example=Example(several(_ONE + ",", _TWO), several(_ONE, _TWO)),
    ),
    Rule(
        "GT126", "blank-text", Severity.ERROR,
        why="A text of spaces or invisible characters teaches nothing, whatever its label.",
        fix="add the text, or leave the line out",
        example=Example(several(_spam("  "), _spam("buy now")), several(_spam("buy"), _spam("buy now"))),
    ),
    Rule(
        "GT127", "impossible-bucket", Severity.ERROR, always=True,
        why="S3 has no bucket of this name and cannot have one; often a placeholder was left in place.",
        fix="write the name of the bucket that the object lies in",
        example=_address("s3://<my-bucket>/1.jpg", "s3://acme/1.jpg"),
    ),
    Rule(
        "GT128", "unusual-bucket", Severity.WARNING,
        why="Only old buckets of us-east-1 have capitals or underscores; new names have neither.",
        fix="check the name; no action is needed if the bucket is that old",
        example=_address("s3://Acme_Images/1.jpg", "s3://acme-images/1.jpg"),
    ),
    Rule(
        "GT129", "key-too-long", Severity.ERROR, always=True,
        why="Keys have at most 1,024 bytes in UTF-8, so no object has this one.",
        fix="correct the key; compare it with a listing of the bucket",
        example=Example(
            several(boxes(1, CAR, source=f"s3://acme/{LONG}.jpg"), _TWO),
            several(_ONE, _TWO),
            length=1_100,
        ),
    ),
    Rule(
        "GT131", "line-not-judged", Severity.ERROR, always=True,
        why="A check failed on this line by a fault of its own, so nobody knows what training makes of it.",
        fix="report the line to the maintainers of groundtrain; the other lines are judged and used",
        example=Example(
            "a line on which one of the checks itself fails",
            "the same line, once the check is put right",
            shows="image",
        ),
    ),
)  # fmt: skip
