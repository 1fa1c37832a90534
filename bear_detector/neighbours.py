"""Whether the project's packages are its own: others use such names, too."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path

ROOMS = ("objects", "dataset", "models", "languages", "review", "training", "bot")
_HERE = Path(__file__).resolve().parent.parent


def refuse_strangers(*rooms: str) -> None:
    """End the program, in a sentence, where another package has the name of one of ours.

    `rooms` are those that the caller imports; without any, all of them.

    Python looks into the working folder first: there, a notebook leaves `models/`, another project
    has a `models.py`, and people call a folder `dataset`. And where two distributions bring a
    `bot`, pip writes one over the other without a word. Nothing of a stranger's is run. Raises
    SystemExit.
    """
    rooms = rooms or ROOMS
    for name in rooms:
        if not (_HERE / name).is_dir():
            continue
        found = find_spec(name)
        if found is None:
            continue
        places = [found.origin] if found.origin else list(found.submodule_search_locations or ())
        place = Path(places[0]).resolve()
        if place not in (_HERE / name / "__init__.py", _HERE / name):
            stranger = place.parent if place.name == "__init__.py" else place
            raise SystemExit(
                f"Python takes {stranger} for this program's own package {name!r}: start it from"
                " another folder, or rename or uninstall that one."
            )
    for name, digest in _recorded(rooms):
        file = _HERE / name / "__init__.py"
        if file.is_file() and _digest(file) != digest:
            raise SystemExit(
                f"Another distribution{_owner(name)} has written over this program's own package"
                f" {name!r}: install bear-detector in an environment of its own, as pipx and uvx"
                " do."
            )


def _recorded(rooms: Sequence[str]) -> Iterator[tuple[str, str]]:
    """These packages and the digests with which pip installed them; none from a checkout.

    Read by hand: importlib.metadata would cost more than all else that the command does.
    """
    for record in _HERE.glob("bear_detector-*.dist-info/RECORD"):
        for line in record.read_text(encoding="utf-8").splitlines():
            path, _, rest = line.partition(",")
            name, _, file = path.partition("/")
            if file == "__init__.py" and name in rooms:
                yield name, rest.partition(",")[0].removeprefix("sha256=")


def _digest(file: Path) -> str:
    digest = hashlib.sha256(file.read_bytes()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _owner(name: str) -> str:
    """The other distribution, where one says that it brings this name: " (NAME)"."""
    from importlib.metadata import packages_distributions

    # A broken distribution has no name.
    owners = {owner for owner in packages_distributions().get(name, []) if owner}
    others = sorted(owners - {"bear-detector"})
    return f" ({', '.join(others)})" if others else ""
