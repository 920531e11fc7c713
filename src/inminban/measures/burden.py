"""One figure of an order in units that make it comparable: goods, money, kilograms of the staple, days of income."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from inminban.measures.prices import PriceUsed
from inminban.measures.range import Figure, Range
from inminban.measures.setting import DAYS_A_MONTH, Income, Setting
from inminban.model.country import Country
from inminban.model.items import BASE, Container, Item
from inminban.model.orders import Term
from inminban.model.source import Source

GRAMS = Fraction(1000)


@dataclass(frozen=True)
class TermWeighing:
    """A term under one reading.

    All figures are for one `per`: a household where the report or the census tells how many payers a household has,
    else the payer that the report names. `quantity` is in base units, `mass` in kg, `energy` in kcal, `worth` in the
    country's money, `staple` in kg of the staple. `income` is days of a median household's income: from scale
    1 to the lowest scale. `total` is the quantity for the whole place. `why` says what could not be worked out.
    """

    term: Term
    per: str
    quantity: Figure | None = None
    mass: Figure | None = None
    energy: Figure | None = None
    worth: Figure | None = None
    staple: Figure | None = None
    income: Figure | None = None
    total: Figure | None = None
    price: PriceUsed | None = None
    why: tuple[str, ...] = ()


def weigh_term(setting: Setting, term: Term, income: Income | None) -> TermWeighing:
    """Weigh one term as it is read."""
    if term.amount is None:
        return TermWeighing(term, term.per or "total", why=("no figure is reported",))
    if term.role in ("headcount", "other"):
        return TermWeighing(term, term.per or "total", why=("counted or noted, not a burden",))
    country = setting.country
    item = item_of(country, term)
    reported = quantity_of(country, term, item)
    payers = payers_of(setting, term)
    per = term.per or "total"
    quantity, why = reported, []
    if payers is not None:
        per = "household"
        quantity = Figure(
            reported.value * payers.value,
            reported.unit,
            (*reported.sources, *payers.sources),
            joined(reported.varies, payers.varies),
        )
    elif per != "household":
        why.append(
            f"told for one {per}: how many a household has is not reported"
            if per in EACH
            else "how many households share it is not known"
        )
    mass = mass_of(country, item, quantity)
    worth, price, reason = worth_of(setting, item, quantity)
    staple = in_staple(setting, item, mass, worth, term)
    if reason:
        why.append(reason)
    return TermWeighing(
        term=term,
        per=per,
        quantity=quantity,
        mass=mass,
        energy=energy_of(item, mass),
        worth=worth,
        staple=staple,
        income=days_of_income(worth, income),
        total=total_of(setting, quantity, per, term, reported),
        price=price,
        why=tuple(why),
    )


GIVEN = ("entitlement", "received", "supply")
EACH = ("person", "adult", "worker", "student", "merchant", "farmer")


def joined(*parts: str) -> str:
    """What varies, each cause once."""
    return "; ".join(dict.fromkeys(p for part in parts for p in part.split("; ") if p))


def item_of(country: Country, term: Term) -> Item | None:
    """Item of the country's table that the term means; money goes by its unit."""
    if term.unit in country.items and country.items[term.unit].family == "money":
        return country.items[term.unit]
    return country.item_names.get((term.item or "").casefold())


def cited(term: Term) -> Source:
    """Origin of the term's amount: its quote."""
    amount = f"{term.amount:,}" if term.amount is not None else ""
    amount += f"–{term.amount_max:,}" if term.amount_max is not None else ""
    what = " ".join(part for part in (amount, term.unit, term.item) if part)
    return Source("reported", what, f"“{term.quote or ''}”", term.id or "")


def quantity_of(country: Country, term: Term, item: Item | None) -> Figure:
    """Reported amount in base units, through the container where it is told in one."""
    low = Fraction(str(term.amount))
    high = Fraction(str(term.amount_max)) if term.amount_max is not None else low
    amount = Range(low, (low + high) / 2, high)
    varies = "the amounts reported" if term.amount_max is not None else ""
    unit = term.unit or "piece"
    box = container_of(country, item, unit)
    if unit in BASE and box is None:
        base, scale = BASE[unit]
        return Figure(amount * scale, base, (cited(term),), varies)
    if box is None or box.unit not in BASE:
        return Figure(amount, unit, (cited(term),), varies)
    base, scale = BASE[box.unit]
    size = Range(Fraction(box.low), Fraction(box.quantity), Fraction(box.high)) * scale
    return Figure(
        amount * size,
        base,
        (cited(term), held(box, country)),
        joined(varies, "" if size.known else f"the size of a {unit}"),
    )


def container_of(country: Country, item: Item | None, name: str) -> Container | None:
    """Return the container of that name for the item, else one that serves every item; labour has working days."""
    names = (name, f"working {name}")
    fits = [c for c in country.containers if c.name in names or c.name.startswith(f"{name} (")]
    own = [c for c in fits if item and c.item == item.code]
    return next(iter(own or [c for c in fits if not c.item]), None)


def held(box: Container, country: Country) -> Source:
    """Origin of a container's size; a range makes it an assumption."""
    spread = f", range {box.low} to {box.high}" if box.low != box.high else ""
    owner = f" of {country.items[box.item].code}" if box.item in country.items else ""
    note = "; ".join(["", *(part for part in (box.note, box.status if box.status != "verified" else "") if part)])
    kind: Literal["assumed", "data"] = "assumed" if box.low != box.high else "data"
    return Source(
        kind, f"a {box.name}{owner}: {box.quantity} {box.unit}", f"{box.source}{spread}{note}", f"containers:{box.id}"
    )


