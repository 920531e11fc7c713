"""The finding of a page as a headline, and the sentences under it."""

from __future__ import annotations

from inminban.measures.range import between
from inminban.measures.weigh import OrderWeighing
from inminban.model.orders import Term
from inminban.pages.findings import over_readings
from inminban.pages.readings import food_period
from inminban.pages.words import Voice, amount, each, how_often, item_name, listed, month, places_of, shown, spelled

WEIGHED = ("due", "cash_in_lieu", "entitlement", "received", "supply", "fine", "bribe", "confiscated", "stall_tax")


def headline(voice: Voice, weighing: OrderWeighing) -> str:
    """Say the finding in a sentence without a full stop; it claims no more than the ranges allow."""
    terms = weighing.order.terms
    if not any(t.amount is not None for t in terms):
        return without_amounts(voice, weighing)
    if weighing.comparable:
        found = weighed_finding(voice, weighing)
        if found:
            return found
    amounts = [t for t in terms if t.amount is not None and t.role in WEIGHED]
    return as_told(voice, amounts) if amounts else figures_beside(voice, weighing)


def without_amounts(voice: Voice, weighing: OrderWeighing) -> str:
    """Head an order that names no amount at all."""
    order = weighing.order
    roles = ("confiscated", "due", "entitlement")
    goods = list(dict.fromkeys(item_name(voice, t) for t in order.terms if t.item and t.role in roles))
    if goods and order.kind == "crackdown":
        return voice.say("A crackdown on {goods}, told without a single amount", goods=listed(voice, goods[:3]))
    heads = {
        "levy": voice._("A levy in {place}, told without a single amount"),
        "relief": voice._("Relief for {place}, told without a single amount"),
        "crackdown": voice._("A crackdown in {place}, told without a single amount"),
        "restriction": voice._("Restrictions in {place}, told without a single amount"),
    }
    return heads[order.kind].format(place=places_of(order, voice) or voice._("a place not named"))


def figures_beside(voice: Voice, weighing: OrderWeighing) -> str:
    """Head an order whose figures are no burden: hours of a curfew, people reached."""
    order = weighing.order
    terms = [t for t in order.terms if t.amount is not None]
    told = listed(voice, list(dict.fromkeys(amount(voice, t) for t in terms))[:2])
    heads = {
        "levy": voice._("A levy in {place}: {told}"),
        "relief": voice._("Relief for {place}: {told}"),
        "crackdown": voice._("A crackdown in {place}: {told}"),
        "restriction": voice._("Restrictions in {place}: {told}"),
    }
    return heads[order.kind].format(place=places_of(order, voice) or voice._("a place not named"), told=told)


def weighed_finding(voice: Voice, weighing: OrderWeighing) -> str:
    """Head an order by what it comes to for a household; empty where nothing does."""
    order = weighing.order
    if order.kind not in ("levy", "relief"):
        return ""
    levy = order.kind == "levy"
    if not levy and weighing.range_of("food_days"):
        return food_finding(voice, weighing)
    if weighing.range_of("money_staple"):
        text = lieu_head(voice, weighing) if levy else voice._("Cash worth {kg} kg of {staple} for each household")
        return text.format(kg=over_readings(weighing, "money_staple"), staple=voice.staple)
    own = [t for t in order.terms if t.amount is not None and t.role in WEIGHED and t.role != "supply"]
    if weighing.range_of("goods") and len(own) > 1:
        text = (
            voice._("{kg} kg of goods from each household") if levy else voice._("{kg} kg of goods for each household")
        )
        return text.format(kg=over_readings(weighing, "goods"))
    return ""


def lieu_head(voice: Voice, weighing: OrderWeighing) -> str:
    """Head a levy in cash, or one whose goods cash may replace."""
    if weighing.range_of("premium"):
        return voice._("Goods, or cash worth {kg} kg of {staple}, from each household")
    return voice._("Cash worth {kg} kg of {staple} from each household")


def food_finding(voice: Voice, weighing: OrderWeighing) -> str:
    """Head relief by the days of food it comes to, a daily ration by its share of the need."""
    often = food_period(weighing)
    ends = weighing.centrals("food_days")
    if often == "day" and ends:
        found = weighing.range_of("food_days")
        low, high = ends if ends[0] != ends[1] or not found else (found.value.low, found.value.high)
        return voice.say(
            "A daily ration of {share} % of the food a household needs", share=between(low * 100, high * 100)
        )
    roles = {t.role for t in weighing.order.terms}
    head = voice._("Food for {days} days") if "received" not in roles or "entitlement" not in roles else ""
    head = head or voice._("Food for {days} days promised")
    text = head.format(days=over_readings(weighing, "food_days"))
    return f"{text}, {how_often(voice, often)}" if how_often(voice, often) else text


