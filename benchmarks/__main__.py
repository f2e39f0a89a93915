"""Run benchmarks: `python -m benchmarks [NAME]…`, all of them when none is named."""

from importlib import import_module
from typing import Any

import click

BENCHMARKS = ("engine", "workers", "growth", "existence", "pipeline", "load")


@click.command()
@click.argument("names", nargs=-1, type=click.Choice(BENCHMARKS))
@click.option("--lines", type=int, help="Of the manifests for engine and workers.")
@click.option("--against", metavar="PYTHON", help="Of an environment with another groundtrain, for engine.")
def main(names: tuple[str, ...], lines: int | None, against: str | None) -> None:
    """Run the benchmarks of these names, or all."""
    options: dict[str, dict[str, Any]] = {
        "engine": {"lines": lines, "against": against},
        "workers": {"lines": lines},
    }
    for name in (
        names or BENCHMARKS
    ):  # imported when their turn comes: what is measured starts from a small process
        given = {key: value for key, value in options.get(name, {}).items() if value is not None}
        import_module(f"benchmarks.{name}").run(**given)


if __name__ == "__main__":
    main()
