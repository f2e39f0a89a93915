"""Our table of image addresses against the SageMaker Python SDK's own."""

import pytest

from groundtrain.training import refresh_image_uris
from groundtrain.training.image_uris import ALGORITHMS, image_uri
from groundtrain.training.registries import REGISTRIES

pytestmark = pytest.mark.usefixtures("sdk")


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_every_region_of_the_sdk_has_the_same_image_here(algorithm):
    from sagemaker.core import image_uris

    regions = refresh_image_uris.regions_of(algorithm)
    theirs = {region: image_uris.retrieve(algorithm, region) for region in regions}
    assert {region: image_uri(algorithm, region) for region in regions} == theirs


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_no_region_is_listed_that_the_sdk_does_not_know(algorithm):
    assert sorted(REGISTRIES) == refresh_image_uris.regions_of(algorithm)


def test_the_committed_table_is_the_generated_one():
    assert refresh_image_uris.TABLE.read_text("utf-8") == refresh_image_uris.render(
        refresh_image_uris.collect()
    )


def test_an_address_of_an_unknown_form_stops_the_refresh(monkeypatch):
    from sagemaker.core import image_uris

    monkeypatch.setattr(image_uris, "retrieve", lambda *_: "public.example/object-detection:1")
    with pytest.raises(ValueError, match="object-detection in eu-west-1 has an address of an unknown form"):
        refresh_image_uris.registry_of("object-detection", "eu-west-1")


def test_algorithms_with_different_registries_stop_the_refresh(monkeypatch):
    monkeypatch.setattr(refresh_image_uris, "registry_of", lambda algorithm, _: (algorithm, "amazonaws.com"))
    with pytest.raises(ValueError, match="give each its own column"):
        refresh_image_uris.collect()
