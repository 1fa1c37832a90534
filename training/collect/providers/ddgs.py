"""ddgs: a library that reads the result pages of search engines. The last resort.

It breaks whenever such a page changes, is refused often, and gives no licences: every picture of it
waits for a person's verdict before it becomes an example.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from training.collect.providers.interface import Page, found_by_address, page
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
        found = [found_by_address(self.name, one.get("image"), one.get("url")) for one in results]
        finished = not results or number >= _PAGES
        return page(found, None if finished else str(number + 1), results=len(results))


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
