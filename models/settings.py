"""The settings of this room."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field, field_validator

from objects.settings import ObjectSettings, SettingsPath, check_store_url


class ModelsSettings(ObjectSettings):
    """The places of published bundles, and overrides of their thresholds."""

    models_dir: SettingsPath = Field(
        default=Path("models/published"), description="folder of the published bundles"
    )
    models_url: str = Field(
        default="",
        description="s3://bucket/prefix for models that several machines share; empty means "
        "MODELS_DIR alone",
    )
    sure_threshold: Annotated[float, Field(ge=0, le=1)] | None = Field(
        default=None,
        description="least probability of a sure answer, 0 to 1; empty means the bundle's own",
    )
    outside_threshold: Annotated[float, Field(ge=-1000, le=1000)] | None = Field(
        default=None,
        description="least outside score of 'none of what I know'; empty means the bundle's own",
    )

    @field_validator("models_url")
    @classmethod
    def _known_store(cls, url: str) -> str:
        return check_store_url(url)
