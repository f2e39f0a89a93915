import pytest

from groundtrain.manifest.address_checks import ADDRESS_CHECKS, is_plain
from groundtrain.s3_addresses import can_exist

ADDRESSES = [
    ("s3://acme/img/1.jpg", set()),
    ("s3://123/1.jpg", set()),
    ("s3://a.b-c/1.jpg", set()),
    (f"s3://{'a' * 63}/1.jpg", set()),
    ("s3://arn:aws:s3:eu-west-1:111122223333:accesspoint/photos/object/1.jpg", set()),
    ("s3://<my-bucket>/1.jpg", {"GT127"}),
    ("s3://{bucket}/1.jpg", {"GT127"}),
    ("s3://bucket name/1.jpg", {"GT127"}),
    ("s3://b\u00fccket/1.jpg", {"GT127"}),
    ("s3://s3://<my-bucket>/1.jpg", {"GT108", "GT127"}),
    (f"s3://{'a' * 64}/1.jpg", {"GT127"}),
    ("s3://ab/1.jpg", {"GT127"}),
    ("s3://x/1.jpg", {"GT127"}),
    ("s3://acme..img/1.jpg", {"GT127"}),
    ("s3://-acme/1.jpg", {"GT127"}),
    ("s3://acme./1.jpg", {"GT127"}),
    ("s3://192.168.5.4/1.jpg", {"GT127"}),
    ("s3://YOUR-BUCKET-NAME/1.jpg", {"GT128"}),
    ("s3://my_bucket/1.jpg", {"GT128"}),
    (f"s3://acme/{'k' * 1024}", set()),
    (f"s3://acme/{'k' * 1025}", {"GT129"}),
    (f"s3://acme/{chr(0xE9) * 513}", {"GT129"}),
]


@pytest.mark.parametrize(("address", "codes"), ADDRESSES, ids=[address[:30] for address, _ in ADDRESSES])
def test_what_cannot_exist_is_known_from_the_address_alone(address: str, codes: set[str]) -> None:
    assert {code for code, look in ADDRESS_CHECKS.items() if any(look(address))} == codes
    assert not (codes and is_plain(address))


def test_nobody_is_asked_for_what_cannot_exist() -> None:
    assert not can_exist("<my-bucket>", "1.jpg")
    assert not can_exist("acme", "k" * 1025)
    assert can_exist("My_Old_Bucket", "1.jpg")
