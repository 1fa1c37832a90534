"""Wikimedia Commons: freely licensed files, searched through the MediaWiki API.

https://commons.wikimedia.org/w/api.php. At most three requests at once; the addresses of thumbnails
are used as returned, never built.
"""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from training.collect.providers.interface import Found, Page, page, rows, text
from training.collect.turns import Pace
from training.collect.web import Web
from training.errors import ProviderUnavailable
from training.settings.licences import read_licence

ENDPOINT = "https://commons.wikimedia.org/w/api.php"
_LIMIT = 50
_WIDTH_PX = 500
_PHOTOS = ("image/jpeg", "image/png", "image/webp", "image/tiff")


class Commons:
    """Bitmap files by words, as thumbnails of 500 px."""

    name = "commons"
    licensed = True

    def __init__(self, web: Web, *, endpoint: str = ENDPOINT) -> None:
        self._web = web
        self._endpoint = endpoint
        web.set_pace(endpoint, Pace(interval_s=0.5, at_once=1))

    def search(self, query: str, cursor: str | None) -> Page:
        """The files from offset `cursor` on."""
        answer = self._web.answer(
            self._endpoint,
            provider="Wikimedia Commons",
            params={
                "action": "query",
                "format": "json",
                "formatversion": 2,
                "generator": "search",
                "gsrnamespace": 6,
                "gsrsearch": f"filetype:bitmap {query}",
                "gsrlimit": _LIMIT,
                "gsroffset": int(cursor or "0"),
                "prop": "imageinfo",
                "iiprop": "url|size|mime|sha1|extmetadata",
                "iiurlwidth": _WIDTH_PX,
            },
        )
        if "error" in answer:
            reason = text((answer["error"] or {}).get("info")) or "without saying why"
            raise ProviderUnavailable(f"Wikimedia Commons refuses: {reason.rstrip('.')}.")
        # When it finds nothing, the answer lacks the query and only says that it is complete.
        query_part = answer.get("query", {"pages": []} if answer.get("batchcomplete") else None)
        held = query_part if isinstance(query_part, dict) else {}
        files = rows(held, "pages", provider="Wikimedia Commons")
        found = [self._found(file) for file in sorted(files, key=_rank)]
        cursor = text((answer.get("continue") or {}).get("gsroffset"))
        return page(found, cursor, results=len(files))

    def _found(self, file: dict[str, Any]) -> Found | None:
        info = (file.get("imageinfo") or [{}])[0]
        number = text(file.get("pageid"))
        url = text(info.get("thumburl")) or text(info.get("url"))
        if number is None or url is None or info.get("mime") not in _PHOTOS:
            return None
        about = info.get("extmetadata") or {}
        creator = _plain(_value(about, "Artist"))
        licence = read_licence(_value(about, "LicenseShortName"))
        licence_name = _value(about, "LicenseShortName")
        return Found(
            provider=self.name,
            provider_id=number,
            file_url=url,
            page_url=text(info.get("descriptionurl")),
            creator=creator,
            licence=licence,
            licence_url=_value(about, "LicenseUrl"),
            attribution=", ".join(part for part in (creator, licence_name) if part) or None,
            group=f"commons:creator:{creator}" if creator else f"commons:{number}",
        )


def _rank(file: dict[str, Any]) -> int:
    index = file.get("index")
    return index if isinstance(index, int) else 0


def _value(about: dict[str, Any], name: str) -> str | None:
    entry = about.get(name)
    return text(entry.get("value")) if isinstance(entry, dict) else None


class _Text(HTMLParser):
    """The visible text of a piece of HTML."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "style"):
            self._hidden += 1

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style") and self._hidden:
            self._hidden -= 1

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.pieces.append(data)


def _plain(html: str | None) -> str | None:
    """The text of a piece of HTML: an author is often a link, or worse."""
    if html is None:
        return None
    reader = _Text()
    reader.feed(html)
    reader.close()
    return " ".join("".join(reader.pieces).split()) or None
