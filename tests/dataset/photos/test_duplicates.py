"""Finding photos of the same picture by their perceptual hashes."""

from __future__ import annotations

import random

import pytest
from sqlalchemy import insert, literal_column, or_, select, text

from dataset.photos import duplicates
from dataset.storage.database import Database
from dataset.storage.schema import HASH_BANDS, Photo


def _fill(database: Database, hashes: list[int]) -> None:
    with database.session() as session:
        session.execute(
            insert(Photo),
            [
                {
                    "sha256": f"{number:064x}",
                    "dhash": dhash,
                    "width": 1,
                    "height": 1,
                    "size_bytes": 1,
                    "source": "collect",
                }
                for number, dhash in enumerate(hashes)
            ],
        )


def _flip(dhash: int, bits: list[int]) -> int:
    for bit in bits:
        dhash ^= 1 << bit
    return dhash - 2**64 if dhash >= 2**63 else dhash


@pytest.mark.parametrize("max_distance", [0, 3, 5, 7])
def test_the_index_finds_what_counting_every_bit_finds(
    database: Database, max_distance: int
) -> None:
    """The look-up by bands gives exactly the photos within the distance, nearest first."""
    chance = random.Random(max_distance)  # noqa: S311 - the same hashes each time
    wanted = chance.getrandbits(64) - 2**63
    hashes = [chance.getrandbits(64) - 2**63 for _ in range(300)]
    for flips in range(10):
        for _ in range(8):
            hashes.append(_flip(wanted & (2**64 - 1), chance.sample(range(64), flips)))
    _fill(database, hashes)
    expected = sorted(
        bits
        for bits in (duplicates.distance(wanted, one) for one in hashes)
        if bits <= max_distance
    )
    with database.reading() as session:
        found = duplicates.near_photos(session, wanted, max_distance=max_distance)

    assert expected == [bits for _, bits in found]
    assert len(found) >= 8


def test_the_sign_is_but_a_bit() -> None:
    """Hashes that differ in the highest bit alone are one bit apart."""
    assert 1 == duplicates.distance(5, 5 - 2**63)
    assert 64 == duplicates.distance(0, -1)


@pytest.mark.parametrize("dhash", [0, -1, 0b111, -1 ^ 0b11])
def test_a_picture_without_edges_resembles_nothing(database: Database, dhash: int) -> None:
    """A blank picture's hash is everybody's."""
    _fill(database, [dhash])
    with database.reading() as session:
        assert [] == duplicates.near_photos(session, dhash)


def test_a_distance_beyond_the_bands_is_refused(database: Database) -> None:
    """Farther than 7 bits the bands would miss some."""
    with pytest.raises(ValueError, match="0 to 7"), database.reading() as session:
        duplicates.near_photos(session, 0x0F0F0F0F0F0F0F0F, max_distance=8)


def test_each_band_is_looked_up_by_its_index(database: Database) -> None:
    """The database reads index ranges, not the table."""
    chance = random.Random(5)  # noqa: S311 - the same hashes each time
    _fill(database, [chance.getrandbits(64) - 2**63 for _ in range(5000)])
    explain = "EXPLAIN QUERY PLAN" if database.is_sqlite else "EXPLAIN"
    condition = or_(*(literal_column(band) == 17 for band in HASH_BANDS))
    query = select(Photo.id).where(condition).compile(compile_kwargs={"literal_binds": True})
    with database.session() as session:
        session.execute(text("ANALYZE photos"))
    with database.reading() as session:
        plan = str(session.execute(text(f"{explain} {query}")).all())

    for band in range(4):
        assert f"ix_photos_band{band}" in plan
