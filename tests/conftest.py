"""Settings of all tests."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

# A busy machine is no failure: how long an example takes is measured in benchmarks/, never in tests.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
# The gate draws the same examples in every run. `make fuzz` draws others: pytest --hypothesis-profile patient
settings.register_profile("gate", settings.get_profile("patient"), derandomize=True, database=None)
settings.load_profile("gate")

os.environ["POWERTOOLS_METRICS_NAMESPACE"] = "groundtrain/test"  # read when the functions are imported
SLOW_SETUPS = {  # fixtures of the whole session, by where they are
    "tests/local": ("deployment", "aws"),
    "tests/infrastructure": ("templates",),
    "tests/contract": ("sdk",),
}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item], config: pytest.Config) -> None:
    """Tests that share a slow set-up run in the same one of the parallel processes: it is paid once."""
    for item in items:
        folder = "/".join(item.path.relative_to(config.rootpath).parts[:2])
        used = [name for name in SLOW_SETUPS.get(folder, ()) if name in getattr(item, "fixturenames", ())]
        if used:
            item.add_marker(pytest.mark.xdist_group(f"{folder}:{used[0]}"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Show the figures that tests record."""
    lines = [f"{report.nodeid.rpartition('::')[2]}: {value}" for report, value in _figures(terminalreporter)]
    if lines:
        terminalreporter.section("figures")
        terminalreporter.write_line("\n".join(lines))


def _figures(terminalreporter: pytest.TerminalReporter) -> Iterator[tuple[pytest.TestReport, object]]:
    for report in terminalreporter.getreports("passed"):
        yield from ((report, value) for name, value in report.user_properties if name == "figures")
