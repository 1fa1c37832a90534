"""The settings of this room."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from pydantic import Field, SecretStr, field_validator

from bear_detector.extras import how_to_install
from dataset.storage.sealing import read_keys
from objects.settings import ObjectSettings, SettingsPath, check_store_url

if TYPE_CHECKING:
    from sqlalchemy import URL

_SQLITE = "sqlite:///"
_SCHEMES = (_SQLITE, "postgresql://", "postgresql+psycopg://")


class DatasetSettings(ObjectSettings):
    """Where data lies, and how far claims count."""

    data_dir: SettingsPath = Field(
        default=Path("data"), description="folder of the database and the kept photos"
    )
    database_url: SecretStr = Field(
        default=SecretStr(""),
        description="sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME; empty means "
        "detector.sqlite3 in DATA_DIR",
    )
    photo_key: SecretStr = Field(
        default=SecretStr(""),
        description="key that encrypts kept photos, 32 bytes in base64 or hex; several after "
        "commas, the first encrypts and all decrypt; empty keeps photos plain; needs the extra "
        "encryption",
    )
    photos_url: str = Field(
        default="",
        description="s3://bucket/prefix for photos that several machines share; empty means a "
        "folder in DATA_DIR",
    )
    photos_cache_mb: Annotated[int, Field(ge=0, le=10_000_000)] = Field(
        default=1000, description="megabytes of copies of shared photos in DATA_DIR"
    )
    claim_quorum: Annotated[int, Field(ge=2, le=1000)] = Field(
        default=3,
        description="how many distinct people must agree, contradicted by none, to settle a photo "
        "without a reviewer",
    )
    claims_per_day: Annotated[int, Field(ge=1, le=100_000)] = Field(
        default=50, description="claims taken from one person within 24 hours"
    )
    examples_per_person_per_run: Annotated[int, Field(ge=1, le=100_000)] = Field(
        default=25, description="photos of one person that one retraining folds in"
    )
    sample_share: Annotated[float, Field(ge=0.0, le=1.0)] = Field(
        default=0.02, description="share of confident answers drawn at random for review, 0 to 1"
    )
    keep_unreviewed_days: Annotated[int, Field(ge=1, le=36_500)] = Field(
        default=180, description="days after which a kept photo that never became an example goes"
    )
    keep_predictions_days: Annotated[int, Field(ge=1, le=36_500)] = Field(
        default=365, description="days after which an answer whose photo is not kept goes"
    )
    keep_updates_days: Annotated[int, Field(ge=2, le=36_500)] = Field(
        default=7, description="days for which handled updates are remembered, at least 2"
    )
    keep_audit_days: Annotated[int, Field(ge=1, le=36_500)] = Field(
        default=730, description="days for which the audit trail is kept"
    )
    retrain_budget_minutes: Annotated[float, Field(gt=0, le=10_000)] = Field(
        default=60, description="minutes after which a retraining is ended"
    )
    split_salt: Annotated[str, Field(min_length=1, max_length=100)] = Field(
        default="bear-detector",
        description="decides which groups of photos are train, valid or gate; never change it "
        "once there are examples",
    )

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, url: SecretStr) -> SecretStr:
        address = url.get_secret_value()
        if address and not address.startswith(_SCHEMES):
            raise ValueError("it must begin with sqlite:/// or postgresql://")
        if address.startswith(_SQLITE):
            file = address.removeprefix(_SQLITE)
            if file.partition("?")[0] == "" or ":memory:" in file:
                raise ValueError("it must name a file: what is in memory goes with the program")
            if file.startswith(("~", "$")):
                raise ValueError("it must hold the file's whole path: only a shell replaces ~ or $")
        return url

    @field_validator("photos_url")
    @classmethod
    def _known_store(cls, url: str) -> str:
        return check_store_url(url)

    @field_validator("photo_key")
    @classmethod
    def _usable_key(cls, key: SecretStr) -> SecretStr:
        if read_keys(key.get_secret_value()) and find_spec("cryptography") is None:
            raise ValueError(f"encryption is not installed; {how_to_install('encryption')}")
        return key

    @property
    def resolved_database_url(self) -> str | URL:
        """The database's URL, password included: for `Database` only, never for a log."""
        if given := self.database_url.get_secret_value():
            return given
        # Imported here: most of the time that it takes is wasted on a start with wrong settings.
        from sqlalchemy import URL

        return URL.create("sqlite", database=(self.data_dir / "detector.sqlite3").as_posix())

    @property
    def photos_dir(self) -> Path:
        """Where the photo store keeps its files."""
        return self.data_dir / "photos"

    @property
    def photos_cache_dir(self) -> Path:
        """Where copies of shared photos lie."""
        return self.data_dir / "photos-cache"

    @property
    def photo_keys(self) -> tuple[bytes, ...]:
        """The keys of PHOTO_KEY; the first encrypts. Empty when photos are kept plain."""
        return read_keys(self.photo_key.get_secret_value())
