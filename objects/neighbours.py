"""Whether this project's other packages are its own: others use such names, too."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

_HERE = Path(__file__).resolve().parent.parent
_NAMES = ("dataset", "models", "review", "training", "bot")


def refuse_strangers() -> None:
    """End the program, in a sentence, where Python would take another package for one of ours.

    It looks into the working folder first: there, a notebook leaves `models/`, another project has
    a `models.py`, and people call a folder `dataset`. Nothing of a stranger's is run. Raises
    SystemExit.
    """
    for name in _NAMES:
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
