"""Weigh an order before anything is simulated: for a household, for the place, against income, under each reading."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from inminban.measures.burden import TermWeighing, held, joined, weigh_term
from inminban.measures.prices import PriceUsed
from inminban.measures.range import Figure, Range, total
from inminban.measures.setting import Income, Setting, income_at, setting_of
from inminban.model.country import Country, load_country
from inminban.model.orders import Order, Reading, Report, Term, readings_of

TONNE = Fraction(1000)
BURDENS = ("due", "cash_in_lieu", "entitlement", "received", "stall_tax", "fine", "bribe")


@dataclass(frozen=True)
class ReadingWeighing:
    """An order under one joint reading.

    `labels` names the answers taken (empty where nothing is open). Figures that can be worked out, by name: goods (kg a
    household), goods_total (t), wagons, trains, energy (kcal a household), food_days, basket (money a household),
    basket_staple (kg), money (a household, in cash or in lieu), money_total, money_staple (kg), premium (cash
    in lieu ÷ basket), units (people's units that the place has), and income_median@1, income_bottom@0.4, income_wage
    (shares of a month's income).
    """

    labels: tuple[Reading, ...]
    terms: tuple[TermWeighing, ...]
    figures: dict[str, Figure]


@dataclass(frozen=True)
class OrderWeighing:
    """One order, weighed under each of its readings."""

    report: Report
    order: Order
    setting: Setting
    income: Income | None
    readings: tuple[ReadingWeighing, ...]

    @property
    def sized(self) -> bool:
        """Whether the order holds a single figure that can be weighed."""
        return any(t.quantity for r in self.readings for t in r.terms)

    @property
    def comparable(self) -> bool:
        """Whether its terms can be added up for a household."""
        return comparable(self.setting, self.order)

    @property
    def prices(self) -> tuple[PriceUsed, ...]:
        """Every price that was used or looked for and not found, the staple's first."""
        found = {self.setting.staple.item: self.setting.staple}
        for reading in self.readings:
            for term in reading.terms:
                if term.price is not None:
                    found.setdefault(term.price.item, term.price)
        return tuple(found.values())

    def range_of(self, name: str) -> Figure | None:
        """A figure over all readings: lowest to highest, the central one of the first reading that has it."""
        found = [r.figures[name] for r in self.readings if name in r.figures]
        if not found:
            return None
        value = Range(min(f.value.low for f in found), found[0].value.central, max(f.value.high for f in found))
        varies = joined(*(f.varies for f in found), "the readings" if len({f.value.central for f in found}) > 1 else "")
        return Figure(value, found[0].unit, tuple(dict.fromkeys(s for f in found for s in f.sources)), varies)

    def centrals(self, name: str) -> tuple[Fraction, Fraction] | None:
        """Lowest and highest central value over the readings."""
        found = [r.figures[name].value.central for r in self.readings if name in r.figures]
        return (min(found), max(found)) if found else None


def weigh(report: Report, *, place: str | None = None, country: Country | None = None) -> tuple[OrderWeighing, ...]:
    """Weigh every order of a report.

    Args:
        report: a record, read or coded by hand.
        place: name or id of the place to weigh for, instead of the order's own.
        country: the country folder; the shipped one where None.

    Returns:
        One weighing an order, in the order of the record.

    """
    country = country or load_country()
    return tuple(weigh_order(country, report, order, place) for order in report.orders)


def weigh_order(country: Country, report: Report, order: Order, place: str | None = None) -> OrderWeighing:
    """Weigh one order under each joint reading of it."""
    setting = setting_of(country, order, report, place)
    income = income_at(setting)
    readings = []
    for labels, terms in readings_of(with_both_bases(country, order)):
        weighed = in_lieu_of_each(country, [weigh_term(setting, term, income) for term in terms])
        readings.append(ReadingWeighing(labels, weighed, figures_of(setting, order, weighed, income)))
    return OrderWeighing(report, order, setting, income, tuple(readings))


def with_both_bases(country: Country, order: Order) -> Order:
    """Where goods are due and nobody says what the cash replaces, both answers are readings, coded or not."""
    items = {t.item for t in order.terms if t.role == "due" and t.amount is not None and not is_money(country, t)}
    both = (
        Reading(about="basis", id="whole", basis="whole"),
        Reading(about="basis", id="each item", basis="each item"),
    )

    def open_basis(term: Term) -> bool:
        silent = term.basis in (None, "unknown") and all(r.basis is None for r in term.readings)
        return term.role == "cash_in_lieu" and silent and len(items) > 1

    terms = tuple(t.model_copy(update={"readings": (*t.readings, *both)}) if open_basis(t) else t for t in order.terms)
    return order.model_copy(update={"terms": terms})


def in_lieu_of_each(country: Country, terms: Sequence[TermWeighing]) -> tuple[TermWeighing, ...]:
    """Cash in lieu of each item is owed as often as there are goods due."""
    items = sum(t.term.role == "due" and bool(t.quantity) and not is_money(country, t.term) for t in terms)
    names = ("quantity", "worth", "staple", "income", "total")

    def times(weighed: TermWeighing) -> TermWeighing:
        found = {name: getattr(weighed, name) for name in names}
        return replace(weighed, **{n: replace(f, value=f.value * items) for n, f in found.items() if f is not None})

    each = [t.term.role == "cash_in_lieu" and t.term.basis == "each item" and items > 1 for t in terms]
    return tuple(times(t) if owed else t for t, owed in zip(terms, each, strict=True))


def figures_of(
    setting: Setting, order: Order, terms: Sequence[TermWeighing], income: Income | None
) -> dict[str, Figure]:
    """All that the terms come to together, under one reading; nothing where they can't be added."""
    if not comparable(setting, order):
        return {}
    listed = of_one_period([t for t in terms if belongs(order, t.term, terms)])
    goods = [t for t in listed if shared_out(t) and not is_money(setting.country, t.term)]
    figures: dict[str, Figure] = {}
    masses = [t.mass for t in goods if t.mass]
    if masses:
        figures["goods"] = summed(masses, "kg")
        figures |= carried(setting, [t.total for t in goods if t.total and t.total.unit == "g"])
    food = [t.energy for t in goods if t.energy]
    if food:
        figures["energy"] = summed(food, "kcal")
        figures["food_days"] = food_days(setting, figures["energy"])
    valued = [t for t in goods if t.worth]
    if goods and len(valued) == len(goods):
        figures["basket"] = summed([t.worth for t in valued if t.worth], setting.country.currency)
        if all(t.staple for t in valued):
            figures["basket_staple"] = summed([t.staple for t in valued if t.staple], "kg")
    figures |= money_of(setting, listed, goods)
    figures |= of_the_place(setting, figures)
    figures |= shares(figures, income)
    return figures


def comparable(setting: Setting, order: Order) -> bool:
    """Whether a sum for a household means something.

    It does not where the place is in no table, nor where one good is told twice for the same payer: those are amounts
    for different groups, or one demand told for two periods.
    """
    if order.places and not setting.places:
        return False
    terms = [t for t in order.terms if t.amount is not None and t.role in BURDENS and not t.alternative]
    keys = [(t.role, t.item, t.per) for t in terms]
    return len(keys) == len(set(keys))


def of_one_period(terms: Sequence[TermWeighing]) -> list[TermWeighing]:
    """Terms that return as often as the first does: a sum a month is not added to one a year, nor told twice."""
    period = next((t.term.every or "once" for t in terms if t.quantity), "once")
    return [t for t in terms if (t.term.every or "once") == period]


def shared_out(weighed: TermWeighing) -> bool:
    """Whether the report itself tells the amount for a household or its members, not for the whole place."""
    return weighed.per == "household" and weighed.term.per not in ("place", "total")


def belongs(order: Order, term: Term, terms: Sequence[TermWeighing]) -> bool:
    """Whether the term is part of what the order asks or gives once: not a supply, an alternative, or evidence.

    What was received counts for relief only where no entitlement is reported.
    """
    if term.alternative:
        return False
    if order.kind == "relief":
        entitled = any(t.term.role == "entitlement" and t.quantity for t in terms)
        return term.role == ("entitlement" if entitled else "received")
    return term.role in ("due", "cash_in_lieu", "stall_tax")


def is_money(country: Country, term: Term) -> bool:
    """Whether the term is told in money."""
    return term.unit in country.items and country.items[term.unit].family == "money"


def summed(figures: Sequence[Figure], unit: str) -> Figure:
    """Sum of figures of one unit, with all their sources."""
    sources = tuple(dict.fromkeys(s for f in figures for s in f.sources))
    return Figure(total([f.value for f in figures]), unit, sources, joined(*(f.varies for f in figures)))


def carried(setting: Setting, totals: Sequence[Figure]) -> dict[str, Figure]:
    """Tonnes for the place, and the wagons and trains that carry them."""
    if not totals:
        return {}
    tonnes = summed(totals, "t")
    tonnes = Figure(tonnes.value / (TONNE * 1000), "t", tonnes.sources, tonnes.varies)
    found = {"goods_total": tonnes}
    wagon = next((c for c in setting.country.containers if c.name == "wagon, load"), None)
    train = setting.country.parameters.get("train_wagons")
    if wagon and train:
        load = Range(Fraction(wagon.low), Fraction(wagon.quantity), Fraction(wagon.high))
        varies = joined(tonnes.varies, "the load of a wagon")
        found["wagons"] = Figure(tonnes.value / load, "wagons", (*tonnes.sources, held(wagon, setting.country)), varies)
        wagons = found["wagons"]
        found["trains"] = Figure(
            wagons.value / Range.parameter(train),
            "trains",
            (*wagons.sources, train.origin),
            joined(varies, "the length of a train"),
        )
    return found


def food_days(setting: Setting, energy: Figure) -> Figure:
    """Days for which the food would cover the energy need of a mean household."""
    need = setting.country.parameters["energy_need"]
    daily = Range.parameter(need) * setting.members.value.central
    value = energy.value / daily
    sources = (*energy.sources, need.origin, *setting.members.sources)
    return Figure(value, "days", tuple(dict.fromkeys(sources)), joined(energy.varies, "the energy need"))


def money_of(setting: Setting, listed: Sequence[TermWeighing], goods: Sequence[TermWeighing]) -> dict[str, Figure]:
    """Cash asked of or given to a household, or accepted in lieu where none is asked; and the premium of that."""
    country = setting.country
    cash = [t for t in listed if shared_out(t) and t.worth and is_money(country, t.term)]
    lieu = [t.worth for t in cash if t.term.role == "cash_in_lieu" and t.worth]
    asked = [t.worth for t in cash if t.term.role != "cash_in_lieu" and t.worth]
    if not cash:
        return {}
    found = {"money": summed(asked or lieu, country.currency)}
    if setting.staple.value is not None:
        kilo = setting.staple.value * 1000
        sources = tuple(dict.fromkeys((*found["money"].sources, *setting.staple.sources)))
        varies = joined(found["money"].varies, "the prices observed")
        found["money_staple"] = Figure(found["money"].value / kilo, "kg", sources, varies)
    due = [t for t in listed if t.term.role == "due" and t.quantity and not is_money(country, t.term)]
    valued = [t.worth for t in goods if t.term.role == "due" and t.worth]
    if lieu and due and len(valued) == len(due):
        paid, basket = summed(lieu, country.currency), summed(valued, country.currency)
        sources = tuple(dict.fromkeys((*paid.sources, *basket.sources)))
        found["premium"] = Figure(paid.value / basket.value, "times", sources, joined(paid.varies, basket.varies))
    return found


def of_the_place(setting: Setting, figures: dict[str, Figure]) -> dict[str, Figure]:
    """The money of all households together, and the people's units that would collect or hand out."""
    if setting.households is None or not figures:
        return {}
    doubt = "" if setting.households.known else "the count of households"
    found: dict[str, Figure] = {}
    if "money" in figures:
        money = figures["money"]
        sources = tuple(dict.fromkeys((*money.sources, *setting.counted)))
        found["money_total"] = Figure(
            money.value * setting.households, money.unit, sources, joined(money.varies, doubt)
        )
    size = setting.country.parameters.get("unit_size")
    if size:
        units = setting.households / Range.parameter(size)
        found["units"] = Figure(
            units, "people's units", (*setting.counted, size.origin), joined(doubt, "the size of a people's unit")
        )
    return found


def shares(figures: dict[str, Figure], income: Income | None) -> dict[str, Figure]:
    """What the order takes or gives as a share of a month's income: cash and goods, or the cash that replaces them."""
    both = [figures[name] for name in ("money", "basket") if name in figures]
    if not both or income is None:
        return {}
    worth = both[0] if "premium" in figures or len(both) == 1 else summed(both, both[0].unit)
    found: dict[str, Figure] = {}
    for name, earned in (("median", income.median), ("bottom", income.bottom)):
        for scale in income.scales:
            sources = tuple(dict.fromkeys((*worth.sources, *earned.sources, income.scale_source)))
            value = worth.value / (earned.value * scale)
            found[f"income_{name}@{float(scale):g}"] = Figure(
                value, "of a month", sources, joined(worth.varies, earned.varies)
            )
    if income.wage:
        sources = tuple(dict.fromkeys((*worth.sources, *income.wage.sources)))
        found["income_wage"] = Figure(
            worth.value / income.wage.value, "state wages", sources, joined(worth.varies, income.wage.varies)
        )
    return found
