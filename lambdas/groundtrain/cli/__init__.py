"""The command line."""

import sys


def main() -> None:
    """Run `groundtrain`."""
    try:
        # within `try`: Ctrl-C may come while they load
        from groundtrain.cli.application import groundtrain, run
        from groundtrain.cli.completion import answer_shell

        answered = answer_shell(groundtrain)
        code = run(sys.argv[1:]) if answered is None else answered
    except KeyboardInterrupt:
        code = 130
    sys.exit(code)
