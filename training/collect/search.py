"""One search of one provider, page by page, and what is reported of it."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from training.collect.journal import Journal
from training.collect.providers.interface import Found, Provider
from training.errors import ProviderUnavailable


@dataclass
class ProviderReport:
    """One provider's result for one label."""

    kept: int = 0
    needs_review: int = 0
    """Of these."""
    dropped: Counter[str] = field(default_factory=Counter)
    """reason → pictures"""
    ended: str | None = None
    """Why it stopped, as a sentence; None when no more was needed."""


@dataclass
class LabelReport:
    """The result for one label."""

    wanted: int
    had: int
    """Pictures collected earlier."""
    providers: dict[str, ProviderReport] = field(default_factory=dict)
    lacking: list[str] = field(default_factory=list)
    """Providers that the labels file gives no query for."""

    @property
    def kept(self) -> int:
        """Pictures kept in this run."""
        return sum(each.kept for each in self.providers.values())

    @property
    def missing(self) -> int:
        """How many are missing."""
        return max(0, self.wanted - self.had - self.kept)

    @property
    def dropped(self) -> Counter[str]:
        """reason → pictures, over all providers."""
        return sum((each.dropped for each in self.providers.values()), Counter())

    def as_json(self) -> dict[str, object]:
        return {
            "wanted": self.wanted,
            "had": self.had,
            "kept": self.kept,
            "needs_review": sum(each.needs_review for each in self.providers.values()),
            "missing": self.missing,
            "dropped": dict(self.dropped),
            "providers": {
                name: {
                    "kept": each.kept,
                    "needs_review": each.needs_review,
                    "dropped": dict(each.dropped),
                    "ended": each.ended,
                }
                for name, each in self.providers.items()
            },
            "lacking": self.lacking,
        }


class Search:
    """One provider's pictures for one label, query after query, page after page."""

    def __init__(
        self,
        provider: Provider,
        queries: Sequence[str],
        report: ProviderReport,
        journal: Journal,
    ) -> None:
        self.provider = provider
        self.report = report
        self.query = ""
        self._journal = journal
        self._queries = deque(
            query for query in queries if not journal.is_finished(provider.name, query)
        )
        self._page: deque[Found] = deque()
        self._onward: str | None = None
        self._page_open = False

    @property
    def is_over(self) -> bool:
        """Whether this run cannot find more."""
        return self.report.ended is not None

    def next(self, known: Callable[[Sequence[Found]], set[str]]) -> Found | None:
        """The next picture not seen before; None at the end, and then `report.ended` says why."""
        while not self._page:
            self._turn_over()
            if not self._queries:
                self.report.ended = "It has no more pictures for this label."
                return None
            self.query = self._queries[0]
            try:
                page = self.provider.search(
                    self.query, self._journal.cursor(self.provider.name, self.query)
                )
            except ProviderUnavailable as exc:
                self.report.ended = str(exc)
                return None
            kept = known(page.pictures)
            fresh = [found for found in page.pictures if not self._is_seen(found, kept)]
            self._count("unusable", page.unusable)
            self._count("seen_before", len(page.pictures) - len(fresh))
            self._page.extend({found.provider_id: found for found in fresh}.values())
            self._onward, self._page_open = page.cursor, True
        return self._page.popleft()

    @property
    def is_page_done(self) -> bool:
        """Whether the next picture would come from another page.

        Deal with all pictures before asking for it: then the journal moves behind this page.
        """
        return not self._page

    def drop(self, found: Found, reason: str, *, for_good: bool) -> None:
        """Count a picture that is not kept; `for_good`, never fetch it again."""
        self._count(reason, 1)
        if for_good:
            self._journal.drop(found.provider, found.provider_id, reason)

    def _count(self, reason: str, pictures: int) -> None:
        if pictures:
            self.report.dropped[reason] += pictures

    def _turn_over(self) -> None:
        """The page is dealt with: the next run begins behind it."""
        if self._page_open:
            self._page_open = False
            self._journal.move(self.provider.name, self.query, self._onward)
            if self._onward is None:
                self._queries.popleft()

    def _is_seen(self, found: Found, kept: set[str]) -> bool:
        dropped = self._journal.was_dropped(found.provider, found.provider_id)
        return dropped or found.provider_id in kept
