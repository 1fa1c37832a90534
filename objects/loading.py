"""How every program of the project reads its settings."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import pydantic_settings
from pydantic import ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings

from objects.errors import SettingsError

S = TypeVar("S", bound=BaseSettings)

_ENV_FILE = Path(".env")
_PLAINLY = {
    "int_parsing": "it must be an integer",
    "int_parsing_size": "it must be an integer, and a smaller one",
    "int_from_float": "it must be an integer",
    "float_parsing": "it must be a number",
    "bool_parsing": "it must be true or false",
}
"""Plain words for some of Pydantic's complaints, by their type."""


def load_settings(cls: type[S], **overrides: object) -> S:
    """Read `cls` from the environment and `.env`; `overrides` (a command's options) win.

    Raises SettingsError with one sentence that names what is wrong, and what is allowed. The
    sentence never shows a value, which may be a secret.
    """
    _refuse_what_is_no_file(_ENV_FILE)
    try:
        return cls(**overrides)  # type: ignore[arg-type]
    except ValidationError as exc:
        raise _complaint(cls, exc.errors(include_input=False)) from None
    except pydantic_settings.SettingsError as exc:
        name = _quoted_field(str(exc))
        sentence = f"The setting {name} cannot be read{_meaning(cls, name)}."
        raise SettingsError(sentence, wrong={name: sentence}) from None
    except (OSError, UnicodeDecodeError) as exc:
        reason = exc.strerror if isinstance(exc, OSError) else "it is not UTF-8 text"
        raise unusable_env_file(f"cannot be read: {reason}") from None


def unusable_env_file(problem: str) -> SettingsError:
    """What to raise where `.env` as a whole is the problem; all that it sets is unknown then."""
    sentence = f"The file .env {problem}."
    return SettingsError(sentence, wrong={str(_ENV_FILE): sentence})


def _refuse_what_is_no_file(path: Path) -> None:
    """pydantic-settings would pass over a folder or a dangling link in silence, and so over the
    token."""
    if path.is_dir():
        raise unusable_env_file("is a folder: put a file in its place, or remove it")
    if path.is_symlink() and not path.exists():
        raise unusable_env_file("is a link to a file that is not there")


def _complaint(cls: type[BaseSettings], errors: list[ErrorDetails]) -> SettingsError:
    wrong: dict[str, str] = {}
    for error in errors:
        name = str(error["loc"][0]).upper() if error["loc"] else "as a whole"
        problem = _PLAINLY.get(error["type"], error["msg"])
        problem = problem.removeprefix("Value error, ").removeprefix("Input ").rstrip(".")
        problem = f"it {problem}" if problem.startswith("should") else problem
        wrong.setdefault(name, f"The setting {name} is not usable: {problem}{_meaning(cls, name)}.")
    first, *others = wrong
    also = f" Nor are {', '.join(others)}." if len(others) > 1 else ""
    also = f" Nor is {others[0]}." if len(others) == 1 else also
    return SettingsError(wrong[first] + also, wrong=wrong)


def _meaning(cls: type[BaseSettings], name: str) -> str:
    field = cls.model_fields.get(name.lower())
    return f" ({field.description})" if field and field.description else ""


def _quoted_field(message: str) -> str:
    parts = message.split('"')
    return parts[1].upper() if len(parts) > 2 else "file"