def payers_of(setting: Setting, term: Term) -> Figure | None:
    """How many of the term's `per` a household has; None where neither report nor census tells.

    What each person is given reaches every member of a household; a levy on persons may ask only some of them.
    """
    if term.per == "person" and term.role in GIVEN and setting.counted:
        return setting.members
    if term.per == "inminban":
        size = setting.country.parameters.get("unit_size")
        if size:
            return Figure(Range.of(1) / Range.parameter(size), "", (size.origin,), "the size of a people's unit")
    if (
        term.per in ("place", "total")
        and term.role in ("supply", "due", "entitlement", "received")
        and setting.households
    ):
        return Figure(
            Range.of(1) / setting.households,
            "",
            setting.counted,
            "" if setting.households.known else "the count of households",
        )
    return None


def total_of(setting: Setting, quantity: Figure, per: str, term: Term, reported: Figure) -> Figure | None:
    """Quantity for the whole place, exact where the counts are."""
    if term.per in ("place", "total"):
        return reported
    if setting.households is None or per != "household":
        return None
    if term.per == "person" and setting.persons:
        value = reported.value * setting.persons
    else:
        value = quantity.value * setting.households
    doubt = "" if setting.households.known else "the count of households"
    return Figure(value, quantity.unit, (*quantity.sources, *setting.counted), joined(quantity.varies, doubt))


def mass_of(country: Country, item: Item | None, quantity: Figure) -> Figure | None:
    """Mass in kg; litres of an item that is weighed go through its density."""
    if quantity.unit == "g":
        return Figure(quantity.value / GRAMS, "kg", quantity.sources, quantity.varies)
    if quantity.unit == "ml" and item:
        box = next((c for c in country.containers if c.item == item.code and c.unit == "kg per l"), None)
        if box:
            return Figure(
                quantity.value * Fraction(box.quantity) / GRAMS,
                "kg",
                (*quantity.sources, held(box, country)),
                quantity.varies,
            )
    return None


def energy_of(item: Item | None, mass: Figure | None) -> Figure | None:
    """Food energy in kcal; None for what is no food."""
    if item is None or mass is None or item.kcal_per_kg is None:
        return None
    source = Source(
        "data", f"{item.code}: {item.kcal_per_kg:,} kcal a kg", f"{item.status}; {item.source}", f"items:{item.code}"
    )
    return Figure(mass.value * item.kcal_per_kg, "kcal", (*mass.sources, source), mass.varies)


def worth_of(setting: Setting, item: Item | None, quantity: Figure) -> tuple[Figure | None, PriceUsed | None, str]:
    """Market value in the country's money, the price used, and why there is none.

    An item that markets do not quote is priced by its assumed ratio to the median price of the staple.
    """
    country = setting.country
    if item is None:
        return None, None, "not an item of the country's table: not priced"
    if item.code == country.currency:
        return Figure(quantity.value, country.currency, quantity.sources, quantity.varies), None, ""
    price = setting.price(item.code)
    if price.value is not None and BASE.get(price.unit, (price.unit, 1))[0] == quantity.unit:
        varies = joined(quantity.varies, "" if price.value.known else "the prices observed")
        return (
            Figure(quantity.value * price.value, country.currency, (*quantity.sources, *price.sources), varies),
            price,
            "",
        )
    ratio = country.parameters.get(f"price_ratio {item.code}")
    mass = mass_of(country, item, quantity)
    if ratio and mass and setting.staple.value:
        kilo = setting.staple.value.central * GRAMS
        value = mass.value * Range.parameter(ratio) * kilo
        sources = (*mass.sources, ratio.origin, *setting.staple.sources)
        return (
            Figure(value, country.currency, sources, joined(mass.varies, f"the assumed price of {item.code}")),
            setting.staple,
            "",
        )
    if item.family == "time":
        return None, None, "labour is not priced"
    return None, None, f"{item.code}: not priced, {price.why or 'its price is told in another unit'}"


def in_staple(
    setting: Setting, item: Item | None, mass: Figure | None, worth: Figure | None, term: Term
) -> Figure | None:
    """Kilograms of the staple that the money would have bought, or that the goods would have fetched.

    Money varies over the prices observed; goods are told at the median price of the staple.
    """
    country = setting.country
    if item is not None and item.code == country.staple and mass:
        return Figure(mass.value, "kg", mass.sources, mass.varies)
    if worth is None or setting.staple.value is None:
        return None
    kilo = setting.staple.value * GRAMS
    sources = (*worth.sources, *setting.staple.sources)
    if item is not None and item.family == "money":
        return Figure(worth.value / kilo, "kg", sources, joined(worth.varies, "the prices observed"))
    return Figure(worth.value / kilo.central, "kg", sources, worth.varies)


def days_of_income(worth: Figure | None, income: Income | None) -> Figure | None:
    """Days of a median household's income, over the surveys' medians and the income scale."""
    if worth is None or income is None:
        return None
    daily = income.median.value / DAYS_A_MONTH
    low, high = min(income.scales), max(income.scales)
    scaled = Range(daily.low * low, daily.central * high, daily.high * high)
    sources = (*worth.sources, *income.median.sources, income.scale_source)
    return Figure(
        worth.value / scaled, "days", sources, joined(worth.varies, "the median of the surveys; the income scale")
    )
