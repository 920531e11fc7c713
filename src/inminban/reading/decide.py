"""What each figure is, by the weights learned: a term of an order, a price, or nothing; of what, and for whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import cast

from inminban.model.orders import Per, Role
from inminban.reading.bearings import per_clues
from inminban.reading.choices import Choice, choices
from inminban.reading.choices import prices as priced_choices
from inminban.reading.clues import Clues, Scene, clues
from inminban.reading.figures import Figure
from inminban.reading.prices import Price
from inminban.reading.weights import Judge, Judges, best

NONE, PRICE = "none", "price"
KEEP = 0.36  # a figure is told where the chance that it belongs to something is at least this
MONEY = ("money", "small money")
LONG = 40
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
    last: tuple[Figure, str] | None = None
    for number, figure in enumerate(scene.figures):
        found = clues(scene, number, roles)
        role, chance = role_of(judges["role"], found, figure)
        roles.append(role)
        if role == NONE:
            done.append(replace(figure, role=None, drop="no order stands beside it", chance=chance))
        elif role == PRICE:
            price = price_of(scene, replace(figure, chance=chance), taken, judges["priced"])
            taken.append(price)
            done.append(replace(figure, role=None, drop="price", chance=chance))
        else:
            named = of_good(scene, replace(figure, role=cast(Role, role), chance=chance, drop=""), good, judges["good"])
            per, _ = best(judges["per"].chances(per_clues(scene, named, found, last)))
            named = replace(named, per=None if per == NONE else cast(Per, per))
            good, last = (str(named.unit), str(named.item)), (named, per)
            done.append(named)
    return Decision(tuple(done), tuple(roles), tuple(taken))


def role_of(judge: Judge, found: Clues, figure: Figure) -> tuple[str, float]:
    """Role of a figure, or none, with the chance of what was chosen."""
    chances = judge.chances(found)
    sum_of_money = figure.family in MONEY or (not figure.family and figure.low >= LEAST_SUM)
    barred = [NONE] if sum_of_money else [NONE, PRICE]
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


def price_of(scene: Scene, figure: Figure, taken: Sequence[Price], judge: Judge) -> Price:
    """The price that a sum of money is: its good and the unit of it."""
    if figure.unit is None:
        money = taken[-1].figure.unit if taken else scene.page.lexicon.country.currency
        figure = replace(figure, unit=money, family="money", item="cash")
    before = (taken[-1].unit, taken[-1].item) if taken else None
    choice, chance = likeliest(priced_choices(scene, figure, before), judge)
    return Price(replace(figure, chance=figure.chance * chance), choice.item, choice.unit)


def likeliest(options: Sequence[Choice], judge: Judge) -> tuple[Choice, float]:
    """The choice with the best mark, and its chance to be right."""
    chances = [judge.yes(option.clues) for option in options]
    place = max(range(len(options)), key=lambda n: (chances[n], -n))
    return options[place], chances[place]
