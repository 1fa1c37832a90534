"""iNaturalist: observations of wild species, identified by people. The first choice for real bears.

https://api.inaturalist.org/v1/docs/ and its rules for use: at most 60 requests a minute and 10,000
a day. Paging by number stops at 10,000 results, so it goes by `id_above`.
"""

from __future__ import annotations

from typing import Any

from training.collect.providers.interface import Found, Page, rows, text
from training.collect.turns import Pace
from training.collect.web import Web
from training.errors import ProviderUnavailable
from training.settings.licences import read_licence

ENDPOINT = "https://api.inaturalist.org/v1"
_PER_PAGE = 200
_LICENCES = "cc0,cc-by,cc-by-sa"


class INaturalist:
    """Research-grade observations of wild animals and plants.

    A query is a taxon: its scientific name, or its number there.
    """

    name = "inaturalist"
    licensed = True

    def __init__(self, web: Web, *, endpoint: str = ENDPOINT, size: str = "medium") -> None:
        """`size` is `medium` (500 px on the longer side) or `large` (1024)."""
        self._web = web
        self._endpoint = endpoint.rstrip("/")
        self._size = size
        self._taxa: dict[str, int] = {}
        web.set_pace(endpoint, Pace(interval_s=1.0, at_once=1))

    def search(self, query: str, cursor: str | None) -> Page:
        """The photos of the observations after the one numbered `cursor`."""
        answer = self._ask(
            "/observations",
            {
                "taxon_id": self._taxon(query),
                "quality_grade": "research",
                "photos": "true",
                "photo_license": _LICENCES,
                "captive": "false",
                "order_by": "id",
                "order": "asc",
                "id_above": cursor or "0",
                "per_page": _PER_PAGE,
            },
        )
        results = rows(answer, "results", provider="iNaturalist")
        pictures: list[Found] = []
        unusable = 0
        for observation in results:
            for photo in observation.get("photos") or []:
                found = self._found(observation, photo)
                if found is None:
                    unusable += 1
                else:
                    pictures.append(found)
        last = text(results[-1].get("id")) if results else None
        remaining = answer.get("total_results")
        finished = last is None or (isinstance(remaining, int) and len(results) >= remaining)
        return Page(pictures=pictures, cursor=None if finished else last, unusable=unusable)

    def _found(self, observation: dict[str, Any], photo: dict[str, Any]) -> Found | None:
        number, url = text(photo.get("id")), text(photo.get("url"))
        if number is None or url is None:
            return None
        user = observation.get("user") or {}
        person = text(user.get("id"))
        observed = text(observation.get("id"))
        return Found(
            provider=self.name,
            provider_id=number,
            file_url=url.replace("/square.", f"/{self._size}."),
            page_url=text(observation.get("uri")),
            creator=text(user.get("name")) or text(user.get("login")),
            # The photo's own licence: it may differ from its observation's.
            licence=read_licence(text(photo.get("license_code"))),
            attribution=text(photo.get("attribution")),
            group=f"inaturalist:user:{person}" if person else f"inaturalist:{observed}",
        )

    def _taxon(self, query: str) -> int:
        if query.isdigit():
            return int(query)
        if query not in self._taxa:
            answer = self._ask("/taxa", {"q": query, "per_page": 30})
            results = rows(answer, "results", provider="iNaturalist")
            exact = [taxon for taxon in results if _same_name(taxon.get("name"), query)]
            if not exact:
                close = ", ".join(str(taxon.get("name")) for taxon in results[:3])
                raise ProviderUnavailable(
                    f"iNaturalist knows no taxon named {query!r}"
                    f"{f' (close: {close})' if close else ''}; correct it in the labels file."
                )
            self._taxa[query] = int(exact[0]["id"])
        return self._taxa[query]

    def _ask(self, path: str, params: dict[str, str | int]) -> dict[str, Any]:
        return self._web.answer(self._endpoint + path, provider="iNaturalist", params=params)


def _same_name(name: object, query: str) -> bool:
    return str(name).casefold() == query.casefold()
