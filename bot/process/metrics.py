"""The numbers at /metrics, in Prometheus's terms."""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Metrics:
    """Every counter of one bot; two bots in one process count apart."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self.photos = Counter(
            "detector_photos", "Photos answered, by verdict", ["verdict"], registry=self._registry
        )
        self.refused = Counter(
            "detector_refused", "Photos that could not be read", ["reason"], registry=self._registry
        )
        self.answer_seconds = Histogram(
            "detector_answer_seconds",
            "From taking a photo in to having sent its answer",
            buckets=_SECONDS,
            registry=self._registry,
        )
        self.model_seconds = Histogram(
            "detector_model_seconds",
            "Decoding and classifying one photo",
            buckets=_SECONDS,
            registry=self._registry,
        )
        self.claims = Counter(
            "detector_claims", "Corrections and confirmations", ["kind"], registry=self._registry
        )
        self.mishaps = Counter(
            "detector_mishaps", "Errors that got a reference number", registry=self._registry
        )
        self.retries = Counter(
            "detector_retries", "Updates tried again after a passing fault", registry=self._registry
        )
        self.swaps = Counter(
            "detector_model_swaps", "Models put to use since the start", registry=self._registry
        )

    def watch(self, name: str, description: str, value: Callable[[], float]) -> None:
        """A gauge that is read at each scrape."""
        Gauge(name, description, registry=self._registry).set_function(value)

    def render(self) -> tuple[bytes, str]:
        """The text for a scraper and its content type."""
        return generate_latest(self._registry), CONTENT_TYPE_LATEST
