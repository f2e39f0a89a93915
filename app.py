"""The CDK app: one stage for each file in environments/.

Context: `-c environments=FOLDER` reads other settings, `-c bundle=host` bundles for this machine's platform.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import aws_cdk as cdk

from groundtrain.errors import GroundtrainError
from stacks.bundling import make_bundles
from stacks.deployment import deploy_environments
from stacks.environments import load_environments
from stacks.nag import check_with_nag, refuse_findings

ROOT = Path(__file__).parent


def main() -> None:
    """Synthesize every environment; a mistake in the settings is one sentence and exit code 1."""
    app = cdk.App()
    environments = load_environments(ROOT / (app.node.try_get_context("environments") or "environments"))
    with TemporaryDirectory() as scratch:
        platform = app.node.try_get_context("bundle") or "lambda"
        full = any(environment.dataset.images == "full" for environment in environments)
        bundles = make_bundles(ROOT, Path(scratch), platform, check_images=full)
        deploy_environments(app, environments, bundles)
        check_with_nag(app)
        refuse_findings(app.synth())


if __name__ == "__main__":
    try:
        main()
    except GroundtrainError as error:
        sys.exit(f"groundtrain: {error}")
