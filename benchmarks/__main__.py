"""Run benchmarks: `python -m benchmarks [NAME]…`, all of them when none is named."""

import click


def _engine(lines: int) -> None:
    from benchmarks import engine

    engine.run(lines)


def _existence(_: int) -> None:
    from benchmarks import existence

    existence.run()


def _pipeline(_: int) -> None:
    from benchmarks import pipeline

    pipeline.run()


def _load(_: int) -> None:
    from benchmarks import load

    load.run()


# Imported when their turn comes: the engine's contenders are measured from a small process.
BENCHMARKS = {"engine": _engine, "existence": _existence, "pipeline": _pipeline, "load": _load}


@click.command()
@click.argument("names", nargs=-1, type=click.Choice(list(BENCHMARKS)))
@click.option("--lines", default=1_000_000, show_default=True, help="Of the manifest for the engine.")
def main(names: tuple[str, ...], lines: int) -> None:
    """Run the benchmarks of these names, or all."""
    for name in names or BENCHMARKS:
        BENCHMARKS[name](lines)


if __name__ == "__main__":
    main()
