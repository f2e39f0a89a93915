"""What is called against what is granted, and grants with one thing less."""

from collections.abc import Iterable, Sequence

from tests.permissions.evaluator import Atom, Need, Statement, allowed, as_list, atoms

OTHERS = ("s3:DeleteObject", "sqs:PurgeQueue", "kms:CreateGrant", "sagemaker:StopTrainingJob", "s3:*")


def refused(statements: Sequence[Statement], needs: Iterable[Need]) -> list[str]:
    """What the calls need and the statements do not allow."""
    return [str(need) for need in needs if not allowed(statements, need)]


def never_called(statements: Sequence[Statement], needs: Sequence[Need]) -> list[Atom]:
    """What the statements allow and no call needs; a wildcard among actions is never needed."""

    def is_called(atom: Atom) -> bool:
        return any(atom.action == need.action and atom.allows(need) for need in needs)

    return [atom for atom in atoms(statements) if not is_called(atom)]


def without(statements: Sequence[Statement], atom: Atom) -> list[Statement]:
    """The statements with one action on one resource taken out; both stay in what is left."""
    left: list[Statement] = []
    for statement in statements:
        actions, resources = as_list(statement["Action"]), as_list(statement["Resource"])
        if atom in list(atoms([statement])):
            rest = [action for action in actions if action != atom.action]
            others = [resource for resource in resources if resource != atom.resource]
            left.append({**statement, "Action": rest, "Resource": resources})
            left.append({**statement, "Action": [atom.action], "Resource": others})
        else:
            left.append(statement)
    return left
