"""The page of a synthetic population: how many there are, of what kinds, against the census, and what is weak."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from inminban.measures.portrait import SIZE, Count, Portrait
from inminban.model.source import Source
from inminban.pages.origins import data_line
from inminban.pages.page import KINDS, Big, Cell, Figured, Grid, Mark, Note, Notes
from inminban.pages.portrait_figures import pyramid_figure, share_figure
from inminban.pages.portrait_map import mapped
from inminban.pages.portrait_words import (
    count,
    count_name,
    holding,
    label_of,
    margin_name,
    name_of,
    off,
    percent,
    sentence,
    spread_of,
    weak_points,
    worst,
)
from inminban.pages.words import Voice
from inminban.population.fit import Fit

MOST_MISSED = 20
THOUSAND, MANY = 1000, 10_000  # ranges of counts from MANY on are told in thousands
TWO_MARKS = 2
INPUTS = ("population_", "livelihood_")  # what parameters of a population begin with


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the page: its heading, a sentence with marks, charts, a table, and whether the map stands beside it."""

    anchor: str
    title: str
    text: str = ""
    marks: tuple[Mark, ...] = ()
    figures: tuple[Figured, ...] = ()
    grid: Grid | None = None
    mapped: bool = False


@dataclass(frozen=True)
class PortraitPage:
    """Everything on the page of a synthetic population."""

    lang: str
    title: str
    kick: tuple[str, str]
    headline: str
    standfirst: str
    home: str
    bigs: tuple[Big, ...]
    sentence: str
    parts: tuple[Part, ...]
    map: Markup
    map_title: str
    map_text: str
    weak: tuple[Cell, ...]
    notes: tuple[Note, ...]
    says: str
    footer: tuple[tuple[str, str, str], ...]
    reports: tuple[Cell, ...] = ()


@dataclass(frozen=True, slots=True)
class Drawn:
    """What the parts of a page are made of: the voice, the portrait, the sources cited so far, that of made numbers."""

    voice: Voice
    portrait: Portrait
    notes: Notes
    made: Source

    def marks(self, *sources: Source | None) -> tuple[Mark, ...]:
        """Cite sources and return the marks of their weakest kinds, at most two; made numbers are simulated, too."""
        every = [self.notes.mark(s) for s in dict.fromkeys(s for s in (self.made, *sources) if s)]
        kinds = [k for k in KINDS if any(m.kind == k for m in every)][:TWO_MARKS]
        return tuple(next(m for m in every if m.kind == kind) for kind in kinds)

    def targets(self, *sources: Source | None) -> tuple[Mark, ...]:
        """Cite what a target comes from."""
        return tuple(self.notes.mark(s) for s in dict.fromkeys(s for s in sources if s))[:TWO_MARKS]


def portrait_page(voice: Voice, portrait: Portrait) -> PortraitPage:
    """Make the page of a synthetic population."""
    name, label = name_of(voice, portrait.place), label_of(voice, portrait)
    detail = voice.say("{sentence}; market areas: {areas}", sentence=sentence(voice, portrait), areas=portrait.areas)
    made = Source("simulated", voice._("this synthetic population"), detail, "population")
    at = Drawn(voice, portrait, Notes(), made)
    head = voice.say("Synthetic households of {place}, {year}", place=name, year=portrait.year)
    bigs, parts = tuple(bigs_of(at)), tuple(parts_of(at))
    weak = tuple(Cell(text, marks=at.targets(*sources)) for text, sources in weak_points(voice, portrait))
    for symbol, parameter in voice.country.parameters.items():
        if symbol.startswith(INPUTS) and parameter.role == "input":
            at.notes.mark(parameter.origin)
    drawn, map_title, map_text = mapped(at.voice, at.portrait)
    return PortraitPage(
        lang=voice.lang,
        title=f"{label}: {head}",
        kick=(voice._("Synthetic population"), f"{label} · {portrait.year}"),
        headline=head,
        standfirst=standfirst(at),
        home="",
        bigs=bigs,
        sentence=sentence(voice, portrait),
        parts=parts,
        map=drawn,
        map_title=map_title,
        map_text=map_text,
        weak=weak,
        notes=at.notes.rows(),
        says=voice._("Every count on this page that is not called a target is of synthetic households."),
        footer=footer(at),
    )


