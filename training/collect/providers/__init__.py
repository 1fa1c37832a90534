"""The services that offer pictures, one file each, behind one interface (`interface.Provider`)."""

from __future__ import annotations

from training.collect.names import NAMES
from training.collect.providers.bing import Bing
from training.collect.providers.commons import Commons
from training.collect.providers.ddgs import Ddgs
from training.collect.providers.inaturalist import INaturalist
from training.collect.providers.interface import Found, Page, Provider
from training.collect.providers.openverse import Openverse
from training.collect.web import Web
from training.errors import CollectError
from training.settings.environment import TrainingSettings

__all__ = ["NAMES", "Found", "Page", "Provider", "build"]


def build(name: str, *, web: Web, settings: TrainingSettings) -> Provider:
    """The provider of this name; CollectError for an unknown name."""
    if name == "inaturalist":
        return INaturalist(web)
    if name == "openverse":
        return Openverse(
            web,
            client_id=settings.openverse_client_id,
            client_secret=settings.openverse_client_secret.get_secret_value(),
        )
    if name == "commons":
        return Commons(web)
    if name == "bing":
        return Bing(
            web,
            endpoint=settings.bing_endpoint,
            key=settings.azure_search_key.get_secret_value(),
        )
    if name == "ddgs":
        return Ddgs()
    raise CollectError(f"The provider {name!r} is unknown; choose from {', '.join(NAMES)}.")
