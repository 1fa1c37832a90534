"""How each language writes numbers, and which of a message's forms a number takes.

By Unicode's CLDR, version 47 (https://cldr.unicode.org); a test compares with Babel, which has it
for every language and weighs 36 MB. A new language has its line at the end.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from math import floor, log10


@dataclass(frozen=True)
class Conventions:
    """One language's."""

    decimal_sign: str
    group_sign: str
    percent_sign: str
    """With the space before it, if any."""
    plural: Callable[[int], str]
    """CLDR's category of a whole number: "one", "many", "other"."""

    def whole(self, number: int) -> str:
        """ "12,345" """
        return f"{number:,}".replace(",", self.group_sign)

    def decimal(self, number: float, digits: int) -> str:
        """With this many digits after the sign: "0.31"."""
        rounded = Decimal(str(number)).quantize(Decimal(1).scaleb(-digits))
        left, _, right = f"{abs(rounded):f}".partition(".")
        sign = "-" if rounded.is_signed() else ""
        return sign + self.whole(int(left)) + (self.decimal_sign + right if right else "")

    def telling(self, number: float) -> str:
        """With four digits that count, two of them even if they are 0: "0.01235", "0.50"."""
        if abs(number) >= 1000:
            return self.whole(round(number))
        if not number:
            return self.decimal(0, 1)
        places = 3 - floor(log10(abs(number)))
        exact = Decimal(str(number)).quantize(Decimal(1).scaleb(-places))
        least = max(0, places - 2)
        return self.decimal(float(exact), max(least, -_exponent(exact)))

    def percent(self, share: float, digits: int) -> str:
        """ "98.4%" """
        return self.decimal(float(Decimal(str(share)).scaleb(2)), digits) + self.percent_sign


def _exponent(number: Decimal) -> int:
    exponent = number.normalize().as_tuple().exponent
    assert isinstance(exponent, int)  # it is finite
    return exponent


def _one_or_other(number: int) -> str:
    return "one" if abs(number) == 1 else "other"


def _spanish(number: int) -> str:
    return "many" if number and number % 1_000_000 == 0 else _one_or_other(number)


CONVENTIONS = {
    "en": Conventions(".", ",", "%", _one_or_other),
    "es": Conventions(",", ".", "\u00a0%", _spanish),
    "de": Conventions(",", ".", "\u00a0%", _one_or_other),
}
