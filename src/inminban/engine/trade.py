"""Areas trade once a week: what is on the way is dealt out, and who sells to whom next is worked out (7.14)."""

from __future__ import annotations

from typing import Any

import numpy as np

from inminban.engine.inputs import Plan
from inminban.engine.scales import RATIO, SHARE, entry, rule
from inminban.engine.state import ITEM

REST = -1  # row of the rest of the country in the markets of a run


def markets_of(items: list[Any], plans: list[Plan]) -> Any:
    """Items of every area, one row an area, and in a last row the rest of the country, whose prices stand still."""
    markets = np.zeros((len(items) + 1, items[0].size), ITEM)
    for row, of in zip(markets, items, strict=False):
        row[:] = of
    simulated, whole = sum(p.area_households for p in plans), max(p.country_households for p in plans)
    rest = markets[REST]
    rest["market"] = items[0]["market"]
    for j in range(rest.size):
        usual = sum(int(of["usual"][j]) for of in items)
        rest["usual"][j] = usual * max(0, whole - simulated) // simulated
    return markets


@entry
def settle(markets: Any, is_open: Any, x: Any, days: Any) -> None:
    """Deal out what is on the way, then plan the trade of the week of so many days."""
    for j in range(markets.shape[1]):
        if markets[0, j].market:
            deal(markets, is_open, j)
            arrange(markets, is_open, x, days, j)


@rule
def deal(markets: Any, is_open: Any, j: Any) -> None:
    """Share what is on the way out among those who wanted to import in the week before and are open now."""
    rest, pull, last = markets.shape[0] - 1, 0, -1
    pool = markets[rest, j].waiting
    for a in range(rest + 1):
        item = markets[a, j]
        pool += item.gone
        if a < rest:
            pool += item.dealt - item.come
        item.gone = item.come = item.dealt = 0
        if is_open[a] and item.pull > 0:
            pull += item.pull
            last = a
    markets[rest, j].waiting = pool if last < 0 else 0
    left = pool
    for a in range(last + 1):
        item = markets[a, j]
        if is_open[a] and item.pull > 0:
            item.dealt = left if a == last else (pool * ((item.pull << RATIO) // pull)) >> RATIO
            left -= item.dealt


@rule
def arrange(markets: Any, is_open: Any, x: Any, days: Any, j: Any) -> None:
    """Work out who imports and who exports in the week, by how far prices went from those of the others."""
    rest, weight, moved = markets.shape[0] - 1, 0, 0
    for a in range(rest + 1):
        item = markets[a, j]
        item.pull = item.exports = 0
        if is_open[a]:
            weight += item.usual
            moved += item.usual * ((item.log - item.first_log) >> SHARE)
    if weight == 0:
        return
    imports, exports = 0, 0
    for a in range(rest + 1):
        item = markets[a, j]
        if is_open[a]:
            gap = ((item.log - item.first_log) >> SHARE) - moved // weight
            wanted = (item.usual * min((x.trade_speed * abs(gap)) >> SHARE, x.trade_most)) >> SHARE
            if gap > 0:
                item.pull = wanted
                imports += wanted
            elif gap < 0:
                item.exports = wanted
                exports += wanted
    share = (min(imports, exports) << SHARE) // exports if exports > 0 else 0
    for a in range(rest + 1):
        item = markets[a, j]
        item.exports = (item.exports * share) >> SHARE
    markets[rest, j].gone = days * markets[rest, j].exports


@rule
def arriving(dealt: Any, since: Any, days: Any) -> Any:
    """What of a week's goods arrives on a day of the week."""
    return dealt * (since + 1) // days - dealt * since // days


def on_the_way(markets: Any) -> Any:
    """What left areas and has not arrived, of every item; what the rest of the country put in or took counts too."""
    areas = markets[:REST]
    still = areas["gone"].sum(axis=0) + (areas["dealt"] - areas["come"]).sum(axis=0)
    return still + markets[REST]["gone"] + markets[REST]["waiting"]
