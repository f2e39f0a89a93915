"""Examples of GT1: lines and bytes."""

from groundtrain.rules.examples.drawing import CAR, boxes, changed, labeled, several
from groundtrain.rules.examples.example import LONG, Example
from groundtrain.rules.line_limits import MAX_LINE

_ONE, _TWO = boxes(1, CAR), boxes(2, CAR)
_GOOD = several(_ONE)


def _address(code: str, failing: str, repaired: str) -> Example:
    """An example that is about the source-ref alone."""
    return Example(
        code, several(boxes(1, CAR, source=failing), _TWO), several(boxes(1, CAR, source=repaired), _TWO)
    )


def _unread(code: str, failing: str) -> Example:
    """An example of a line that is no record, beside one that is."""
    return Example(code, several(failing, _TWO), several(_ONE, _TWO))


def _spam(text: str) -> str:
    return labeled("kind", 0, "text-classification", text, key="source", class_name="spam")


LINES = (
    _unread("GT101", _ONE.replace('"', "'")),
    _unread("GT102", f"[{_ONE}]"),
    Example("GT103", several(changed(_ONE, note=LONG), _TWO), several(_ONE, _TWO), length=MAX_LINE),
    _unread("GT104", boxes(1, CAR, source="s3://acme/caf\udce9.jpg")),
    _unread("GT105", _ONE.replace('"left":10', '"left":10,"left":12')),
    _unread("GT106", changed(_ONE, source_ref=None)),
    _address("GT107", "https://acme.s3.amazonaws.com/1.jpg", "s3://acme/1.jpg"),
    _address("GT108", "s3://s3://acme/1.jpg", "s3://acme/1.jpg"),
    Example("GT110", "\ufeff" + _GOOD, _GOOD),
    Example("GT111", _GOOD.replace("\n", "\r\n"), _GOOD),
    Example("GT112", several(_ONE, "", _TWO), several(_ONE, _TWO)),
    Example("GT113", _GOOD.rstrip("\n"), _GOOD),
    _address("GT114", "s3://acme//1.jpg", "s3://acme/1.jpg"),
    _address("GT115", "s3://acme/no%201.jpg", "s3://acme/no 1.jpg"),
    _address("GT116", "s3://acme/no+1.jpg", "s3://acme/no 1.jpg"),
    _address("GT117", "s3://acme/10\uf03a30.jpg", "s3://acme/10:30.jpg"),
    _address("GT118", "s3://acme/day 1 /1.jpg", "s3://acme/day 1/1.jpg"),
    _address("GT119", "s3://acme/no 1.jpg", "s3://acme/no-1.jpg"),
    Example(
        "GT120",
        "s3://acme/pallets/annotations/intermediate/1/output.manifest",
        "s3://acme/pallets/manifests/output/output.manifest",
        shows="address",
    ),
    Example("GT121", several(changed(_ONE, note=LONG)), _GOOD, length=20_001),
    Example(
        "GT122",
        several(changed(_ONE, **{f"note_{i}": LONG for i in range(6)})),
        _GOOD,
        length=18_000,
    ),
    Example("GT123", several(changed(_ONE, **{"$id": 7})), several(changed(_ONE, id=7))),
    Example("GT124", several(changed(_ONE, **{f"note{i}": i for i in range(14)})), _GOOD),
    _address("GT125", "s3://acme/1.webp", "s3://acme/1.jpg"),
    Example("GT126", several(_spam("  "), _spam("buy now")), several(_spam("buy"), _spam("buy now"))),
    _address("GT127", "s3://<my-bucket>/1.jpg", "s3://acme/1.jpg"),
    _address("GT128", "s3://Acme_Images/1.jpg", "s3://acme-images/1.jpg"),
    Example(
        "GT129",
        several(boxes(1, CAR, source=f"s3://acme/{LONG}.jpg"), _TWO),
        several(_ONE, _TWO),
        length=1_100,
    ),
    Example(
        "GT131",
        "a line on which one of the checks itself fails",
        "the same line, once the check is put right",
        shows="image",
    ),
    Example("GT130", several(_ONE + ",", _TWO), several(_ONE, _TWO)),
)
