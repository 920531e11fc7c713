"""What a synthetic population's numbers are called, what they say, and what is weak about them."""

from __future__ import annotations

from collections.abc import Iterator

from inminban.measures.portrait import SIZE, Breakdown, Part, Portrait
from inminban.measures.range import between
from inminban.model.source import Source
from inminban.pages.words import Voice
from inminban.population.fit import Fit

Weak = tuple[str, tuple[Source, ...]]  # a weak point in words, and the sources that it is about


def count(value: float) -> str:
    """Write a count in whole numbers, thousands parted."""
    return f"{value:,.0f}"


def percent(share: float) -> str:
    """Write a share as percent: whole ones, below ten with a decimal."""
    value = share * 100
    if 0 < value < 0.05:
        return "<\u00a00.1\u00a0%"
    return f"{value:.0f}\u00a0%" if value >= 9.95 or value == 0 else f"{value:.1f}\u00a0%"


def off(fit: Fit) -> str:
    """Write by how much a margin is missed: −40 %, +0.3 %; a plain difference where nothing was wanted."""
    if not fit.target:
        return f"{fit.got - fit.target:+,.0f}".replace("-", "−")
    share = fit.error * 100
    digits = 0 if abs(share) >= 9.95 else 1 if abs(share) >= 0.995 else 2
    if abs(share) < 0.005:
        return "0" if fit.got == fit.target else "<\u00a00.01\u00a0%"
    return f"{share:+,.{digits}f}\u00a0%".replace("-", "−")


def name_of(voice: Voice, place: str) -> str:
    """Name of a place by its id alone, or the name that the census knows it by."""
    found = voice.country.gazetteer.places.get(place)
    return voice.country.name if place == voice.country.root else found.name if found else place


def label_of(voice: Voice, portrait: Portrait) -> str:
    """Name of the place with those around it."""
    return voice.country.name if portrait.place == voice.country.root else portrait.label


def count_name(voice: Voice, name: str) -> str:
    """Name what is counted of a place."""
    names = {
        "households": voice._("Households"),
        "persons": voice._("Persons"),
        "men": voice._("Men"),
        "women": voice._("Women"),
        "urban persons": voice._("Urban persons"),
        "urban households": voice._("Urban households"),
        "rural persons": voice._("Rural persons"),
        "rural households": voice._("Rural households"),
        "people's units": voice._("People's units"),
        "urban neighbourhoods": voice._("Urban neighbourhoods"),
        "rural neighbourhoods": voice._("Rural neighbourhoods"),
    }
    return names.get(name, name)


def margin_name(voice: Voice, name: str) -> str:
    """Name a margin or a breakdown."""
    names = {
        SIZE: voice._("Household size"),
        "livelihood": voice._("Livelihood"),
        "dwelling": voice._("Dwelling"),
        "heating": voice._("Heating"),
        "cooking": voice._("Cooking"),
        "industry": voice._("Industry"),
        "age": voice._("Age"),
        "age as printed": voice._("Age as printed"),
        "family": voice._("Family"),
    }
    return names.get(name) or count_name(voice, name)


def residence_name(voice: Voice, name: str) -> str:
    """Name a residence, or all."""
    return {"urban": voice._("urban"), "rural": voice._("rural"), "all": voice._("all")}.get(name, name)


def category_name(voice: Voice, name: str) -> str:
    """Name a category of a breakdown; a household of one person is told apart."""
    names = {
        "1 persons": voice._("1 person"),
        "state wage": voice._("state wage"),
        "trader": voice._("market or trade"),
        "farmer": voice._("cooperative farm"),
        "official": voice._("office"),
        "other": voice._("other"),
        "detached house": voice._("detached house"),
        "row house": voice._("row house"),
        "apartment": voice._("apartment"),
        "coal": voice._("coal"),
        "wood": voice._("wood"),
        "central heating": voice._("central heating"),
        "agriculture": voice._("agriculture"),
        "manufacturing": voice._("manufacturing"),
        "public services": voice._("public services"),
    }
    if name.endswith(" persons") and name not in names:
        return voice.say("{count} persons", count=name.removesuffix(" persons"))
    return names.get(name, name)


def unit_name(voice: Voice, name: str) -> str:
    """Name what a breakdown counts."""
    return {"households": voice._("households"), "persons in work": voice._("persons in work")}.get(name, name)


def residences(breakdown: Breakdown) -> tuple[str, ...]:
    """Residences of a breakdown that anybody has."""
    return tuple(dict.fromkeys(p.residence for p in breakdown.parts if p.of))


def categories(breakdown: Breakdown) -> tuple[str, ...]:
    """Categories of a breakdown that anybody is in or should be."""
    return tuple(dict.fromkeys(p.category for p in breakdown.parts if p.got or p.target))


