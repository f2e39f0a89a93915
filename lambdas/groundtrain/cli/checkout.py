"""Commands that need the repository around them."""

from importlib.util import find_spec

from groundtrain.errors import GroundtrainError


def need_checkout() -> None:
    """Check that the repository's own packages are at hand.

    Raises:
        GroundtrainError: groundtrain was installed without them.
    """
    if find_spec("local") is None or find_spec("boto3") is None:
        raise GroundtrainError(
            "this command needs a checkout of groundtrain with its development tools",
            fix="run make setup there",
        )