def as_told(voice: Voice, terms: list[Term]) -> str:
    """Head an order by its amounts as reported: the first, or the span of several of the same kind."""
    first = terms[0]
    same = [
        t
        for t in terms
        if (t.role, t.item, t.unit, t.per, t.every) == (first.role, first.item, first.unit, first.per, first.every)
    ]
    low = min(t.amount or 0 for t in same)
    high = max(t.amount_max or t.amount or 0 for t in same)
    whole = first.model_copy(update={"amount": low, "amount_max": high if high > low else None})
    heads = {
        "due": voice._("{amount} from {whom}"),
        "cash_in_lieu": voice._("{amount} in place of what {whom} owes"),
        "entitlement": voice._("{amount} for {whom}"),
        "received": voice._("{amount} for {whom}"),
        "supply": voice._("{amount} for the place"),
        "fine": voice._("A fine of {amount}"),
        "bribe": voice._("A bribe of {amount}"),
        "confiscated": voice._("Seized: {amount}"),
        "stall_tax": voice._("A stall tax of {amount} for {whom}"),
    }
    alone = first.per in (None, "place", "total")
    text = "{amount}" if alone and first.role in ("due", "entitlement", "received", "stall_tax") else heads[first.role]
    told = text.format(amount=amount(voice, whole), whom=each(voice, first.per))
    often = how_often(voice, first.every)
    told = f"{told}, {often}" if often else told
    return told[:1].upper() + told[1:]


def standfirst(voice: Voice, weighings: list[OrderWeighing]) -> str:
    """Say what was reported, by whom and when, and how sure the page can be."""
    first = weighings[0]
    return f"{reported(voice, weighings)} {certainty(voice, weighings)}".strip() if first else ""


def reported(voice: Voice, weighings: list[OrderWeighing]) -> str:
    """First sentence: outlet, kinds of orders, place, month."""
    first = weighings[0]
    kinds = {
        "levy": voice._("a levy"),
        "relief": voice._("relief"),
        "crackdown": voice._("a crackdown"),
        "restriction": voice._("restrictions"),
    }
    told = listed(voice, [kinds[k] for k in dict.fromkeys(w.order.kind for w in weighings)])
    outlet = shown(first.report.outlet) or voice._("The report")
    places = list(dict.fromkeys(places_of(w.order, voice) for w in weighings if w.order.places))
    where = voice.say(" in {place}", place=places[0]) if places else ""
    known = {tuple(p.id for p in w.setting.places) or w.order.places for w in weighings if w.order.places}
    if len(known) > 1:
        where += voice._(" and elsewhere")
    order = first.order
    date = order.issued or order.start or order.due or order.end
    when = voice.say(", {month}", month=month(voice, date)) if date and not date.startswith("XXXX") else ""
    return voice.say("{outlet} told of {what}{where}{when}.", outlet=outlet, what=told, where=where, when=when)


def certainty(voice: Voice, weighings: list[OrderWeighing]) -> str:
    """Second sentence: what stays open, or why it can't be told in money."""
    readings = max(len(w.readings) for w in weighings)
    terms = [t for w in weighings for t in w.order.terms]
    if not any(t.amount is not None for t in terms):
        return voice._("It names no amount: nothing in it can be sized, and nothing here is guessed.")
    sized = [w for w in weighings if w.sized]
    if not sized:
        return voice._("It holds figures, but none that takes from a household or gives to it, so none is weighed.")
    if readings > 1:
        text = voice._("Its words can be read in {count} ways; all of them are shown, none is averaged away.")
        return text.format(count=spelled(voice, readings))
    if all(w.setting.staple.value is None for w in sized):
        return voice._("No market price is known near its day, so it is told in goods, not in money.")
    ends = [w.centrals(name) for w in sized for name in ("money_staple", "basket_staple") if w.comparable]
    found = [e for e in ends if e and e[1] > 0]
    if len(found) > 1:
        text = voice._("Told in {staple}, its orders come to {kg} kg for a household.")
        return text.format(staple=voice.staple, kg=between(min(e[0] for e in found), max(e[1] for e in found)))
    return voice._("What it comes to is worked out below, each number with its source.")
