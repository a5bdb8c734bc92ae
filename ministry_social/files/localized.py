"""Dates, numbers and names of countries in the language of a text: filters for templates, made by Babel from Unicode's CLDR.

They raise `ValueError` with a sentence that says what is right; who fills the template adds file and line.
"""

import re
from datetime import date
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from babel import Locale

__all__ = ["country_in", "date_in", "number_in"]

_FORMS = ("short", "medium", "long", "full")
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_COUNTRY = re.compile("[A-Z]{2}")


def date_in(language: str, value: object, form: str = "long") -> str:
    """`2026-12-01` as `1 December 2026`; `form` is one of CLDR's: short, medium, long, full."""
    from babel.dates import format_date

    if form not in _FORMS:
        raise ValueError(f'"{form}" is no form of a date. Possible: {", ".join(_FORMS)}')
    try:
        day = date.fromisoformat(str(value))
    except ValueError as error:
        raise ValueError(f'"{value}" is no date. Write year, month and day: "2026-12-01"') from error
    return format_date(day, format=form, locale=_locale(language))


def number_in(language: str, value: object) -> str:
    """`12500` as `12,500`, `12 500` or `12.500`: in Latin digits, which every reader of a ministry's posts knows."""
    from babel.numbers import format_decimal

    if isinstance(value, bool) or not _NUMBER.fullmatch(str(value)):
        raise ValueError(f'"{value}" is no number. Write digits, and a point before decimals: 12500 or 12.5')
    return format_decimal(Decimal(str(value)), locale=_locale(language), decimal_quantization=False)


def country_in(language: str, value: object) -> str:
    """`TR` as `Türkiye`, `Turquie` or `تركيا`."""
    locale = _locale(language)
    name = locale.territories.get(str(value)) if _COUNTRY.fullmatch(str(value)) else None
    if name is None:
        raise ValueError(
            f'"{value}" is no country with a name in {language}. Write the two letters of ISO 3166-1, or the name itself'
        )
    return str(name)


@cache
def _locale(language: str) -> "Locale":
    from babel import Locale, UnknownLocaleError

    try:
        # `en` alone would be that of the United States; 001 is the world, where the day stands before the month.
        return Locale.parse("en-001" if language == "en" else language, sep="-")
    except (UnknownLocaleError, ValueError) as error:
        raise ValueError(f"how this is written in {language or 'its language'} is not known. Write it out") from error
