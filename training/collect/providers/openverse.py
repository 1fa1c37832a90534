"""Openverse: openly licensed pictures of things, from Flickr, museums and others.

https://api.openverse.org/v1/. Anonymous callers get 20 results a page, 20 requests a minute, 200 a
day, and 240 results of one search; client credentials raise the first three.
"""

from __future__ import annotations

from typing import Any

from training.collect.providers.interface import Found, Page, page, rows, text
from training.collect.turns import Pace
from training.collect.web import Web
from training.errors import ProviderUnavailable
from training.settings.licences import read_licence

ENDPOINT = "https://api.openverse.org/v1"
_PAGE_SIZE = 20
_DEPTH = 240
_LICENCES = "cc0,by,by-sa,pdm"


class Openverse:
    """Pictures by words. With `client_id` and `client_secret` it signs in."""

    name = "openverse"
    licensed = True

    def __init__(
        self, web: Web, *, endpoint: str = ENDPOINT, client_id: str = "", client_secret: str = ""
    ) -> None:
        self._web = web
        self._endpoint = endpoint.rstrip("/")
        self._credentials = (client_id, client_secret) if client_id and client_secret else None
        self._token: str | None = None
        self._interval_s = 0.6 if self._credentials else 3.0
        web.set_pace(endpoint, Pace(interval_s=self._interval_s, at_once=1))

    def search(self, query: str, cursor: str | None) -> Page:
        """The pictures of page `cursor` (1, 2, …)."""
        number = int(cursor or "1")
        answer = self._web.answer(
            f"{self._endpoint}/images/",
            provider="Openverse",
            params={
                "q": query,
                "license": _LICENCES,
                "page": number,
                "page_size": _PAGE_SIZE,
            },
            headers=self._authorisation(),
        )
        results = rows(answer, "results", provider="Openverse")
        found = [self._found(result) for result in results if not result.get("mature")]
        pages = answer.get("page_count")
        finished = (
            not results
            or number * _PAGE_SIZE >= _DEPTH
            or (isinstance(pages, int) and number >= pages)
        )
        return page(found, None if finished else str(number + 1), results=len(results))

    def _found(self, result: dict[str, Any]) -> Found | None:
        name, url = text(result.get("id")), text(result.get("url"))
        if name is None or url is None:
            return None
        creator = text(result.get("creator"))
        return Found(
            provider=self.name,
            provider_id=name,
            file_url=url,
            page_url=text(result.get("foreign_landing_url")),
            creator=creator,
            licence=read_licence(text(result.get("license")), text(result.get("license_version"))),
            licence_url=text(result.get("license_url")),
            attribution=text(result.get("attribution")),
            group=f"openverse:creator:{creator}" if creator else f"openverse:{name}",
        )

    def _authorisation(self) -> dict[str, str]:
        if self._credentials is None:
            return {}
        if self._token is None:
            client_id, client_secret = self._credentials
            answer = self._web.answer(
                f"{self._endpoint}/auth_tokens/token/",
                provider="Openverse",
                form={
                    "grant_type": "client_credentials",
                    "client_id": client_id,
                    "client_secret": client_secret,
                },
            )
            self._token = text(answer.get("access_token"))
            if self._token is None:
                raise ProviderUnavailable(
                    "Openverse did not accept OPENVERSE_CLIENT_ID and OPENVERSE_CLIENT_SECRET; "
                    "correct them, or leave both empty to go without."
                )
        return {"Authorization": f"Bearer {self._token}"}