def part_of(breakdown: Breakdown, residence: str, category: str) -> Part:
    """Return how many of a residence are of a category."""
    return next(p for p in breakdown.parts if (p.residence, p.category) == (residence, category))


def sentence(voice: Voice, portrait: Portrait) -> str:
    """Say what every number of a synthetic population is."""
    year = portrait.census_year
    parts = [
        voice.say("synthetic households matched to margins of the census of {year}, not observed", year=year),
        voice._("no row is a real family"),
    ]
    if portrait.derived:
        parts.append(voice.say("counts carried from {first} to {last}, not counted", first=year, last=portrait.year))
    if portrait.sample != 1:
        parts.append(voice.say("a sample of {share}, weighted", share=percent(float(portrait.sample))))
    parts.append(holding(voice, portrait))
    parts.append(voice.say("seed {seed}", seed=portrait.seed))
    return " · ".join(parts)


def holding(voice: Voice, portrait: Portrait) -> str:
    """Say how many margins hold."""
    return voice.say("{some} of {all} margins hold", some=count(portrait.holding), all=count(len(portrait.fits)))


def worst(voice: Voice, portrait: Portrait) -> str:
    """Name the margin that is missed by most households or persons."""
    if not portrait.missing:
        return voice._("none is missed")
    fit = max(portrait.missing, key=lambda f: abs(f.got - f.target))
    what = ", ".join(p for p in (margin_name(voice, fit.margin).lower(), fit.group) if p != "all")
    return voice.say("worst: {what}, {off}", what=what, off=off(fit))


def spread_of(portrait: Portrait, value: float, unit: int = 1) -> str:
    """Write the range that a count which may be off lies in, in units of so many."""
    ends = [round(value * (1 + way * float(portrait.spread)) / unit) for way in (-1, 1)]
    return between(*ends) if unit == 1 else f"{ends[0]:,}–{ends[1]:,}"


def weak_points(voice: Voice, portrait: Portrait) -> Iterator[Weak]:
    """Say what the population rests on that is weak: of this place, then of all."""
    yield from weak_counts(voice, portrait)
    say, country = voice._, portrait.place == voice.country.root
    by_name = {b.name: b.sources for b in portrait.breakdowns}
    yield (
        say("Household sizes are a model, as no counted table was found; they are tilted to the persons of the place."),
        by_name[SIZE],
    )
    ages = say("Ages are a model: population estimates moved to the census, less the persons whom no place counts.")
    if not country:
        ages += " " + say("None are known by province or county: every place has the country's pattern.")
    yield ages, (portrait.age_source,)
    yield (
        say("What households live from is assumed: shares by residence, the same everywhere."),
        by_name["livelihood"],
    )
    if not country:
        text = say("Dwellings and fuels of a place are its region's or the country's shares by residence.")
        yield text, (*by_name["dwelling"], *by_name["heating"], *by_name["cooking"])
        yield say("Work by industry has the country's shares, agriculture by town and country."), by_name["industry"]
    if portrait.extents:
        text = say("People's units and neighbourhoods are drawn from ranges: where one begins is not known.")
        yield text, tuple(e.source for e in portrait.extents)


def weak_counts(voice: Voice, portrait: Portrait) -> Iterator[Weak]:
    """Say what is weak about the counts."""
    homes, census = portrait.count("households"), portrait.census_year
    sources = (homes.source,) if homes.source else ()
    if portrait.derived:
        text = voice._(
            "Nothing after {first} is counted. Persons were carried to {last} by a series of ages; persons a "
            "household, towns, dwellings and work stay those of {first}."
        )
        yield text.format(first=census, last=portrait.year), (portrait.age_source, *sources)
    else:
        yield voice.say("Persons and households are those of {year}, not today's.", year=census), sources
    if portrait.uncounted:
        text = voice.say("{count} persons counted in no place of it are left out.", count=count(portrait.uncounted))
        yield text, (*((s,) if (s := portrait.count("men").source) else ()),)
    if not portrait.whole:
        text = voice._("It was made as a share of its city or county, and has no margins of its own but its counts.")
        yield text, ()
    elif portrait.place != voice.country.root:
        yield voice._("Households of cities and counties are derived, unless their note says otherwise."), sources
    if portrait.spread:
        share = percent(float(portrait.spread))
        yield voice.say("Its count is shared out, not printed, and may be off by {share}.", share=share), sources
    elif homes.target is None:
        yield voice._("No count of it is known: the city's uncounted parts share equally what the others leave."), ()
    if portrait.origin:
        yield voice.say("Made with tables of your own: {origin}.", origin=portrait.origin), ()
