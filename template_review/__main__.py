"""`make review BASE=main`: what the working tree's templates change, as Markdown on standard output."""

import argparse
import sys
from pathlib import Path

from groundtrain.errors import GroundtrainError
from template_review.assessment import assess
from template_review.markdown import write_review
from template_review.template_versions import COPIES, changed_in_bundle, fork_point, read_commit, read_folder

ROOT = Path(__file__).parents[1]


def main(arguments: list[str] | None = None) -> int:
    """Print the review; return 2 when there is nothing to compare with."""
    parser = argparse.ArgumentParser(prog="python -m template_review", description=__doc__)
    parser.add_argument("base", help="branch or commit to compare with")
    try:
        print(review(ROOT, parser.parse_args(arguments).base), end="")  # noqa: T201  its purpose
    except GroundtrainError as error:
        sys.stderr.write(f"groundtrain: {error}\n")
        return error.exit_code
    return 0


def review(root: Path, base: str) -> str:
    """Review a working tree against the commit where it branched off `base`.

    Raises:
        BaseError
    """
    commit = fork_point(root, base)
    assessments = assess(read_commit(root, commit), read_folder(root / COPIES))
    return write_review(assessments, changed_in_bundle(root, commit))


if __name__ == "__main__":
    sys.exit(main())
