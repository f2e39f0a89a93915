"""The loop with the standard library's json, which tells repeated keys by its own means."""

import json
from functools import partial
from typing import Any

from benchmarks.contenders.outcome import main
from benchmarks.contenders.reference import run


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key is there twice")
    return found


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")


_decode = json.JSONDecoder(object_pairs_hook=_each_once, parse_constant=_refuse).decode


def decode(line: bytes) -> Any:
    """The line's value; see `reference.Decode`."""
    return _decode(line.decode())


if __name__ == "__main__":
    main(partial(run, decode))
