import subprocess
import sys

import pytest

from groundtrain.errors import SettingsError
from groundtrain.training.image_uris import image_uri
from groundtrain.training.refresh_image_uris import registries_from


def test_an_image_is_addressed_by_account_region_and_algorithm():
    expected = "685385470294.dkr.ecr.eu-west-1.amazonaws.com/object-detection:1"
    assert image_uri("object-detection", "eu-west-1") == expected


def test_a_region_in_china_has_its_own_dns_suffix():
    assert "dkr.ecr.cn-north-1.amazonaws.com.cn/" in image_uri("object-detection", "cn-north-1")


def test_a_region_without_images_is_refused_with_those_that_have_some():
    with pytest.raises(SettingsError, match=r'known for region "eu-west-9": use one of .*eu-west-1'):
        image_uri("object-detection", "eu-west-9")


def test_another_algorithm_is_refused_with_those_that_read_augmented_manifests():
    with pytest.raises(SettingsError, match=r'"xgboost" is no algorithm .*: use one of object-detection, '):
        image_uri("xgboost", "eu-west-1")


@pytest.mark.parametrize(
    "module",
    ["training.image_uris", "training.refresh_image_uris", "training.request", "aws.sagemaker.python_sdk"],
)
def test_the_sdk_is_not_imported_with_our_modules(module):
    code = f"import sys, groundtrain.{module}; sys.exit('sagemaker' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_an_address_of_an_unknown_form_stops_the_refresh():
    with pytest.raises(ValueError, match="object-detection in eu-west-1 has an address of an unknown form"):
        registries_from({"object-detection": {"eu-west-1": "public.example/object-detection:1"}})


def test_algorithms_with_different_registries_stop_the_refresh():
    addresses = {
        "object-detection": {"eu-west-1": "111122223333.dkr.ecr.eu-west-1.amazonaws.com/object-detection:1"},
        "blazingtext": {"eu-west-1": "444455556666.dkr.ecr.eu-west-1.amazonaws.com/blazingtext:1"},
    }
    with pytest.raises(ValueError, match="give each its own column"):
        registries_from(addresses)
