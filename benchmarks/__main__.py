"""Run benchmarks: `python -m benchmarks [engine|existence|pipeline]…`, all of them when none is named."""

import click

from benchmarks import pipeline

BENCHMARKS = {"pipeline": pipeline.run}


@click.command()
@click.argument("names", nargs=-1, type=click.Choice(list(BENCHMARKS)))
def main(names: tuple[str, ...]) -> None:
    """Run the benchmarks of these names, or all."""
    for name in names or BENCHMARKS:
        BENCHMARKS[name]()


if __name__ == "__main__":
    main()
