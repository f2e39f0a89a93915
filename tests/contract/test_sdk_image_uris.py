"""Our table of image addresses against the SageMaker Python SDK's own."""

import functools

import pytest

from groundtrain.training import refresh_image_uris
from groundtrain.training.image_registries import REGISTRIES
from groundtrain.training.image_uris import ALGORITHMS, image_uri


@pytest.fixture(scope="module")
def theirs(sdk):
    from sagemaker.core import common_utils

    # it reads botocore's list of endpoints again for every address: 8 s instead of 1
    once = functools.cache(common_utils._botocore_resolver)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(common_utils, "_botocore_resolver", once)
        return {name: refresh_image_uris.sdk_addresses(name) for name in ALGORITHMS}


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_every_region_has_the_image_that_the_sdk_names(theirs, algorithm):
    assert {region: image_uri(algorithm, region) for region in REGISTRIES} == theirs[algorithm]


def test_the_committed_table_is_the_generated_one(theirs):
    generated = refresh_image_uris.render(refresh_image_uris.registries_from(theirs))
    assert refresh_image_uris.TABLE.read_text("utf-8") == generated
