"""The four numbers of a page: what can be weighed, else what was reported, else what can be counted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from inminban.measures.burden import cited
from inminban.measures.range import Figure, between
from inminban.measures.weigh import BURDENS, OrderWeighing
from inminban.model.orders import Term
from inminban.pages.page import Big, Notes
from inminban.pages.readings import food_period
from inminban.pages.words import (
    UNCOUNTED,
    Voice,
    amount,
    each,
    how_often,
    item_name,
    kind_name,
    listed,
    percent,
    shown,
    span_of,
)

Finder = Callable[[Voice, OrderWeighing, Notes], Iterator[Big]]


def over_readings(weighing: OrderWeighing, name: str) -> str:
    """Write a figure: from reading to reading where they differ, else its own range."""
    ends = weighing.centrals(name)
    found = weighing.range_of(name)
    if ends is None or found is None:
        return ""
    return between(*ends) if ends[0] != ends[1] else span_of(found.value)


def varies(voice: Voice, figure: Figure) -> str:
    """Say what a range runs over."""
    if not figure.varies:
        return ""
    return voice.say("range over {causes}", causes=listed(voice, [voice._(v) for v in figure.varies.split("; ")]))


def whole_range(voice: Voice, weighing: OrderWeighing, name: str, found: Figure) -> str:
    """Say what a range runs over, and how far, where the readings alone do not show it."""
    causes = varies(voice, found)
    told = span_of(found.value)
    return causes if told == over_readings(weighing, name) or not causes else f"{told}: {causes}"


def food(voice: Voice, weighing: OrderWeighing, notes: Notes) -> Iterator[Big]:
    """Days of food for a mean household."""
    found = weighing.range_of("food_days")
    often = how_often(voice, food_period(weighing))
    if found:
        yield Big(
            over_readings(weighing, "food_days"),
            voice._("days of food for a mean household, if all of it came") + (f", {often}" if often else ""),
            whole_range(voice, weighing, "food_days", found),
            notes.marks(found),
        )


def wagons(voice: Voice, weighing: OrderWeighing, notes: Notes) -> Iterator[Big]:
    """Wagons for the place."""
    found = weighing.range_of("wagons")
    train = weighing.setting.country.parameters.get("train_wagons")
    if found and train and weighing.order.kind == "relief" and found.value.high >= 1:
        yield Big(
            over_readings(weighing, "wagons"),
            voice._("freight wagons for the whole list"),
            voice.say("trains that were seen had {low}–{high}", low=train.low, high=train.high),
            notes.marks(found),
        )


def staple_of_money(voice: Voice, weighing: OrderWeighing, notes: Notes) -> Iterator[Big]:
    """Kilograms of the staple that the money of a household buys."""
    found = weighing.range_of("money_staple")
    money = weighing.range_of("money")
    if found and money:
        what = voice._("of {staple} is what the cash would have bought, a household")
        count = len(weighing.setting.staple.rows)
        yield Big(
            f"{over_readings(weighing, 'money_staple')} kg",
            what.format(staple=voice.staple),
            voice.ngettext(
                "{amount} {money}; {count} price observation", "{amount} {money}; {count} price observations", count
            ).format(amount=over_readings(weighing, "money"), money=voice.money, count=count),
            notes.marks(found),
        )


def income(voice: Voice, weighing: OrderWeighing, notes: Notes) -> Iterator[Big]:
    """Share of a median household's monthly income, at both ends of the income scale."""
    if weighing.income is None:
        return
    scales = sorted(weighing.income.scales, reverse=True)
    found = [weighing.range_of(f"income_median@{float(s):g}") for s in scales]
    if found[0]:
        other = found[-1]
        how = voice._("of the {surveys}’ median; {other} if incomes were {scale} of that")
        surveys, scale = voice.country.settings.get("income_surveys", voice._("surveys")), f"{float(scales[-1]):g}"
        yield Big(
            percent(found[0].value),
            voice._("of a median household’s monthly income"),
            how.format(surveys=surveys, other=percent(other.value), scale=scale) if other else "",
            notes.marks(found[0]),
        )


def premium(voice: Voice, weighing: OrderWeighing, notes: Notes) -> Iterator[Big]:
    """Cash in lieu over the value of the goods."""
    found = weighing.range_of("premium")
    basket = weighing.range_of("basket")
    if found and basket:
        yield Big(
            voice.say("{times} ×", times=span_of(found.value)),
            voice._("what the goods would have cost on the market is asked in cash instead"),
            voice.say(
                "goods for {basket} {money}; {varies}",
                basket=span_of(basket.value),
                money=voice.money,
                varies=varies(voice, found),
            ),
            notes.marks(found),
        )


def goods(voice: Voice, weighing: OrderWeighing, notes: Notes) -> Iterator[Big]:
    """Goods a household, and what the place's come to."""
    found = weighing.range_of("goods")
    if found:
        place = weighing.range_of("goods_total")
        how = voice.say("{total} t for the place", total=over_readings(weighing, "goods_total")) if place else ""
        what = (
            voice._("of goods asked of a household")
            if weighing.order.kind == "levy"
            else voice._("of goods for a household")
        )
        yield Big(f"{over_readings(weighing, 'goods')} kg", what, how, notes.marks(place or found))


def basket(voice: Voice, weighing: OrderWeighing, notes: Notes) -> Iterator[Big]:
    """The goods told in the staple."""
    found = weighing.range_of("basket_staple")
    if found and found.value.high:
        what = voice._("of {staple} is what the goods of a household were worth")
        yield Big(
            f"{over_readings(weighing, 'basket_staple')} kg",
            what.format(staple=voice.staple),
            varies(voice, found),
            notes.marks(found),
        )


