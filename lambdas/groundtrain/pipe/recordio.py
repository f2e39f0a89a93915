"""Write RecordIO, as SageMaker puts records into a pipe.

Sources: RecordIOReader in aws/sagemaker-tensorflow-extensions, recordio_header in awslabs/ml-io, and the
writer of the SageMaker Python SDK. Whether SageMaker cuts records into parts, and where, is not confirmed
(C13).
"""

from groundtrain.pipe.reading import FIRST, HEADER, LAST, LENGTH_BITS, MAGIC, MIDDLE, WHOLE

LONGEST_PART = (1 << LENGTH_BITS) - 1
"""Bytes that the length of one part can say."""

_PADDING = (b"", b"\0\0\0", b"\0\0", b"\0")  # by length modulo 4


def framed(payload: bytes, longest: int = LONGEST_PART) -> list[bytes]:
    """The pieces of one record; in parts of `longest` bytes where it is longer."""
    if len(payload) <= longest:
        return _part(payload, WHOLE)
    pieces = []
    for start in range(0, len(payload), longest):
        rest = len(payload) - start
        flag = FIRST if not start else LAST if rest <= longest else MIDDLE
        pieces += _part(payload[start : start + longest], flag)
    return pieces


def _part(payload: bytes, flag: int) -> list[bytes]:
    length = len(payload)
    header = HEADER.pack(MAGIC, flag << LENGTH_BITS | length)
    return [header, payload, _PADDING[length % 4]] if length % 4 else [header, payload]
