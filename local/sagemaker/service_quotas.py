"""Service Quotas, of SageMaker's training alone: what limits its jobs here, under the names of its refusals.

Sources: botocore's model (ListServiceQuotas, ListAWSDefaultServiceQuotas); the text of ResourceLimitExceeded.
A type that nobody has limited has a default above what any test asks for.
"""

from collections.abc import Iterator

from botocore.model import StringShape

from local.sagemaker.accounts import Account, Accounts, Json
from local.sagemaker.api_errors import ApiError
from local.sagemaker.json_protocol import answered, parse
from local.sagemaker.operations import Caller, Grant, authorize
from local.sagemaker.service_model import service_model

TARGET = "ServiceQuotasV20190624."
_UNLIMITED = 1_000.0  # ours: AWS's defaults differ by type and account
_PAGE = 100
_OPERATIONS = ("ListServiceQuotas", "ListAWSDefaultServiceQuotas")


class ServiceQuotas:
    """The service: it only reads what limits training jobs of the same account and region."""

    def __init__(self, accounts: Accounts[Account]) -> None:
        self._accounts = accounts

    def answer(self, name: str, body: bytes, caller: Caller) -> tuple[int, bytes]:
        """Status and body of the response to an operation."""
        return answered(f"{TARGET}{name}", lambda: self._perform(name, parse(body), caller))

    def _perform(self, name: str, request: Json, caller: Caller) -> Json:
        if name not in _OPERATIONS:
            raise ApiError("UnknownOperationException", f"the embedded Service Quotas does not know {name}")
        authorize([Grant(f"servicequotas:{name}", "*")], caller)
        if request.get("ServiceCode") != "sagemaker":
            raise ApiError("NoSuchResourceException", "the embedded Service Quotas knows sagemaker alone")
        account = self._accounts.get(caller.account, caller.region)
        with account.lock:
            found = list(_applied(account) if name == "ListServiceQuotas" else _defaults())
        start = int(request.get("NextToken") or 0)
        more = {"NextToken": str(start + _PAGE)} if start + _PAGE < len(found) else {}
        return {"Quotas": found[start : start + _PAGE], **more}


def _applied(account: Account) -> Iterator[Json]:
    for kind, limit in account.quotas.items():
        yield from _quotas(kind, float(limit))


def _defaults() -> Iterator[Json]:
    shape = service_model("sagemaker").shape_for("TrainingInstanceType")
    assert isinstance(shape, StringShape)
    for kind in shape.enum:
        yield from _quotas(kind, _UNLIMITED)


def _quotas(kind: str, value: float) -> Iterator[Json]:
    for way in ("training job usage", "spot training job usage"):
        yield {"ServiceCode": "sagemaker", "QuotaName": f"{kind} for {way}", "Value": value}
