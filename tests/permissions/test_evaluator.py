"""The evaluator against the examples and rules of the IAM User Guide."""

import pytest

from tests.permissions.evaluator import Need, allowed, atoms, holds, matches

READ = Need("s3:GetObject", "arn:aws:s3:::labels/a/b.jpg")


def statement(effect="Allow", action="s3:GetObject", on="arn:aws:s3:::labels/*", **more):
    return {"Effect": effect, "Action": action, "Resource": on, **more}


def test_what_nothing_allows_is_denied():
    assert not allowed([], READ)


def test_what_a_statement_allows_is_allowed():
    assert allowed([statement()], READ)


def test_a_denial_wins_over_any_allowance():
    assert not allowed([statement(), statement("Deny")], READ)


@pytest.mark.parametrize(
    "other",
    [
        statement(action="s3:PutObject"),
        statement(on="arn:aws:s3:::labels"),
        statement(on="arn:aws:s3:::labelsX/*"),
        statement(Condition={"StringEquals": {"aws:SourceAccount": "1"}}),
    ],
)
def test_another_action_resource_or_condition_allows_nothing(other):
    assert not allowed([other], READ)


def test_actions_are_compared_without_case_and_resources_with_it():
    assert allowed([statement(action="S3:getobject")], READ)
    assert not allowed([statement(on="arn:aws:s3:::Labels/*")], READ)


@pytest.mark.parametrize(
    ("pattern", "text", "fits"),
    [
        ("a*c", "abbc", True),
        ("a?c", "abc", True),
        ("a?c", "ac", False),
        ("*", "", True),
        ("[ab]", "a", False),
        ("[ab]", "[ab]", True),
    ],
)
def test_wildcards(pattern, text, fits):
    assert matches(pattern, text) is fits


@pytest.mark.parametrize(
    ("operator", "wanted", "value", "holds_"),
    [
        ("StringEquals", "a", "a", True),
        ("StringEquals", ["a", "b"], "b", True),
        ("StringEquals", "a", "A", False),
        ("StringEquals", "a*", "ab", False),
        ("StringEquals", "a", None, False),
        ("StringNotEquals", "a", "b", True),
        ("StringNotEquals", ["a", "b"], "b", False),
        ("StringNotEquals", "a", None, True),
        ("StringEqualsIfExists", "a", None, True),
        ("StringEqualsIfExists", "a", "b", False),
        ("StringLike", "a*", "ab", True),
        ("ArnLike", "arn:aws:sns:*:1:t", "arn:aws:sns:eu:1:t", True),
        ("Bool", "false", "False", True),
        ("Bool", "false", "true", False),
        ("Bool", "false", None, False),
        ("Null", "true", None, True),
        ("Null", "false", None, False),
        ("Null", "false", "a", True),
        ("ForAllValues:StringEquals", ["a", "b"], ["a"], True),
        ("ForAllValues:StringEquals", ["a", "b"], ["a", "c"], False),
        ("ForAllValues:StringEquals", "a", None, True),
        ("ForAnyValue:StringEquals", "a", ["a", "c"], True),
        ("ForAnyValue:StringEquals", "a", None, False),
    ],
)
def test_condition_operators(operator, wanted, value, holds_):
    context = {} if value is None else {"Some:Key": value}
    assert holds({operator: {"some:key": wanted}}, context) is holds_


def test_all_operators_and_all_keys_must_hold():
    condition = {"StringEquals": {"a": "1", "b": "2"}, "Bool": {"c": "true"}}
    assert holds(condition, {"a": "1", "b": "2", "c": "true"})
    assert not holds(condition, {"a": "1", "b": "2"})
    assert not holds(condition, {"a": "1", "c": "true"})


def test_a_policy_falls_into_single_actions_on_single_resources():
    both = statement(action=["s3:GetObject", "s3:PutObject"], on=["x", "y"])
    assert len(list(atoms([both, statement("Deny")]))) == 4


@pytest.mark.parametrize("element", ["NotAction", "NotResource", "NotPrincipal"])
def test_what_the_evaluator_does_not_know_is_an_error_and_no_answer(element):
    with pytest.raises(NotImplementedError):
        allowed([{"Effect": "Allow", "Action": "*", "Resource": "*", element: "*"}], READ)


def test_an_operator_that_it_does_not_know_is_an_error_and_no_answer():
    with pytest.raises(KeyError):
        holds({"DateLessThan": {"aws:CurrentTime": "x"}}, {"aws:CurrentTime": "y"})