def standfirst(at: Drawn) -> str:
    """Say what there is, and that nobody is real."""
    homes, persons = at.portrait.count("households"), at.portrait.count("persons")
    text = at.voice._(
        "{households} synthetic households with {persons} persons, made to match what the census of {year} counted by "
        "place, sex, age, household size and dwelling. No row is a real family."
    )
    told = text.format(households=count(homes.got), persons=count(persons.got), year=at.portrait.census_year)
    if at.portrait.derived:
        told += " " + at.voice.say(
            "Persons are carried to {year} by a series of ages, not counted.", year=at.portrait.year
        )
    return told


def bigs_of(at: Drawn) -> Iterator[Big]:
    """Return the four numbers: households, persons, persons a household, margins that hold."""
    voice, portrait = at.voice, at.portrait
    homes, persons = portrait.count("households"), portrait.count("persons")
    for found in (homes, persons):
        name = count_name(voice, found.name).lower()
        if portrait.spread:
            how = voice.say("made: {count}; its own count is not printed", count=count(found.got))
            unit = THOUSAND if found.got >= MANY else 1
            name = voice.say("thousand {what}", what=name) if unit > 1 else name
            yield Big(spread_of(portrait, found.target or found.got, unit), name, how, at.marks(found.source))
        else:
            yield Big(count(found.got), name, counted(at, found), at.marks(found.source))
    urban, rural = (mean_size(portrait, r) for r in ("urban ", "rural "))
    how = voice.say("urban {urban}, rural {rural}", urban=urban or "–", rural=rural or "–")
    yield Big(mean_size(portrait, ""), voice._("persons a household"), how, at.marks(homes.source))
    held = voice.say("{some} of {all}", some=count(portrait.holding), all=count(len(portrait.fits)))
    how = voice.say("within half a percent; {worst}", worst=worst(voice, portrait))
    yield Big(held, voice._("margins hold"), how, at.marks())


def counted(at: Drawn, found: Count) -> str:
    """Say how a count stands to that of the census."""
    if found.target is None:
        return at.voice._("no count of the place is known")
    if at.portrait.derived:
        return at.voice.say("carried from {first}, not counted", first=at.portrait.census_year)
    if found.got == found.target:
        return at.voice.say("as many as the census of {year} has", year=at.portrait.census_year)
    return at.voice.say("census of {year}: {count}", year=at.portrait.census_year, count=count(found.target))


def mean_size(portrait: Portrait, residence: str) -> str:
    """Persons a household of a residence; nothing where it has none."""
    homes, persons = portrait.count(f"{residence}households").got, portrait.count(f"{residence}persons").got
    return f"{persons / homes:.2f}" if homes else ""


def parts_of(at: Drawn) -> Iterator[Part]:
    """The parts of the page in order."""
    _, portrait = at.voice._, at.portrait
    by_name = {b.name: b for b in portrait.breakdowns}
    title = _("Against the census")
    if portrait.derived:
        title = at.voice.say("Against the counts carried to {year}", year=portrait.year)
    yield Part("counts", title, grid=counts_grid(at), mapped=True)
    text = _("Ages follow a model of the country's ages, fitted to the men and women of each place.")
    marks = at.marks(portrait.age_source)
    yield Part("ages", _("Age and sex"), text, marks, (pyramid_figure(at.voice, portrait),))
    sizes, homes = by_name[SIZE], [by_name[n] for n in ("dwelling", "heating", "cooking")]
    text = _("Sizes are those of a table of shares, tilted so that the persons of town and country come out.")
    figure = share_figure(at.voice, portrait, [sizes])
    yield Part("sizes", _("Household sizes"), text, at.marks(*sizes.sources), (figure,))
    work = [by_name[n] for n in ("livelihood", "industry")]
    text = _("What a household mainly lives from is assumed; who works in which industry follows the census.")
    figures = tuple(share_figure(at.voice, portrait, [b]) for b in work)
    yield Part("livelihoods", _("What households live from"), text, at.marks(*work[0].sources), figures)
    text = _("How dwelling, heating and cooking go together is fitted, each by itself follows the census.")
    marks = at.marks(*(s for b in homes for s in b.sources))
    yield Part("homes", _("Dwelling and fuel"), text, marks, (share_figure(at.voice, portrait, homes),))
    if portrait.extents:
        text = _("Every household is in a people's unit and a neighbourhood, whose sizes are drawn.")
        marks = at.marks(*(e.source for e in portrait.extents))
        yield Part("units", _("People's units and neighbourhoods"), text, marks, grid=extents_grid(at))
    yield fit_part(at)


