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

def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Show the figures that tests record."""
    lines = [f"{report.nodeid.rpartition('::')[2]}: {value}" for report, value in _figures(terminalreporter)]
    if lines:
        terminalreporter.section("figures")
        terminalreporter.write_line("\n".join(lines))


def _figures(terminalreporter: pytest.TerminalReporter) -> Iterator[tuple[pytest.TestReport, object]]:
    for report in terminalreporter.getreports("passed"):
        yield from ((report, value) for name, value in report.user_properties if name == "figures")
