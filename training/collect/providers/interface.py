"""The interface of picture providers, and the pictures that they find."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from training.errors import ProviderUnavailable
from training.settings.licences import Licence


@dataclass(frozen=True, kw_only=True)
class Found:
    """One picture that a service offers: where it is and whose. Nothing is fetched yet."""

    provider: str
    provider_id: str
    """The picture's id there; unique together with `provider`."""
    file_url: str
    page_url: str | None = None
    creator: str | None = None
    licence: Licence | None = None
    """None: the service names none."""
    licence_url: str | None = None
    attribution: str | None = None
    group: str
    """Pictures of one observation or one person: they share a split."""


@dataclass(frozen=True, kw_only=True)
class Page:
    """One answer of a service."""

    pictures: list[Found]
    cursor: str | None
    """The cursor of the next page; None after the last."""
    unusable: int = 0
    """Results without an id or an address, and those that are not for everybody's eyes."""


def page(found: Sequence[Found | None], cursor: str | None, *, results: int) -> Page:
    """A page of `results` results, of which these were usable."""
    pictures = [picture for picture in found if picture is not None]
    return Page(pictures=pictures, cursor=cursor, unusable=results - len(pictures))


def found_by_address(provider: str, url: object, page_url: object) -> Found | None:
    """A picture of a service that gives no ids: its address, hashed, is one."""
    address = text(url)
    if address is None:
        return None
    name = hashlib.sha256(address.encode()).hexdigest()[:32]
    return Found(
        provider=provider,
        provider_id=name,
        file_url=address,
        page_url=text(page_url),
        group=f"{provider}:{name}",
    )


class Provider(Protocol):
    """One service, asked page by page. docs/architecture.md says what a new one takes."""

    name: str
    licensed: bool
    """Whether it gives pictures' licences. If not, a person reviews every picture before it becomes
    an example."""

    def search(self, query: str, cursor: str | None) -> Page:
        """The pictures for `query` from `cursor` (None: from the start) on.

        Raises ProviderUnavailable, whose text says what to do instead.
        """
        ...


def rows(answer: Mapping[str, Any], name: str, *, provider: str) -> list[dict[str, Any]]:
    """The results that an answer lists under `name`.

    Without such a list, something else answered in the service's place: the search is not at its
    end, and ProviderUnavailable says so.
    """
    found = answer.get(name)
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
        raise ProviderUnavailable(
            f"{provider} answered without data; try again later, or leave it out of --from."
        )
    return found


def text(value: Any) -> str | None:
    """A JSON value as text without surrounding blanks; None when empty."""
    if value is None or isinstance(value, (dict, list, bool)):
        return None
    return str(value).strip() or None
