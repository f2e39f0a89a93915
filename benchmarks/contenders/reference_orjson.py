"""The loop with orjson; it cannot tell repeated keys, so they are counted."""

from functools import partial

import orjson

from benchmarks.contenders.outcome import main
from benchmarks.contenders.reference import counting, run

if __name__ == "__main__":
    main(partial(run, counting(orjson.loads)))
