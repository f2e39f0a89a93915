"""Run benchmarks: `python -m benchmarks [NAME]…`, all of them when none is named."""

from importlib import import_module
from typing import Any

import click

from benchmarks.manifests import SHAPES

BENCHMARKS = (
    "engine",
    "workers",
    "growth",
    "existence",
    "images",
    "image_map",
    "pipe",
    "pipeline",
    "convert_step",
    "embedded_map",
    "publish",
    "formats",
    "load",
    "detector",
)


@click.command()
@click.argument("names", nargs=-1, type=click.Choice(BENCHMARKS))
@click.option("--lines", type=int, help="Of the manifests for engine, workers and convert_step.")
@click.option("--shape", "shapes", multiple=True, type=click.Choice(tuple(SHAPES)), help="For engine; all.")
@click.option("--against", metavar="PYTHON", help="Of another groundtrain, for engine and convert_step.")
def main(names: tuple[str, ...], lines: int | None, shapes: tuple[str, ...], against: str | None) -> None:
    """Run the benchmarks of these names, or all."""
    options: dict[str, dict[str, Any]] = {
        "engine": {"lines": lines, "shapes": shapes, "against": against},
        "workers": {"lines": lines},
        "convert_step": {"lines": lines, "against": against},
    }
    for name in names or BENCHMARKS:  # imported when their turn comes: a small process is to start the others
        given = {key: value for key, value in options.get(name, {}).items() if value}
        import_module(f"benchmarks.{name}").run(**given)


if __name__ == "__main__":
    main()
