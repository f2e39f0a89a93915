"""Settings of all tests."""

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# A busy machine is no failure: how long an example takes is measured in benchmarks/, never in tests.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
# The gate draws the same examples in every run. `make fuzz` draws others: pytest --hypothesis-profile patient
settings.register_profile("gate", settings.get_profile("patient"), derandomize=True, database=None)
settings.load_profile("gate")

os.environ["POWERTOOLS_METRICS_NAMESPACE"] = "groundtrain/test"  # read when the functions are imported
SLOW_SETUPS = {  # fixtures by where they are; those of one set in one process
    "tests/local": ({"deployment"}, {"aws"}),
    "tests/infrastructure": ({"templates", "calls_by_case"},),
    "tests/contract": ({"sdk"},),
    "tests/browser": ({"chromium"},),
}
# Thousands of collected tests live as long as the process: looking through them took a fifteenth of its time.
gc.set_threshold(20_000, 20, 20)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item], config: pytest.Config) -> None:
    """Tests that share a slow set-up run in the same one of the parallel processes: it is paid once."""
    for item in items:
        if group := _group_of(item, item.path.relative_to(config.rootpath)):
            item.add_marker(pytest.mark.xdist_group(group))


def _group_of(item: pytest.Item, file: Path) -> str:
    """What the tests are called that share a slow fixture, or one of their module; "" for none."""
    folder, wanted = "/".join(file.parts[:2]), set(getattr(item, "fixturenames", ()))
    for fixtures in SLOW_SETUPS.get(folder, ()):
        if wanted & fixtures:
            return f"{folder}:{min(fixtures)}"
    fixtures_of = item._fixtureinfo.name2fixturedefs if isinstance(item, pytest.Function) else {}
    return str(file) if any(found[-1].scope == "module" for found in fixtures_of.values()) else ""


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Show the figures that tests record."""
    lines = [f"{report.nodeid.rpartition('::')[2]}: {value}" for report, value in _figures(terminalreporter)]
    if lines:
        terminalreporter.section("figures")
        terminalreporter.write_line("\n".join(lines))


def _figures(terminalreporter: pytest.TerminalReporter) -> Iterator[tuple[pytest.TestReport, object]]:
    for report in terminalreporter.getreports("passed"):
        yield from ((report, value) for name, value in report.user_properties if name == "figures")
