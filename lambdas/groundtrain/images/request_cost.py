"""Estimate the S3 requests of an image check, and their price.

Prices: S3 Standard's public list prices in US East (N. Virginia), 2026; data transfer is not included.
"""

from typing import Literal

from msgspec import Struct

DOLLARS_PER_LIST = 0.005 / 1000
DOLLARS_PER_READ = 0.0004 / 1000
KEYS_PER_LISTING = 1000
HEADS_PER_LISTING = 12  # DOLLARS_PER_LIST / DOLLARS_PER_READ, a fraction below
_CENT = 0.01
_SHARES = 10  # runs of keys that are listed side by side

Depth = Literal["list", "header", "full"]


class RequestPlan(Struct, frozen=True):
    """Requests to S3.

    Attributes:
        lists: LIST requests.
        reads: GET and HEAD requests.
    """

    lists: int = 0
    reads: int = 0

    @property
    def dollars(self) -> float:
        """Price of the requests alone."""
        return self.lists * DOLLARS_PER_LIST + self.reads * DOLLARS_PER_READ

    def __str__(self) -> str:
        return (
            f"about {self.lists:,} LIST and {self.reads:,} GET or HEAD requests,"
            f" {self._price} at S3's public list prices"
        )

    @property
    def _price(self) -> str:
        return f"${self.dollars:,.2f}" if self.dollars >= _CENT else "less than a cent"


def plan_requests(images: int, depth: Depth, *, dense: bool = True) -> RequestPlan:
    """Estimate the requests for a number of images.

    Args:
        images: number of different URIs.
        depth: "list": existence and size; "header": header and end marker as well; "full": every byte.
        dense: True when most objects under the images' prefixes are wanted; False for fewer than one in 80.
    """
    if not images:
        return RequestPlan()
    listings = -(-images // KEYS_PER_LISTING) + min(_SHARES, images // KEYS_PER_LISTING)
    found = RequestPlan(lists=listings) if dense else RequestPlan(reads=images)
    reads_each = {"list": 0, "header": 2, "full": 1}[depth]
    return RequestPlan(found.lists, found.reads + images * reads_each)
