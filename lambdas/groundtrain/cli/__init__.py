"""The command line."""

import sys


def main() -> None:
    """Run `groundtrain`."""
    try:
        from groundtrain.cli.application import run  # within `try`: Ctrl-C may come while it loads

        code = run(sys.argv[1:])
    except KeyboardInterrupt:
        code = 130
    sys.exit(code)
