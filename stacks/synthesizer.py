"""How the stacks find the CDK's bootstrap resources."""

import aws_cdk as cdk

from groundtrain.settings.environment import Environment


def synthesizer_of(environment: Environment) -> cdk.DefaultStackSynthesizer:
    """With the qualifier of the settings, which `make bootstrap` gives those resources."""
    return cdk.DefaultStackSynthesizer(qualifier=environment.deployment.qualifier or None)
