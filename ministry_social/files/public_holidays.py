"""Public holidays of countries, as the `holidays` library knows them: national ones, not those of a state or province."""

import warnings
from collections.abc import Collection, Mapping
from datetime import date

_FIRST, _LAST = 1970, 2199  # beyond, no calendar of feasts can be relied on


def public_holidays(countries: Collection[str], years: Collection[int]) -> Mapping[str, Mapping[date, str]]:
    """Country -> day -> name, in English where the library has it. A country that it does not know has none."""
    import holidays

    known = holidays.list_supported_countries(include_aliases=False)
    wanted = {year for year in years if _FIRST <= year <= _LAST}
    found: dict[str, Mapping[date, str]] = {}
    for country in countries:
        if country in known and wanted:
            with warnings.catch_warnings():  # about a language that a country lacks: its own serves, too
                warnings.simplefilter("ignore")
                found[country] = dict(holidays.country_holidays(country, years=wanted, language="en_US"))
    return found
