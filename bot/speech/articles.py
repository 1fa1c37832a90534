"""Which article an English name takes: other languages name a thing without one."""

from __future__ import annotations

WITHOUT_ARTICLE = frozenset(
    {
        # Plurals.
        "binoculars",
        "dark glasses",
        "jeans",
        "maracas",
        "pan pipes",
        "parallel bars",
        "pyjamas",
        "sunglasses",
        "swimming trunks",
        # What is not counted.
        "broccoli",
        "carbonara",
        "chain mail",
        "chocolate sauce",
        "consomme",
        "corn on the cob",
        "dough",
        "eggnog",
        "face powder",
        "guacamole",
        "hair spray",
        "hay",
        "lotion",
        "mashed potato",
        "red wine",
        "sunscreen",
        "toilet paper",
        "velvet",
        "wool",
    }
)
SPOKEN_OTHERWISE = {
    "European fire salamander": "consonant",
    "hourglass": "vowel",
    "one-piece swimsuit": "consonant",
    "unicycle": "consonant",
}
"""Names whose first sound is not that of their first letter."""


def article_kind(name: str) -> str:
    """How a name begins to the ear, "vowel" or "consonant"; "none" if it takes no article."""
    if name in WITHOUT_ARTICLE:
        return "none"
    return SPOKEN_OTHERWISE.get(name) or ("vowel" if name[:1].lower() in "aeiou" else "consonant")
