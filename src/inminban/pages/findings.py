"""What stands first on a page: the finding as a headline, and the four numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from inminban.measures.burden import TermWeighing
from inminban.measures.range import Figure, between
from inminban.measures.weigh import OrderWeighing
from inminban.pages.page import Big, Notes
from inminban.pages.words import Voice, amount, each, kind_name, listed, percent, places_of, shown, span_of

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


def food(voice: Voice, weighing: OrderWeighing, notes: Notes) -> Iterator[Big]:
    """Days of food for a mean household."""
    found = weighing.range_of("food_days")
    if found:
        yield Big(
            over_readings(weighing, "food_days"),
            voice._("days of food for a mean household, if all of it came"),
            voice.say("whole range {range}: {varies}", range=span_of(found.value), varies=varies(voice, found)),
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
        yield Big(
            f"{over_readings(weighing, 'money_staple')} kg",
            what.format(staple=voice.staple),
            voice.say(
                "{amount} {money}; {count} price observations",
                amount=over_readings(weighing, "money"),
                money=voice.money,
                count=len(weighing.setting.staple.rows),
            ),
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
        how = voice._("of the refugee surveys’ median; {other} if incomes were {scale} of that")
        yield Big(
            percent(found[0].value),
            voice._("of a median household’s monthly income"),
            how.format(other=percent(other.value), scale=f"{float(scales[-1]):g}") if other else "",
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
    if found:
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
    """What one payer's share would buy in the staple, else the amount itself."""
    for weighed in weighing.readings[0].terms:
        if (
            weighed.per == "household"
            or not weighed.quantity
            or not weighed.term.amount
            or weighed.term.unit == "percent"
        ):
            continue
        whom = each(voice, weighed.term.per)
        told = amount(voice, weighed.term)
        if weighed.staple and weighed.worth and weighed.term.item != weighing.setting.country.staple:
            what = voice._("of {staple}: what {amount} would buy, {whom}")
            yield Big(
                f"{span_of(weighed.staple.value)} kg",
                what.format(staple=voice.staple, amount=told, whom=whom),
                varies(voice, weighed.staple),
                notes.marks(weighed.staple),
            )
        elif weighed.quantity.unit == "g" and weighed.mass:
            yield Big(
                f"{span_of(weighed.mass.value)} kg",
                voice.say("of {item}, {whom}", item=shown(weighed.term.item), whom=whom),
                first_reason(voice, weighed),
                notes.marks(weighed.mass),
            )


def first_reason(voice: Voice, weighed: TermWeighing) -> str:
    """Say why a term could not be told in anything else."""
    return voice._(weighed.why[-1]) if weighed.why else ""


FINDERS: dict[str, tuple[Finder, ...]] = {
    "levy": (staple_of_money, income, premium, basket, goods, payers, supplies),
    "relief": (food, wagons, payers, supplies, staple_of_money, goods, basket, income),
    "crackdown": (payers, staple_of_money, supplies, goods),
    "restriction": (payers, supplies, goods),
}


def bigs(voice: Voice, weighings: Iterable[OrderWeighing], notes: Notes, most: int = 4) -> tuple[Big, ...]:
    """Choose the four numbers: the first orders' first, then facts that can be counted."""
    found: list[Big] = []
    weighings = list(weighings)
    for weighing in weighings:
        per_finder = 2 if len(weighings) == 1 else 1
        for find in FINDERS[weighing.order.kind] if weighing.sized else ():
            for big in list(find(voice, weighing, notes))[:per_finder]:
                if len(found) < most and all(big.what != b.what for b in found):
                    found.append(big)
    for big in counted(voice, weighings):
        if len(found) < most:
            found.append(big)
    return tuple(found)


def counted(voice: Voice, weighings: list[OrderWeighing]) -> Iterator[Big]:
    """Facts that hold even where no amount is reported."""
    terms = [t for w in weighings for t in w.order.terms]
    figures = sum(t.amount is not None for t in terms)
    without = dict.fromkeys(shown(t.item) for t in terms if t.amount is None and t.item and t.role != "bribe")
    settle = dict.fromkeys(shown(t.item) for t in terms if t.role == "bribe" and t.item)
    if not figures:
        yield Big("0", voice._("amounts in the report"), voice._("nothing in it can be sized"))
    if without:
        yield Big(
            str(len(without)),
            voice.ngettext("good named without an amount", "goods named without an amount", len(without)),
            listed(voice, list(without)),
        )
    if settle:
        yield Big(
            str(len(settle)),
            voice.ngettext("thing that settled it", "things that settled it", len(settle)),
            listed(voice, list(settle)),
        )
    if figures:
        yield Big(
            str(figures),
            voice.ngettext("figure reported", "figures reported", figures),
            voice._("each with its words below"),
        )
    places = dict.fromkeys(p.name for w in weighings for p in w.order.places)
    if places:
        yield Big(
            str(len(places)),
            voice.ngettext("place named", "places named", len(places)),
            shown(listed(voice, list(places))),
        )
    orders = len(weighings)
    yield Big(
        str(orders),
        voice.ngettext("order", "orders", orders),
        listed(voice, list(dict.fromkeys(kind_name(voice, w.order.kind).lower() for w in weighings))),
    )


