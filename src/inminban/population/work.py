"""Who is in work, what households live from, and in which industry persons work."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from inminban.model.country import Country
from inminban.model.households import LIVELIHOODS, RESIDENCES, Bytes
from inminban.population.apportion import ADULT, INDUSTRIES, OLD
from inminban.population.draws import BITS, IN_WORK, INDUSTRY, LIVELIHOOD, Draws, Numbers, lowest_of, whole
from inminban.population.layout import Layout
from inminban.population.margins import Margins
from inminban.population.members import Flags, Members, in_range

# Livelihoods that a share of households is drawn for, the first served first; the others live on the state wage.
SHARED = ("farmer", "official", "trader")
OWN_INDUSTRY = {"agriculture": "farmer", "public services": "official"}
NO_WORK = len(INDUSTRIES)


def in_work(margins: Margins, members: Members, draws: Draws) -> Flags:
    """Whether each person is in work: of each sex as many of working age as the area's industries have."""
    numbers = draws.of(IN_WORK, np.arange(len(members.age), dtype=np.int64))
    found = np.zeros(len(members.age), dtype=np.bool_)
    of_age = in_range(members.age, ADULT, OLD)
    for sex, count in enumerate(margins.industries.sum(axis=1).tolist()):
        able = np.flatnonzero(of_age & (members.sex == sex)).astype(np.int64)
        found[lowest_of(able, numbers[able], count)] = True
    return found


def livelihoods(country: Country, layout: Layout, workers: npt.NDArray[np.uint8], draws: Draws) -> Bytes:
    """Return what each household lives from, as a place in `LIVELIHOODS`: by shares of the households of a residence.

    A household without anyone in work lives from something other; who falls into no share lives on the state wage.
    """
    found = np.full(len(workers), LIVELIHOODS.index("state wage"), dtype=np.uint8)
    for residence in RESIDENCES:
        index = layout.households(residence)
        shares = [Fraction(country.parameters[f"livelihood_{n}_{residence}"].central or 0) for n in SHARED]
        counts = whole([*shares, 1 - sum(shares)], len(index))[:-1]
        able = index[workers[index] > 0]
        order = able[np.argsort(draws.of(LIVELIHOOD, able))]
        codes = np.repeat([LIVELIHOODS.index(n) for n in SHARED], counts)[: len(order)]
        found[order[: len(codes)]] = codes
    found[workers == 0] = LIVELIHOODS.index("other")
    return found


def industries(
    margins: Margins, layout: Layout, persons: tuple[Members, Flags], livelihood: Bytes, draws: Draws
) -> Bytes:
    """Return the industry of each person, as a place in `INDUSTRIES`, or `NO_WORK`.

    Farm households work in agriculture first and officials' in public services, then the others of the countryside in
    agriculture; `persons` are the members of an area and who of them is in work.
    """
    members, working = persons
    found = np.full(len(members.age), NO_WORK, dtype=np.uint8)
    numbers: Numbers = draws.of(INDUSTRY, np.arange(len(members.age), dtype=np.int64))
    rural = layout.residence[members.household] == RESIDENCES.index("rural")
    lives_from = livelihood[members.household]
    for sex, counts in enumerate(margins.industries.tolist()):
        free = working & (members.sex == sex)
        for industry in order():
            own = lives_from == LIVELIHOODS.index(OWN_INDUSTRY[industry]) if industry in OWN_INDUSTRY else free
            later = np.where(own, 0, np.where(rural & (industry in OWN_INDUSTRY), 1, 2)) << BITS
            able = np.flatnonzero(free).astype(np.int64)
            chosen = lowest_of(able, (later + numbers)[able], counts[INDUSTRIES.index(industry)])
            found[chosen] = INDUSTRIES.index(industry)
            free[chosen] = False
    return found


def order() -> Iterator[str]:
    """Industries in the order in which they are filled: those with households of their own first."""
    yield from OWN_INDUSTRY
    yield from (i for i in INDUSTRIES if i not in OWN_INDUSTRY)
