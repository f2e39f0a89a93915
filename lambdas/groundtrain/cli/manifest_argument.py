"""The MANIFEST and DATASET arguments, and the option that says how many processes read it."""

import click

from groundtrain.cli.completion import files

manifest_argument = click.argument("manifest", shell_complete=files)
dataset_argument = click.argument("dataset", shell_complete=files)
workers_option = click.option(
    "--workers",
    type=click.IntRange(1),
    metavar="N",
    help="Processes that read the manifest: one a core for a file of 16 MiB or more (64 MiB on macOS), or"
    " else as many as you say. What is no file here is read by one. As many images are decoded at once, or"
    " one a core.",
)
