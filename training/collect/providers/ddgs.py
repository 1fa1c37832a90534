"""ddgs: a library that reads the result pages of search engines. The last resort.

It breaks whenever such a page changes, is refused often, and gives no licences: every picture of it
waits for a person's verdict before it becomes an example.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from training.collect.providers.bing import url_name
from training.collect.providers.interface import Found, Page, text
from training.errors import ProviderUnavailable

_PER_PAGE = 100
_PAGES = 5

Images = Callable[..., list[dict[str, Any]]]
"""`DDGS().images`, or what stands in for it."""


class Ddgs:
    """Pictures by words, through the optional package `ddgs`."""

    name = "ddgs"
    licensed = False

    def __init__(self, *, images: Images | None = None) -> None:
        self._images = images

    def search(self, query: str, cursor: str | None) -> Page:
        """The pictures of page `cursor` (1, 2, …)."""
        images = self._images or _installed()
        number = int(cursor or "1")
        try:
            results = images(query, max_results=_PER_PAGE, page=number)
        # The library raises what the search engine of the day makes it raise.
        except Exception as exc:
            if "no results" in str(exc).lower():
                return Page(pictures=[], cursor=None)
            raise ProviderUnavailable(
                f"ddgs was turned away ({' '.join(str(exc).split())[:120]}); try again later, or "
                "use --from inaturalist,openverse,commons."
            ) from exc
        found = [self._found(result) for result in results]
        pictures = [picture for picture in found if picture is not None]
        finished = not results or number >= _PAGES
        return Page(
            pictures=pictures,
            cursor=None if finished else str(number + 1),
            unusable=len(results) - len(pictures),
        )

    def _found(self, result: dict[str, Any]) -> Found | None:
        url = text(result.get("image"))
        if url is None:
            return None
        name = url_name(url)
        return Found(
            provider=self.name,
            provider_id=name,
            file_url=url,
            page_url=text(result.get("url")),
            group=f"ddgs:{name}",
        )


def _installed() -> Images:
    try:
        from ddgs import DDGS
    except ImportError:
        raise ProviderUnavailable(
            "The provider ddgs needs an optional package: install it with "
            "pip install -e '.[search]' in the project's folder, or use "
            "--from inaturalist,openverse,commons."
        ) from None
    images: Images = DDGS().images
    return images
