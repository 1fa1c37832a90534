"""Collecting: asking the providers in turn until every label has its pictures.

The providers that know how to find a label share its pictures evenly, so that no single service
shapes it; what one cannot give the others make up. Within a provider the queries are tried in
order.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from sqlalchemy import func, select

from dataset.reviewing.queue import waits
from dataset.storage.database import Database
from dataset.storage.schema import Example, Photo
from training.add.intake import Intake
from training.add.offers import Fate, Offer, Result
from training.collect.journal import Journal
from training.collect.providers.interface import Found, Provider
from training.collect.search import LabelReport, ProviderReport, Search
from training.collect.web import Web
from training.errors import FetchError

SOURCE = "collect"
LEAST_SIDE_PX = 200
"""A smaller picture would have to be enlarged before the network sees it."""
_AT_ONCE = 4
"""Downloads at a time, over all hosts; each host has its own pace."""
_CHUNK = 16
_LEAST_GROUP, _GROUP_SHARE = 20, 0.2
"""No person may give more than this share of a label, or a split would know it from one person."""
_PASSING = ("busy", "timeout", "broken_transfer")
"""Reasons that may be gone at the next run."""


class Collector:
    """Collects one label after the other. For one thread."""

    def __init__(
        self,
        *,
        web: Web,
        providers: Sequence[Provider],
        database: Database,
        intake: Intake,
        journal: Journal,
        licences: Sequence[str],
        progress: Callable[[int], None] = lambda kept: None,
    ) -> None:
        """`progress` hears of every picture kept."""
        self._web = web
        self._providers = providers
        self._database = database
        self._intake = intake
        self._journal = journal
        self._licences = frozenset(licences)
        self._progress = progress

    def collect(
        self, label: str, queries: dict[str, tuple[str, ...]], *, wanted: int
    ) -> LabelReport:
        """Bring the label to `wanted` collected pictures, earlier runs included."""
        groups, had = self._had(label, queries)
        report = LabelReport(wanted=wanted, had=had)
        report.lacking = [each.name for each in self._providers if not queries.get(each.name)]
        per_group = max(_LEAST_GROUP, math.ceil(wanted * _GROUP_SHARE))
        searches: list[Search] = []
        for provider in self._providers:
            if words := queries.get(provider.name):
                report.providers[provider.name] = ProviderReport()
                searches.append(
                    Search(provider, words, report.providers[provider.name], self._journal)
                )
        while report.missing and searches:
            share = math.ceil(report.missing / len(searches))
            for search in list(searches):
                self._take(search, label, min(share, report.missing), groups, per_group)
                if search.is_over:
                    searches.remove(search)
        return report

    def _had(self, label: str, queries: dict[str, tuple[str, ...]]) -> tuple[Counter[str], int]:
        """Whose pictures this label has, and how many were collected for it or wait for review."""
        words = {word for several in queries.values() for word in several}
        with self._database.reading() as session:
            groups: Counter[str] = Counter()
            for group, number in session.execute(
                select(Example.group, func.count())
                .join(Photo, Example.photo_id == Photo.id)
                .where(Example.label == label, Photo.source == SOURCE)
                .group_by(Example.group)
            ):
                groups[group] = number
            waiting = session.scalar(
                select(func.count())
                .select_from(Photo)
                .where(waits(), Photo.source == SOURCE, Photo.query.in_(words))
            )
        return groups, groups.total() + (waiting or 0)

    def _take(
        self, search: Search, label: str, wanted: int, groups: Counter[str], per_group: int
    ) -> None:
        """Keep up to `wanted` more pictures of one provider."""
        goal = search.report.kept + wanted
        while search.report.kept < goal:
            chunk: list[Found] = []
            while len(chunk) < min(_CHUNK, goal - search.report.kept):
                if chunk and search.is_page_done:
                    break
                found = search.next(self._is_known)
                if found is None:
                    break
                reason = self._refused(search.provider, found, groups, per_group)
                if reason is None:
                    chunk.append(found)
                    groups[found.group] += 1
                else:
                    search.drop(found, reason, for_good=False)
            if not chunk:
                return
            for found, result in self._fetch_and_offer(search, label, chunk):
                if result is None or result.fate not in (Fate.ADDED, Fate.NEEDS_REVIEW):
                    groups[found.group] -= 1
                if result is not None:
                    self._note(search, found, result)

    def _refused(
        self, provider: Provider, found: Found, groups: Counter[str], per_group: int
    ) -> str | None:
        """Why this picture is not even fetched; None when it is."""
        if provider.licensed and found.licence is None:
            return "no_licence"
        if found.licence is not None and found.licence.code not in self._licences:
            return "licence_not_allowed"
        if groups[found.group] >= per_group:
            return "too_many_from_one_person"
        return None

    def _fetch_and_offer(
        self, search: Search, label: str, chunk: list[Found]
    ) -> Iterator[tuple[Found, Result | None]]:
        """Fetch and add these pictures; without a result when fetching failed."""
        by_url: dict[str, Found] = {}
        offers: list[Offer] = []
        with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="fetch") as pool:
            try:
                for found, got in zip(chunk, pool.map(self._fetch, chunk), strict=True):
                    if isinstance(got, FetchError):
                        search.drop(found, got.reason, for_good=got.reason not in _PASSING)
                        yield found, None
                    else:
                        by_url[found.provider_id] = found
                        offers.append(_offer(search, label, found, got))
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise
        for result in self._intake.take(offers):
            yield by_url[str(result.offer.provenance["provider_id"])], result

    def _fetch(self, found: Found) -> bytes | FetchError:
        try:
            return self._web.photo(found.file_url)
        except FetchError as exc:
            return exc

    def _note(self, search: Search, found: Found, result: Result) -> None:
        if result.fate in (Fate.ADDED, Fate.NEEDS_REVIEW):
            search.report.kept += 1
            search.report.needs_review += result.fate is Fate.NEEDS_REVIEW
            self._progress(1)
        else:
            search.drop(found, result.fate.value, for_good=True)

    def _is_known(self, pictures: Sequence[Found]) -> set[str]:
        """The ids of those pictures that were kept in an earlier run."""
        if not pictures:
            return set()
        with self._database.reading() as session:
            return {
                name
                for name in session.scalars(
                    select(Photo.provider_id).where(
                        Photo.provider == pictures[0].provider,
                        Photo.provider_id.in_([found.provider_id for found in pictures]),
                    )
                )
                if name is not None
            }


def _offer(search: Search, label: str, found: Found, data: bytes) -> Offer:
    licence = found.licence
    return Offer(
        name=found.file_url,
        label=label,
        read=partial(bytes, data),
        group=found.group[:128],
        needs_review=not search.provider.licensed,
        size_bytes=len(data),
        provenance={
            "provider": found.provider,
            "provider_id": found.provider_id,
            "page_url": found.page_url,
            "file_url": found.file_url,
            "creator": found.creator,
            "licence": None if licence is None else licence.code,
            "licence_version": None if licence is None else licence.version,
            "licence_url": found.licence_url,
            "attribution": found.attribution,
            "query": search.query,
        },
    )
