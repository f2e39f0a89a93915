"""Fetch weights while the image is built: `python fetch_weights.py URL SHA256 FILE`."""

import hashlib
import re
import sys
import urllib.request
from collections.abc import Iterable
from pathlib import Path

_BLOCK = 1 << 20


def main(url: str, digest: str, file: str) -> int:
    """Write the file if it is the one that the digest says; the exit code."""
    if not url:
        return 0
    if not url.startswith("https://") or not re.fullmatch(r"[0-9a-f]{64}", digest):
        sys.stderr.write(
            "WEIGHTS_URL is to begin with https://, and WEIGHTS_SHA256 to be 64 hexadecimal digits\n"
        )
        return 2
    with urllib.request.urlopen(url) as answer:  # noqa: S310 (begins with https://)
        return keep(iter(lambda: answer.read(_BLOCK), b""), digest, Path(file))


def keep(blocks: Iterable[bytes], digest: str, file: Path) -> int:
    """Write the blocks; the exit code, and no file where they are something else."""
    found = hashlib.sha256()
    with file.open("wb") as into:
        for block in blocks:
            found.update(block)
            into.write(block)
    if found.hexdigest() == digest:
        return 0
    file.unlink()
    sys.stderr.write(f"the weights have the SHA-256 {found.hexdigest()}, and WEIGHTS_SHA256 is {digest}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
