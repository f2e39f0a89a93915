from hypothesis import example, given
from hypothesis import strategies as st

from groundtrain.manifest.address_checks import ADDRESS_CHECKS, is_plain, not_in_s3, write_scheme_once

parts = st.sampled_from(
    ["s3://", "S3://", "/", "//", "bucket", "a.jpg", " ", "%20", "+", "\uf03a", "é", "\t"]
)
addresses = st.lists(parts | st.text(max_size=3), max_size=8).map("".join)


@given(addresses)
@example("s3://bucket/a b.jpg")
@example("s3://bucket/a.jpg\n")
def test_an_address_taken_for_plain_is_under_no_rule(address: str) -> None:
    if is_plain(address):
        assert [saw for look_at in (not_in_s3, *ADDRESS_CHECKS.values()) for saw in look_at(address)] == []


@given(addresses)
def test_the_scheme_is_written_once_whatever_follows(address: str) -> None:
    once = write_scheme_once(address)
    assert address.endswith(once)
    assert list(ADDRESS_CHECKS["GT108"](once)) == []
    assert write_scheme_once(once) == once


@given(addresses)
def test_an_address_is_either_one_of_an_object_or_told_not_to_be(address: str) -> None:
    told = [*not_in_s3(address), *ADDRESS_CHECKS["GT108"](address)]
    assert told or address.startswith("s3://")
