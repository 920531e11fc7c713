"""Decided figures put together into orders: kinds, places and days as likely as the weights make them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from inminban.model.orders import Order, OrderKind
from inminban.reading.bearings import DATES, ORDER_OF_KINDS, kind_clues, told_at
from inminban.reading.belonging import chosen_days, chosen_places, shared_days, shared_places
from inminban.reading.clues import Scene
from inminban.reading.dates import Day
from inminban.reading.decide import Decision
from inminban.reading.figures import Figure
from inminban.reading.lexicon import Hit
from inminban.reading.names import Place
from inminban.reading.orders import (
    cue_spans,
    evident,
    first_cue,
    merged,
    parts,
    spread,
    without_figures,
    writable,
)
from inminban.reading.page import Page
from inminban.reading.settings import issuer, names, own_places
from inminban.reading.weights import Judge, Judges

SURE = 0.4  # an order is told where its kind is about as likely as not, or a figure belongs to it
KINDS_OF: dict[str, dict[OrderKind, float]] = {
    "due": {"levy": 1.0},
    "cash_in_lieu": {"levy": 1.0},
    "stall_tax": {"levy": 1.0},
    "entitlement": {"relief": 1.0},
    "received": {"relief": 1.0},
    "supply": {"relief": 0.8, "levy": 0.5},
    "fine": {"crackdown": 1.0, "restriction": 0.4, "levy": 0.1},
    "bribe": {"crackdown": 1.0, "restriction": 0.4, "levy": 0.3},
    "confiscated": {"crackdown": 1.0, "restriction": 0.1},
    "headcount": {"levy": 0.6, "relief": 0.6, "crackdown": 1.0, "restriction": 0.4},
    "other": {"levy": 0.5, "relief": 0.5, "crackdown": 0.5, "restriction": 1.0},
}


def told(scene: Scene, decision: Decision, judges: Judges) -> tuple[Order, ...]:
    """Orders of the text, those with figures first within their kind."""
    page = scene.page
    counts: Counter[str] = Counter(decision.roles)
    spoken = kind_clues(scene, counts)
    chances = {k: judges[k].yes(spoken) for k in ORDER_OF_KINDS}
    groups: defaultdict[OrderKind, list[Figure]] = defaultdict(list)
    for figure in decision.figures:
        if figure.role and writable(figure):
            groups[kind_of(figure, chances)].append(figure)
    kinds = [k for k in ORDER_OF_KINDS if groups[k] or chances[k] >= SURE]
    beside = told_at(decision.figures, decision.roles)
    priced = [p.figure.sentence.number for p in decision.prices]
    places = chosen_places(scene, beside, priced, judges["place"]) if kinds else frozenset()
    days = chosen_days(scene, beside, kinds, judges["day"])
    drafts = [
        Draft(kind, tuple(part)) for kind in kinds for part in (parts(page, groups[kind]) if groups[kind] else [[]])
    ]
    spots = shared_places(page, drafts, places)
    dates = shared_days(page, drafts, days)
    return tuple(
        order(page, draft, kinds, spots[n], dates[n], first=all(d.kind != draft.kind for d in drafts[:n]))
        for n, draft in enumerate(drafts)
    )


@dataclass(frozen=True)
class Written:
    """An order that is already put together."""

    order: Order

    @property
    def kind(self) -> OrderKind:
        """Kind of the order."""
        return self.order.kind

    def spans(self, page: Page) -> list[tuple[int, int]]:
        """Sentences that hold its terms, else those that speak of its kind."""
        told = dict.fromkeys(page.sentence(t.start) for t in self.order.terms if t.start is not None)
        return [(s.start, s.end) for s in told] or cue_spans(page, self.kind)[:1]


def with_days(scene: Scene, orders: tuple[Order, ...], judge: Judge) -> tuple[Order, ...]:
    """Orders of the rules, with the days that likely belong to them where the rules found none."""
    if any(getattr(o, name) for o in orders for name in DATES):
        return orders
    page, drafts = scene.page, [Written(o) for o in orders]
    beside = sorted({page.sentence(start).number for d in drafts for start, _ in d.spans(page)})
    chosen = chosen_days(scene, beside, [o.kind for o in orders], judge)
    return tuple(dated(page, o, days) for o, days in zip(orders, shared_days(page, drafts, chosen), strict=True))


def dated(page: Page, order: Order, days: Mapping[str, Day]) -> Order:
    """An order with days, each tied to its words."""
    if not days:
        return order
    evidence = tuple(evident(page, name, Hit(d.start, d.end, {})) for name, d in days.items())
    values = {name: d.value for name, d in days.items()}
    return Order.model_validate({**dict(order), **values, "evidence": (*order.evidence, *evidence)})


@dataclass(frozen=True)
class Draft:
    """An order before its places and days are known: its kind and its figures."""

    kind: OrderKind
    figures: tuple[Figure, ...]

    def spans(self, page: Page) -> list[tuple[int, int]]:
        """Sentences that the order is told in: those of its figures, else those that speak of its kind."""
        own = list(dict.fromkeys((f.sentence.start, f.sentence.end) for f in self.figures))
        if own:
            return own
        cues = cue_spans(page, self.kind)
        return ([c for c in cues if own_places(page, *c)] or cues)[:1]


def kind_of(figure: Figure, chances: Mapping[OrderKind, float]) -> OrderKind:
    """Kind of order that a figure belongs to: as its role has it, unless another fits and the text speaks of that."""
    fits = KINDS_OF[str(figure.role)]
    return max(fits, key=lambda k: (fits[k] * max(0.02, chances[k]), k))


def order(
    page: Page,
    draft: Draft,
    kinds: Sequence[OrderKind],
    spots: tuple[Place, ...],
    dates: Mapping[str, Day],
    *,
    first: bool,
) -> Order:
    """One order with its terms, places, days and office."""
    spans = draft.spans(page)
    around = spread(page, spans)
    evidence = [evident(page, name, Hit(d.start, d.end, {})) for name, d in dates.items()]
    office = issuer(page, spans, spots[0] if spots else None)
    if office:
        evidence.append(evident(page, "issuer", office[1]))
    if cue := first_cue(page, draft.kind, around):
        evidence.append(evident(page, "kind", cue))
    terms = merged(page, draft.kind, list(draft.figures))
    named = {(str(t.role), t.item) for t in terms}
    bare = without_figures(page) if first and draft.kind == "crackdown" else []
    return Order(
        kind=draft.kind,
        issuer=office[0] if office else None,
        places=names(page, spots),
        issued=value_of(dates, "issued"),
        due=value_of(dates, "due"),
        start=value_of(dates, "start"),
        end=value_of(dates, "end"),
        terms=(*terms, *(t for t in bare if (t.role, t.item) not in named)),
        evidence=tuple(evidence),
    )


def value_of(dates: Mapping[str, Day], name: str) -> str | None:
    """A day of an order."""
    return dates[name].value if name in dates else None
