"""What is installed only where it is wanted (`[project.optional-dependencies]`)."""

from __future__ import annotations


def how_to_install(extra: str) -> str:
    """The end of a sentence that says what is missing."""
    return (
        f"install it in the project's folder with make .venv/.installed EXTRAS={extra}, or into "
        f"another environment with pip install -e '.[{extra}]'."
    )
