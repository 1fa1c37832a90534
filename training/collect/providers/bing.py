"""A search endpoint that answers as Bing Image Search 7 did.

Microsoft retired the service itself on 2025-08-11. Who has an endpoint that is compatible gives it
as BING_ENDPOINT, with AZURE_SEARCH_KEY.
"""

from __future__ import annotations

from training.collect.providers.interface import Page, found_by_address, page, rows
from training.collect.turns import Pace
from training.collect.web import Web
from training.errors import ProviderUnavailable

_COUNT = 150


class Bing:
    """Pictures by words, without licences."""

    name = "bing"
    licensed = False

    def __init__(self, web: Web, *, endpoint: str, key: str) -> None:
        """`endpoint` is the address before `/v7.0/images/search`; empty if unused."""
        self._web = web
        self._endpoint = endpoint.rstrip("/")
        self._key = key
        if endpoint:
            web.set_pace(endpoint, Pace(interval_s=0.35, at_once=1))

    def search(self, query: str, cursor: str | None) -> Page:
        """The pictures from offset `cursor` on."""
        if not self._endpoint:
            raise ProviderUnavailable(
                "Bing Image Search was retired on 2025-08-11: use --from "
                "inaturalist,openverse,commons, or set BING_ENDPOINT and AZURE_SEARCH_KEY if you "
                "have an endpoint that answers in its place."
            )
        offset = int(cursor or "0")
        answer = self._web.answer(
            f"{self._endpoint}/v7.0/images/search",
            provider="The Bing endpoint",
            params={"q": query, "count": _COUNT, "offset": offset},
            headers={"Ocp-Apim-Subscription-Key": self._key},
        )
        results = rows(answer, "value", provider="The Bing endpoint")
        found = [
            found_by_address(self.name, one.get("contentUrl"), one.get("hostPageUrl"))
            for one in results
        ]
        # The next offset overlaps less than adding what came; older endpoints do not give it.
        onward = answer.get("nextOffset")
        onward = onward if isinstance(onward, int) else offset + len(results)
        total = answer.get("totalEstimatedMatches")
        finished = not results or onward <= offset or (isinstance(total, int) and onward >= total)
        return page(found, None if finished else str(onward), results=len(results))
