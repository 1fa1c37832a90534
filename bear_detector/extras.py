"""What is installed only where it is wanted (`[project.optional-dependencies]`)."""

from __future__ import annotations

HEAD = ("matplotlib", "onnx", "requests", "scipy", "threadpoolctl", "urllib3")
"""The packages of the extra `head`, as they are imported: all that a retraining needs."""


def how_to_install(extra: str) -> str:
    """The end of a sentence that says what is missing."""
    return (
        f"install it in the project's folder with make .venv/.installed EXTRAS={extra}, or into "
        f"another environment with pip install -e '.[{extra}]'."
    )
