"""What each figure is, by the weights learned: a term of an order, a price, or nothing; of what, and for whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from inminban.model.orders import UNEXPLAINED, Per, Role
from inminban.reading.bearings import per_clues
from inminban.reading.choices import Choice, choices
from inminban.reading.choices import prices as priced_choices
from inminban.reading.clues import Clues, Scene, clues
from inminban.reading.figures import Figure, replace
from inminban.reading.prices import TWICE, Price
from inminban.reading.weights import Judge, Judges, best

NONE, PRICE = "none", "price"
KEEP = 0.35  # a figure is told where the chance that it belongs to something is at least this
MONEY = ("money", "small money")
BARE = ("", "piece")  # numbers without a unit; "rice is 90 and corn 45" looks like 90 pieces of corn
FAINT = 0.08  # a term less likely than this (role, good and bearer together) is left for a person to look at
LONG = 40
BESIDE = 0.9  # chance that the words right beside a figure, or the goods that money stands for, say for whom it is
NEAR_OWED = 3  # sentences between goods that are due and the money that may stand for them
SAID = ("behind", "before", "list")
OF_ALL = ("supply", "headcount", "other")
LEAST_CHANCE = 0.02
LEAST_SUM = 20  # a bare number of at least this may be a sum of money


@dataclass(frozen=True)
class Decision:
    """The figures of a text as decided, their roles by name, and the prices among them."""

    figures: tuple[Figure, ...]
    roles: tuple[str, ...]
    prices: tuple[Price, ...]


def decide(scene: Scene, judges: Judges) -> Decision:
    """Decide every figure of a text, in its order; each may lean on those before it."""
    roles: list[str] = []
    done: list[Figure] = []
    taken: list[Price] = []
    good: tuple[str, str] | None = None
    owed: tuple[Figure, str] | None = None
    last: tuple[Figure, str] | None = None
    for number, figure in enumerate(scene.figures):
        found = clues(scene, number, roles)
        role, chance = role_of(judges["role"], found, figure)
        price = price_of(scene, replace(figure, chance=chance), taken, judges["priced"]) if role == PRICE else None
        if role == PRICE and price is None:
            role = NONE  # nothing in the text that it could be the price of
        roles.append(role)
        if role == NONE:
            guess = scene.guesses.get(figure.number.start)
            done.append(replace(figure, role=None, drop=(guess and guess.drop) or UNEXPLAINED, chance=chance))
        elif price:
            taken += [price] * (2 if TWICE.match(scene.page.text, figure.end) else 1)
            done.append(replace(figure, role=None, drop="price", chance=chance))
        else:
            named = of_good(scene, replace(figure, role=cast(Role, role), chance=chance, drop=""), good, judges["good"])
            per, chance = per_of(named, judges["per"].chances(per_clues(scene, named, found, last)), owed)
            named = replace(named, per=None if per == NONE else cast(Per, per), chance=named.chance * chance)
            if named.chance < FAINT:
                roles[-1] = NONE
                done.append(replace(figure, role=None, drop=UNEXPLAINED, chance=named.chance))
                continue
            good, last = (str(named.unit), str(named.item)), (named, per)
            owed = last if role == "due" else owed
            done.append(named)
    return Decision(tuple(done), tuple(roles), tuple(taken))


def per_of(figure: Figure, chances: Mapping[str, float], owed: tuple[Figure, str] | None) -> tuple[str, float]:
    """For whom a figure is: as the words right beside it say ("per household"), else as the weights do; and its chance.

    Money in place of goods is for whoever owes the goods (`owed`: the last good that is due, and from whom).
    """
    if (
        figure.per
        and figure.per_how in SAID
        and figure.role not in OF_ALL
        and chances.get(figure.per, 1.0) >= LEAST_CHANCE
    ):
        return figure.per, max(BESIDE, chances.get(figure.per, 0.0))
    if owed and figure.role == "cash_in_lieu" and figure.sentence.number - owed[0].sentence.number <= NEAR_OWED:
        return owed[1], max(BESIDE, chances.get(owed[1], 0.0))
    return best(chances)


def role_of(judge: Judge, found: Clues, figure: Figure) -> tuple[str, float]:
    """Role of a figure, or none, with the chance of what was chosen."""
    chances = judge.chances(found)
    sum_of_money = figure.family in MONEY or (figure.family in BARE and figure.low >= LEAST_SUM)
    barred = [NONE] if sum_of_money and not (figure.low == 1 and figure.family in MONEY) else [NONE, PRICE]
    role, chance = best(chances, barred)
    return (role, chance) if 1 - chances[NONE] >= KEEP else (NONE, chances[NONE])


def of_good(scene: Scene, figure: Figure, before: tuple[str, str] | None, judge: Judge) -> Figure:
    """The figure with the unit and good it is of."""
    if figure.family in MONEY:
        return replace(figure, item="cash", named=True)
    choice, chance = likeliest(choices(scene, figure, before), judge)
    end = choice.end if figure.end < choice.end <= figure.end + LONG else figure.end
    return replace(
        figure, unit=choice.unit, item=choice.item, end=end, named=choice.end > 0, chance=figure.chance * chance
    )


def price_of(scene: Scene, figure: Figure, taken: Sequence[Price], judge: Judge) -> Price | None:
    """The price that a sum of money is: its good and the unit of it; None where the text names no good."""
    if figure.family not in MONEY:
        money = taken[-1].figure.unit if taken else scene.page.lexicon.country.currency
        figure = replace(figure, unit=money, family="money", item="cash")
    before = (taken[-1].unit, taken[-1].item) if taken else None
    options = priced_choices(scene, figure, before)
    if not options:
        return None
    choice, chance = likeliest(options, judge)
    return Price(replace(figure, chance=figure.chance * chance), choice.item, choice.unit)


def likeliest(options: Sequence[Choice], judge: Judge) -> tuple[Choice, float]:
    """The choice with the best mark, and its chance to be right."""
    chances = judge.among([option.clues for option in options])
    place = max(range(len(options)), key=lambda n: (chances[n], -n))
    return options[place], chances[place]
