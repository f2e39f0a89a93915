"""The bare cost: read, split at newlines, decode into typed records; no check, no count, no output."""

import sys
from pathlib import Path

import msgspec

from benchmarks.contenders.reference import LABEL_TYPE
from benchmarks.manifests import LABEL
from groundtrain.manifest.label_types.label_type import record_type
from groundtrain.manifest.label_types.registry import LABEL_TYPES
from groundtrain.manifest.unreadable_lines import DECODE_ERRORS
from groundtrain.record_keys import keys_of


def run(manifest: Path) -> None:
    """Decode every line and forget it."""
    decode = msgspec.json.Decoder(record_type(keys_of(LABEL), LABEL_TYPES[LABEL_TYPE])).decode
    with manifest.open("rb") as source:
        for line in source:
            try:
                decode(line)
            except DECODE_ERRORS:
                continue


if __name__ == "__main__":
    run(Path(sys.argv[1]))
