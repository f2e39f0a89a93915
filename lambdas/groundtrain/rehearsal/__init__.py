"""Run a training program as SageMaker would, on this machine, and say what only a run can show."""
