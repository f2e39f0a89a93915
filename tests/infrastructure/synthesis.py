"""What the CDK command line runs to synthesize a checkout, with the context it passes on."""

import json
import os
import subprocess
import sys
from pathlib import Path


def start_synth(root: Path, into: Path, **context: str) -> subprocess.Popen[str]:
    """Start synthesizing the checkout at `root`, with its own library, into the assembly `into`."""
    own: dict[str, str] = json.loads((root / "cdk.json").read_text("utf-8"))["context"]
    variables = {
        **os.environ,
        "PYTHONPATH": str(root / "lambdas"),
        "PYTHONDONTWRITEBYTECODE": "1",
        "CDK_OUTDIR": str(into),
        "CDK_VALIDATION": "false",
        "CDK_CONTEXT_JSON": json.dumps({**own, **context}),
    }
    variables.pop("PYTEST_VERSION", None)  # with it CDK raises by itself
    command = [sys.executable, "app.py"]
    return subprocess.Popen(command, cwd=root, env=variables, stderr=subprocess.PIPE, text=True)
