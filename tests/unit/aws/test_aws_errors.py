"""Sentences about what AWS refuses, the empty cases too."""

import pytest
from botocore.exceptions import ClientError, ParamValidationError

from groundtrain.aws.aws_errors import final_refusal, is_about_one_object, refusal


def refused(code, message="", operation="HeadObject"):
    return ClientError({"Error": {"Code": code, "Message": message}}, operation)


@pytest.mark.parametrize("message", ["", " ", "."])
def test_a_refusal_without_a_reason_says_that_none_is_given(message):
    assert refusal(refused("Odd", message)).message == "HeadObject was refused: no reason is given (Odd)"


def test_a_refusal_without_any_error_says_that_none_is_given():
    told = refusal(ClientError({}, "HeadObject"))
    assert told.message == "HeadObject was refused: no reason is given ()"


def test_what_was_asked_for_comes_first():
    told = refusal(refused("Odd", "Not today."), "s3://bkt/k")
    assert told.message == "s3://bkt/k: HeadObject was refused: Not today (Odd)"


def test_another_error_is_no_refusal():
    assert refusal(RuntimeError("x")) is None


@pytest.mark.parametrize(
    "error", [refused("ValidationException", "bad"), ParamValidationError(report="bad")], ids=repr
)
def test_what_is_malformed_never_works(error):
    assert "bad" in final_refusal(error).message


@pytest.mark.parametrize("code", ["400", "ThrottlingException", "ExpiredToken", "AccessDenied", "500"])
def test_what_may_work_later_is_not_final(code):
    assert final_refusal(refused(code)) is None


@pytest.mark.parametrize("code", ["InvalidObjectState", "KMS.DisabledException", "KeyTooLongError"])
def test_some_answers_are_about_one_object(code):
    assert is_about_one_object(refused(code))
    assert not is_about_one_object(refused("SlowDown"))
