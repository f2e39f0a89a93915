"""Errors of an address, by rule: for commands that write addresses without reading lines by all rules."""

from collections.abc import Iterator

from groundtrain.rules import RULES
from groundtrain.s3_addresses import ADDRESS_CHECKS, ADDRESS_FIXES, not_in_s3

ADDRESS_ERRORS = frozenset(code for code in ADDRESS_CHECKS if RULES[code].is_error)
"""Codes of the rules on addresses, beside GT107, that reject a line."""


def fixed_address(address: str) -> str:
    """The address with what can be fixed safely; the same where nothing is to be."""
    for fix in ADDRESS_FIXES.values():
        address = fix(address)
    return address


def address_errors(address: str) -> Iterator[tuple[str, str]]:
    """Code and message of each error, including those that can be fixed."""
    yield from (("GT107", saw) for saw in not_in_s3(address))
    for code in sorted(ADDRESS_ERRORS):
        yield from ((code, saw) for saw in ADDRESS_CHECKS[code](address))


def readable_address(address: str) -> str:
    """The address, fixed; "" when no training could read it."""
    address = fixed_address(address)
    return "" if any(address_errors(address)) else address
