"""The coverage-guided fuzzer over all parsers: `python -m tests.fuzzing [--seconds N]`, `make fuzz`.

Each parser is fuzzed in a process of its own. An input that it finds is printed as bytes, to be added to
tests/property/test_parsers.py; the exit code is then 1.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

NAMES = (
    *("event", "announcement", "settings", "category file", "dataset.json", "manifest"),
    *("COCO", "Label Studio", "CVAT", "CSV", "fastText", "MXNet list", "sequence", "Pascal VOC"),
    *("YOLO's YAML", "YOLO's labels"),
)


def main() -> int:
    """Fuzz every parser for so many seconds, or the one that is named, in this process."""
    options = argparse.ArgumentParser(prog="python -m tests.fuzzing")
    options.add_argument("--seconds", type=int, default=20, help="for each parser")
    options.add_argument("--parser", choices=NAMES)
    options.add_argument("--corpus", type=Path)
    chosen = options.parse_args()
    if chosen.parser:
        fuzz(chosen.parser, chosen.seconds, chosen.corpus)
    return max(_fuzz_apart(name, chosen.seconds) for name in NAMES)


def _fuzz_apart(name: str, seconds: int) -> int:
    """0 when nothing was found."""
    with tempfile.TemporaryDirectory() as directory:
        arguments = ["--parser", name, "--seconds", str(seconds), "--corpus", directory]
        command = [sys.executable, "-W", "ignore", "-m", "tests.fuzzing", *arguments]
        done = subprocess.run(command, capture_output=True, text=True, errors="replace")
        tried = [line for line in done.stderr.splitlines() if "number_of_executed_units" in line]
        print(f"{name}: {tried[-1].split()[-1] if tried else 'no'} inputs", flush=True)
        if done.returncode:
            print(done.stderr[-3000:])
        for found in Path(directory).glob("found-*"):
            print(f"found: {found.read_bytes()!r}")
    return int(done.returncode != 0)


def fuzz(name: str, seconds: int, corpus: Path) -> None:
    """Fuzz until the time is over or something is found; libFuzzer then ends the process."""
    import atheris

    with atheris.instrument_imports(include=["groundtrain", "tomllib"]):
        from tests.parsers import PARSERS
    parser = PARSERS[name]
    for number, example in enumerate(parser.examples):
        (corpus / f"example-{number}").write_bytes(example)

    def read(text: bytes) -> None:
        try:
            parser.read(text)
        except parser.refuses as refusal:
            if not str(refusal):
                raise ValueError("refused without a word") from refusal

    limits = [f"-max_total_time={seconds}", "-max_len=8192", "-rss_limit_mb=4096", "-print_final_stats=1"]
    atheris.Setup([sys.argv[0], *limits, f"-artifact_prefix={corpus}/found-", str(corpus)], read)
    atheris.Fuzz()


if __name__ == "__main__":
    sys.exit(main())
