"""Metrics as SageMaker finds them: by the expressions of MetricDefinitions, in what the program prints.

Source: SageMaker API reference, MetricDefinition; Developer Guide, "Use Amazon CloudWatch Metrics to monitor
training jobs": the value is the first group of the expression.
"""

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress

from msgspec import Struct


class Metric(Struct):
    """What was found of a metric: how often, and its last value."""

    expression: str
    found: int = 0
    last: float | None = None


class MetricSearch:
    """Looks for the metrics of a job line by line."""

    def __init__(self, definitions: Iterable[Mapping[str, str]]) -> None:
        self.metrics = {one["Name"]: Metric(one["Regex"]) for one in definitions}
        self._patterns = [(name, re.compile(metric.expression)) for name, metric in self.metrics.items()]

    def look_at(self, line: str) -> list[tuple[str, float]]:
        """Count the metrics of a line, and return their names and values."""
        values = []
        for name, pattern in self._patterns:
            if (found := pattern.search(line)) and pattern.groups:
                with suppress(TypeError, ValueError):  # the group is missing, or no number
                    value = float(found[1])
                    self.metrics[name].found += 1
                    self.metrics[name].last = value
                    values.append((name, value))
        return values
