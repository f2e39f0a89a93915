"""`make synth`: synthesize every environment, write the readable copies, and list what will be created."""

import subprocess
import sys

from groundtrain.errors import GroundtrainError
from stacks.environments import load_environments
from stacks.warnings import warnings_of
from template_review import template_copies
from template_review.resource_list import write_inventory
from template_review.template_versions import COPIES, read_folder

_COMMAND = ("cdk", "synth", "--quiet", "--no-notices", "**")


def main() -> int:
    """Show what the CDK says only when it fails; else what the environments consist of, and warnings."""
    try:
        environments = load_environments(template_copies.ROOT / "environments")
    except GroundtrainError as error:
        sys.stderr.write(f"groundtrain: {error}\n")
        return error.exit_code
    done = subprocess.run(  # noqa: S603  our own command
        _COMMAND, cwd=template_copies.ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.stderr.write(done.stdout + done.stderr)
        return done.returncode
    if code := template_copies.main([]):
        return code
    sys.stdout.write(write_inventory(read_folder(template_copies.ROOT / COPIES)))
    for warning in (each for environment in environments for each in warnings_of(environment)):
        sys.stdout.write(f"warning: {warning}\n")
    sys.stdout.write(f"Nothing was deployed. The whole templates, readable: {COPIES.as_posix()}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
