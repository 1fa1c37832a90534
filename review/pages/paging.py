"""Long lists, a page at a time."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlencode

from starlette.requests import Request

from review.errors import BadRequest

T = TypeVar("T")

ROWS_A_PAGE = 50


def page_number(request: Request) -> int:
    """The number of the requested page, from 1. Raises BadRequest."""
    text = request.query_params.get("page", "1")
    if not (text.isascii() and text.isdigit() and len(text) < 7):
        raise BadRequest("bad-value", name="page")
    return max(1, int(text))


def links(request: Request, *, page: int, pages: int) -> dict[str, Any]:
    """The values for `pager.html`; its links keep the other filters."""
    kept = {name: value for name, value in request.query_params.items() if name != "page"}
    return {
        "page": page,
        "pages_after": pages,
        "query": lambda number: urlencode({**kept, "page": number}),
    }


def page_of(
    request: Request, rows: Callable[[int, int], tuple[list[T], int]]
) -> tuple[list[T], dict[str, Any]]:
    """The rows of the requested page and its links. `rows(offset, limit)` also gives the total."""
    page = page_number(request)
    found, total = rows((page - 1) * ROWS_A_PAGE, ROWS_A_PAGE)
    pages = max(1, math.ceil(total / ROWS_A_PAGE))
    return found, {"total": total, **links(request, page=page, pages=pages)}
