"""Settings of all tests."""

from hypothesis import HealthCheck, settings

# A busy machine is no failure: how long an example takes is measured in benchmarks/, never in tests.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")