def counts_grid(at: Drawn) -> Grid:
    """Table of counts: what came, and what the census has."""
    voice, portrait = at.voice, at.portrait
    rows = []
    for c in portrait.counts:
        wanted = Cell(voice._("not counted"), number=True)
        if c.target is not None:
            share = portrait.spread and spread_of(portrait, c.target)
            wanted = Cell(share or count(c.target), number=True, marks=at.targets(c.source))
        rows.append((Cell(count_name(voice, c.name)), Cell(count(c.got), number=True, marks=at.marks()), wanted))
    last = voice.say("Target, {year}", year=portrait.year) if portrait.derived else voice._("Census")
    return Grid((voice._("Count"), voice._("Synthetic"), last), tuple(rows), "")


def extents_grid(at: Drawn) -> Grid:
    """Table of the sizes of people's units and neighbourhoods."""
    voice, rows = at.voice, []
    for e in at.portrait.extents:
        out = "–" if e.outside is None else count(e.outside)
        numbers = (count(e.number), count(e.least), count(e.median), count(e.most))
        cells = [Cell(n, number=True) for n in numbers]
        drawn = Cell(f"{e.low:,}–{e.high:,}", number=True, marks=at.targets(e.source))
        rows.append((Cell(count_name(voice, e.name)), *cells, drawn, Cell(out, number=True)))
    heads = (
        voice._("Households in"),
        voice._("How many"),
        voice._("Smallest"),
        voice._("Median"),
        voice._("Largest"),
        voice._("Drawn from"),
        voice._("Outside it"),
    )
    return Grid(heads, tuple(rows))


def fit_part(at: Drawn) -> Part:
    """What does not match, the worst first, with why: margins that are missed for the same reason are one row."""
    voice, missing = at.voice, at.portrait.missing
    text = voice.say(
        "{holding}: counts to the last one, shares within half a percent.", holding=holding(voice, at.portrait)
    )
    title = voice._("What does not match")
    if not missing:
        return Part("fit", title, text, at.marks())
    text += " " + voice._("The command with --fit --csv lists every margin.")
    found: dict[tuple[str, str], list[Fit]] = {}
    for f in missing:
        found.setdefault((f.margin, f.note), []).append(f)
    heads = (
        voice._("Margin"),
        voice._("Missed by most"),
        voice._("Target"),
        voice._("Synthetic"),
        voice._("Off by"),
        voice._("Why"),
    )
    rows = tuple(fit_row(at, fits) for fits in list(found.values())[:MOST_MISSED])
    return Part("fit", title, text, at.marks(), grid=Grid(heads, rows))


def fit_row(at: Drawn, fits: Sequence[Fit]) -> tuple[Cell, ...]:
    """Row of margins that are missed for the same reason, by the worst of them."""
    voice, worst = at.voice, fits[0]
    every = sum(f.margin == worst.margin for f in at.portrait.fits)
    where = "" if worst.place == at.portrait.place else name_of(voice, worst.place)
    note = worst.note or voice._("chance: each household is drawn, and few are")
    return (
        Cell(margin_name(voice, worst.margin), small=voice.say("{some} of {all}", some=len(fits), all=every)),
        Cell("; ".join(p for p in (worst.group, where) if p)),
        Cell(count(worst.target), number=True, marks=at.targets(worst.source)),
        Cell(count(worst.got), number=True, marks=at.marks()),
        Cell(off(worst), number=True),
        Cell(note),
    )


def footer(at: Drawn) -> tuple[tuple[str, str, str], ...]:
    """What it was made with, and the data: a bold word, a sentence, an address."""
    voice, p = at.voice, at.portrait
    again = voice.say(
        "{label} ({place}), year {year}, seed {seed}, sample {share}: the same command makes the same households.",
        label=label_of(voice, p), place=p.place, year=p.year, seed=p.seed, share=percent(float(p.sample)),
    )  # fmt: skip
    return ((voice._("Population."), again, ""), (voice._("Data."), data_line(voice.country, voice), ""))