def supplies(voice: Voice, weighing: OrderWeighing, notes: Notes) -> Iterator[Big]:
    """What a total comes to for each household."""
    for weighed in weighing.readings[0].terms:
        if weighed.term.per in ("place", "total") and weighed.per == "household" and weighed.mass:
            what = voice._("of {item} for each household, if shared among all")
            yield Big(
                f"{span_of(weighed.mass.value)} kg",
                what.format(item=shown(weighed.term.item)),
                voice.say("{amount} in all", amount=amount(voice, weighed.term)),
                notes.marks(weighed.mass),
            )


def payers(voice: Voice, weighing: OrderWeighing, notes: Notes) -> Iterator[Big]:
    """What one payer's share would buy in the staple."""
    for weighed in weighing.readings[0].terms:
        if weighed.per == "household" or not weighed.staple or not weighed.worth or not weighed.term.amount:
            continue
        if weighed.term.item == weighing.setting.country.staple or weighed.term.role not in BURDENS:
            continue
        what = voice._("of {staple}: what {amount} would buy, {whom}")
        whom = each(voice, weighed.term.per)
        yield Big(
            f"{span_of(weighed.staple.value)} kg",
            what.format(staple=voice.staple, amount=amount(voice, weighed.term), whom=whom),
            varies(voice, weighed.staple),
            notes.marks(weighed.staple),
        )


def amounts(voice: Voice, weighing: OrderWeighing, notes: Notes) -> Iterator[Big]:
    """Amounts as they were reported, burdens first."""
    roles = {
        "due": voice._("asked"),
        "cash_in_lieu": voice._("in place of the goods"),
        "entitlement": voice._("promised"),
        "received": voice._("received"),
        "supply": voice._("for the place as a whole"),
        "fine": voice._("as a fine"),
        "bribe": voice._("to settle it"),
        "confiscated": voice._("seized"),
        "stall_tax": voice._("of stall tax"),
        "headcount": voice._("counted in the report"),
        "other": voice._("told besides"),
    }
    terms = [t for t in weighing.order.terms if t.amount is not None]
    for term in sorted(terms, key=lambda t: (t.role in ("other", "headcount"), t.role == "supply")):
        head, _, rest = amount(voice, term).partition(" ")
        if not head[:1].isdigit():
            continue
        unit = rest.split(" ")[0]
        if unit in UNCOUNTED or unit == "%" or is_money(voice, term):
            head, rest = f"{head} {unit}", rest.partition(" ")[2]
        tail = [each(voice, term.per)] if term.per not in (None, "place", "total") else []
        tail += [how_often(voice, term.every)] if how_often(voice, term.every) else []
        yield Big(head, f"{rest} {roles[term.role]}".strip(), ", ".join(tail), (notes.mark(cited(term)),))


FINDERS: dict[str, tuple[Finder, ...]] = {
    "levy": (staple_of_money, income, premium, basket, goods, payers, supplies, amounts),
    "relief": (food, wagons, payers, supplies, staple_of_money, goods, basket, income, amounts),
    "crackdown": (amounts, payers, supplies),
    "restriction": (amounts, payers, supplies),
}


def is_money(voice: Voice, term: Term) -> bool:
    """Whether an amount is told in money."""
    known = voice.country.items.get(term.unit or "")
    return known is not None and known.family == "money"


def finders(weighing: OrderWeighing) -> tuple[Finder, ...]:
    """What may be told of an order: where its place is in no table, or demands are told twice, only the amounts."""
    return FINDERS[weighing.order.kind] if weighing.comparable else (amounts,)


def bigs(voice: Voice, weighings: Iterable[OrderWeighing], notes: Notes, most: int = 4) -> tuple[Big, ...]:
    """Choose the four numbers: the first orders' first, then facts that can be counted."""
    found: list[Big] = []
    weighings = list(weighings)
    for weighing in weighings:
        per_finder = 2 if len(weighings) == 1 else 1
        for find in finders(weighing):
            told = list(find(voice, weighing, notes))
            for big in told if find is amounts else told[:per_finder]:
                new = all(big.what != b.what or (find is amounts and big.number != b.number) for b in found)
                if len(found) < most and new:
                    found.append(big)
    for big in counted(voice, weighings):
        if len(found) < most:
            found.append(big)
    return tuple(found)


def counted(voice: Voice, weighings: list[OrderWeighing]) -> Iterator[Big]:
    """Facts that hold even where no amount is reported."""
    terms = [t for w in weighings for t in w.order.terms]
    figures = sum(t.amount is not None for t in terms)
    bare = [t for t in terms if t.amount is None and t.item]
    without = dict.fromkeys(item_name(voice, t) for t in bare if t.role != "bribe")
    settle = dict.fromkeys(item_name(voice, t) for t in bare if t.role == "bribe")
    if not figures:
        yield Big("0", voice._("amounts in the report"), voice._("nothing in it can be sized"))
    for names, one, many in (
        (without, voice._("good named without an amount"), voice._("goods named without an amount")),
        (settle, voice._("thing that settled it"), voice._("things that settled it")),
    ):
        if names:
            yield Big(str(len(names)), one if len(names) == 1 else many, listed(voice, list(names)))
    if figures:
        what = voice.ngettext("figure reported", "figures reported", figures)
        yield Big(str(figures), what, voice._("each with its words below"))
    places = list(dict.fromkeys(shown(p.name) for w in weighings for p in w.order.places))
    if places:
        what = voice.ngettext("place named", "places named", len(places))
        yield Big(str(len(places)), what, listed(voice, places))
    orders = len(weighings)
    kinds = list(dict.fromkeys(kind_name(voice, w.order.kind).lower() for w in weighings))
    yield Big(str(orders), voice.ngettext("order", "orders", orders), listed(voice, kinds))
