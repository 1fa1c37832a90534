"""Opening the registry that the settings name."""

from __future__ import annotations

from models.errors import RegistryError
from models.registry.local import Registry
from models.settings import ModelsSettings


def registry_of(settings: ModelsSettings) -> Registry:
    """MODELS_DIR, or MODELS_URL with its copies in MODELS_DIR.

    Raises RegistryError when packages for MODELS_URL are not installed.
    """
    if not settings.models_url:
        return Registry(settings.models_dir)
    # Imported only where MODELS_URL is set: a single machine does not need it.
    from models.registry.shared import SharedRegistry
    from objects.bucket import Bucket
    from objects.errors import ObjectsError

    try:
        bucket = Bucket(settings.models_url, endpoint_url=settings.s3_endpoint_url)
    except ObjectsError as exc:
        raise RegistryError(str(exc)) from exc
    return SharedRegistry(settings.models_dir, bucket)
