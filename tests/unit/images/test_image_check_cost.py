import pytest

from groundtrain.errors import ManifestError
from groundtrain.images.image_check_cost import image_check_cost, pixels_to_decode, refuse_costly
from groundtrain.images.image_file import MOST_PIXELS
from groundtrain.images.request_cost import RequestPlan

PHOTOS = image_check_cost([1280 * 960] * 100_000, shards=500)


def test_every_request_run_and_transition_is_counted():
    assert PHOTOS.requests == RequestPlan(lists=4000, reads=201_000)
    assert (PHOTOS.runs, PHOTOS.puts, PHOTOS.transitions) == (500, 500, 1501)
    assert PHOTOS.files == PHOTOS.key_uses == 100_000


def test_each_part_has_its_list_price():
    """By hand: a million LIST or PUT are $5, reads $0.40, state transitions $25, uses of a key $3."""
    assert PHOTOS.storage_dollars == pytest.approx(0.0200 + 0.0025 + 0.0804)
    assert PHOTOS.transition_dollars == pytest.approx(0.037525)
    assert PHOTOS.key_dollars == pytest.approx(0.30)
    assert PHOTOS.compute_dollars == pytest.approx(PHOTOS.seconds * 1.7275 * 0.0000133334 + 0.0001, rel=1e-4)
    assert PHOTOS.dollars == pytest.approx(
        PHOTOS.storage_dollars + PHOTOS.transition_dollars + PHOTOS.compute_dollars
    )


def test_a_hundred_thousand_photos_cost_half_a_dollar_at_most_even_without_a_bucket_key():
    assert PHOTOS.dollars < 0.25
    assert round(PHOTOS.most_dollars, 2) <= 0.50


def test_larger_images_cost_more():
    assert image_check_cost([24_000_000] * 100, 1).dollars > image_check_cost([1_000_000] * 100, 1).dollars


def test_an_image_whose_label_states_no_size_is_taken_for_a_usual_one():
    assert pixels_to_decode(None) == 1_250_000


def test_a_png_counts_as_four_jpegs():
    assert pixels_to_decode((1000, 1000), "s3://yard/1.PNG") == 4 * pixels_to_decode(
        (1000, 1000), "s3://yard/1.jpg"
    )


def test_more_pixels_than_are_decoded_cost_no_more():
    assert pixels_to_decode((10**9, 10**9)) == MOST_PIXELS


def test_a_size_that_no_image_has_costs_nothing():
    assert pixels_to_decode((-5, 10)) == 0


def test_an_estimate_names_images_time_requests_and_price():
    assert str(PHOTOS) == (
        "100,000 image files: 500 runs of check_images, about 45 minutes together, 201,000 GET or HEAD and"
        " 4,500 LIST or PUT requests, 1,501 state transitions: $0.20 at the list prices of US East, and $0.30"
        " more where a key without a bucket key encrypts them"
    )


def test_what_may_cost_as_much_as_the_limit_is_not_refused():
    refuse_costly("labels.manifest", PHOTOS, PHOTOS.most_dollars)


def test_what_may_cost_more_than_the_limit_is_refused_with_estimate_limit_and_both_ways_out():
    with pytest.raises(ManifestError) as refused:
        refuse_costly("labels.manifest", PHOTOS, 0.25)
    assert str(refused.value).startswith(
        "labels.manifest: looking at every image may cost $0.50, more than $0.25 (max_image_cost): 100,000"
    )
    assert 'images = "header"' in refused.value.fix
    assert "raise max_image_cost under [gate]" in refused.value.fix


@pytest.mark.parametrize(("limit", "said"), [(0.0004, "$0.0004"), (5.0, "$5.00"), (0.125, "$0.125")])
def test_a_limit_is_named_as_it_was_set(limit, said):
    with pytest.raises(ManifestError) as refused:
        refuse_costly("labels.manifest", image_check_cost([1], 100_000), limit)
    assert f", more than {said} (max_image_cost)" in str(refused.value)


def test_with_a_limit_of_nothing_every_image_is_too_many():
    with pytest.raises(ManifestError, match=r"less than a cent, more than \$0\.00"):
        refuse_costly("labels.manifest", image_check_cost([1], 1), 0.0)