def headline(voice: Voice, weighing: OrderWeighing) -> str:
    """Say the finding in a sentence without a full stop; it claims no more than the ranges allow."""
    order = weighing.order
    where = places_of(order)
    if not any(t.amount is not None for t in order.terms):
        seized = list(
            dict.fromkeys(
                shown(t.item) for t in order.terms if t.item and t.role in ("confiscated", "due", "entitlement")
            )
        )
        if seized and order.kind == "crackdown":
            return voice.say("A crackdown on {goods}, told without a single amount", goods=listed(voice, seized[:3]))
        return voice.say(
            "{kind} in {place}, told without a single amount",
            kind=kind_name(voice, order.kind),
            place=where or voice._("a place not named"),
        )
    if order.kind == "relief" and weighing.range_of("food_days"):
        return voice.say("Food for {days} days", days=over_readings(weighing, "food_days"))
    if weighing.range_of("money_staple") and order.kind in ("levy", "relief"):
        text = (
            voice._("Cash worth {kg} kg of {staple} from each household")
            if order.kind == "levy"
            else voice._("Cash worth {kg} kg of {staple} for each household")
        )
        return text.format(kg=over_readings(weighing, "money_staple"), staple=voice.staple)
    if weighing.range_of("goods") and order.kind in ("levy", "relief"):
        text = (
            voice._("{kg} kg of goods from each household")
            if order.kind == "levy"
            else voice._("{kg} kg of goods for each household")
        )
        return text.format(kg=over_readings(weighing, "goods"))
    return told(voice, weighing)


def told(voice: Voice, weighing: OrderWeighing) -> str:
    """Fall back on the order's first amount."""
    order = weighing.order
    term = next((t for t in order.terms if t.amount is not None and t.role not in ("headcount", "other")), None)
    term = term or next(t for t in order.terms if t.amount is not None)
    roles = {
        "fine": voice._("a fine of {amount}"),
        "bribe": voice._("a bribe of {amount}"),
        "confiscated": voice._("{amount} seized"),
        "stall_tax": voice._("a stall tax of {amount}"),
        "received": voice._("{amount} received"),
        "headcount": voice._("{amount} reached"),
    }
    text = roles.get(term.role, "{amount}").format(amount=amount(voice, term))
    whom = each(voice, term.per) if term.per not in (None, "place", "total") else ""
    return voice.say("{kind}: {amount}", kind=kind_name(voice, order.kind), amount=text) + (f", {whom}" if whom else "")


def standfirst(voice: Voice, weighings: list[OrderWeighing]) -> str:
    """Two sentences that say what the page is about and how sure it can be."""
    first = weighings[0]
    parts = []
    open_questions = max(len(w.readings) for w in weighings)
    sized = [w for w in weighings if w.sized]
    where = places_of(first.order) or voice._("a place that the report does not name")
    what = {
        "levy": voice._("what was asked"),
        "relief": voice._("what was promised or given"),
        "crackdown": voice._("what was seized and what settled it"),
        "restriction": voice._("what was forbidden"),
    }
    told = list(dict.fromkeys(what[w.order.kind] for w in weighings))
    text = voice._("A report on {place}: {what}, what that comes to, and what stays open.")
    parts.append(text.format(place=where, what=", ".join(told)))
    if not sized:
        parts.append(voice._("It names no amount: nothing in it can be sized, and nothing here is guessed."))
    elif open_questions > 1:
        parts.append(
            voice.say(
                "The words allow {count} readings. All of them are shown, none is averaged away.", count=open_questions
            )
        )
    elif any(w.setting.staple.value is None for w in sized):
        parts.append(voice._("No market price is known near its day, so it is told in goods, not in money."))
    return " ".join(parts)
