"""A synthetic population as tables in the terminal, and its margins, the worst first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from inminban.measures.portrait import AgeGroup, Breakdown, Portrait
from inminban.pages.portrait_words import (
    categories,
    category_name,
    count,
    count_name,
    holding,
    label_of,
    margin_name,
    name_of,
    off,
    part_of,
    percent,
    residence_name,
    residences,
    sentence,
    spread_of,
    weak_points,
    worst,
)
from inminban.pages.terminal import console, grid
from inminban.pages.words import Voice

BAR = 30  # width of the longest text bar of an age pyramid
MORE = 20  # margins that hold, shown after those that don't
NAME = 25
HOMES = ("dwelling", "heating", "cooking")
NUMBERS = ("target", "got", "off by", "synthetic", "number", "smallest", "median", "largest", "drawn from", "outside")


def print_portrait(voice: Voice, portrait: Portrait) -> None:
    """Print a synthetic population: counts, ages, sizes, what households live from and in, units, weak points."""
    out = console()
    out.print(Text(f"{label_of(voice, portrait)} · {portrait.year}", style="bold"))
    out.print(counts_table(voice, portrait))
    out.print(Text("\npersons by age and sex, | the target", style="bold"))
    print_pyramid(out, portrait)
    homes = [b for b in portrait.breakdowns if b.name in HOMES]
    for several in (*([b] for b in portrait.breakdowns if b not in homes), homes):
        out.print(Text(), shares_table(voice, several), sep="\n")
    if portrait.extents:
        out.print(Text(), extents_table(voice, portrait), sep="\n")
    out.print()
    for text, _ in weak_points(voice, portrait):
        out.print(Text(f"  {text}"))
    more = "--fit shows the margins"
    out.print(Text(f"{holding(voice, portrait)}; {worst(voice, portrait)}; {more}"))
    out.print(Text(sentence(voice, portrait), style="dim"))


def aligned(columns: tuple[str, ...], first: int = NAME) -> Table:
    """Return an empty table whose numbers stand at the right."""
    table = grid(columns)
    table.columns[0].min_width = first
    for column in table.columns[1:]:
        name = str(column.header)
        if name in NUMBERS or name.endswith(" %"):
            column.justify, column.no_wrap = "right", True
    return table


def counts_table(voice: Voice, portrait: Portrait) -> Table:
    """Counts of the place against those that it was made to match."""
    table = aligned(("count", "synthetic", "target", "note"))
    for c in portrait.counts:
        wanted = "not counted" if c.target is None else count(c.target)
        if c.target is not None and portrait.spread:
            wanted = spread_of(portrait, c.target)
        table.add_row(count_name(voice, c.name).lower(), count(c.got), wanted, c.note)
    return table


def print_pyramid(out: Console, portrait: Portrait) -> None:
    """Print bars of men to the left and women to the right, the oldest first, an upright line where the target is."""
    high = max(max(a.men, a.women, a.men_target, a.women_target) for a in portrait.ages) or 1.0
    widest = max(len(count(n)) for a in portrait.ages for n in (a.men, a.women))
    for a in reversed(portrait.ages):
        out.print(Text(row(a, high, widest)))


def row(group: AgeGroup, high: float, widest: int) -> str:
    """Line of a pyramid."""
    left = bar(group.men / high, group.men_target / high)[::-1]
    right = bar(group.women / high, group.women_target / high)
    return f"{count(group.men):>{widest}} {left} {group.label:^5} {right} {count(group.women):>{widest}}"


def bar(share: float, target: float) -> str:
    """Bar of block characters up to a share of the width, a line at the target."""
    full = round(share * BAR)
    cells = ["█" if n < full else " " for n in range(BAR + 1)]
    cells[min(BAR, round(target * BAR))] = "|"
    return "".join(cells)


def shares_table(voice: Voice, breakdowns: Sequence[Breakdown]) -> Table:
    """Shares by residence, and those of the target; of several breakdowns each row says of which it is."""
    kinds = residences(breakdowns[0])
    names = [margin_name(voice, b.name).lower() for b in breakdowns]
    heads = [h for kind in kinds for h in (f"{residence_name(voice, kind)} %", "target %")]
    table = aligned((", ".join(names), *heads))
    for name, breakdown in zip(names, breakdowns, strict=True):
        for group in categories(breakdown):
            first = category_name(voice, group)
            cells: list[str] = []
            for kind in kinds:
                part = part_of(breakdown, kind, group)
                cells += [percent(part.share), percent(part.target / part.of) if part.target is not None else ""]
            told = f"{name}: {first}" if len(names) > 1 else first
            table.add_row(told, *(c.replace("\u00a0%", "") for c in cells))
    return table


def extents_table(voice: Voice, portrait: Portrait) -> Table:
    """How large people's units and neighbourhoods are."""
    table = aligned(("households in", "number", "smallest", "median", "largest", "drawn from", "outside"))
    for e in portrait.extents:
        out = "" if e.outside is None else count(e.outside)
        numbers = (count(e.number), count(e.least), count(e.median), count(e.most))
        table.add_row(count_name(voice, e.name).lower(), *numbers, f"{e.low:,}–{e.high:,}", out)
    return table


def print_fit(voice: Voice, portrait: Portrait) -> None:
    """Print the margins that don't hold, with why, then some that do, the worst first."""
    out = console()
    out.print(Text(f"{label_of(voice, portrait)} · {portrait.year} · {holding(voice, portrait)}", style="bold"))
    table = aligned(("margin", "group", "place", "target", "got", "off by", "kind"), 14)
    shown = len(portrait.missing) + MORE
    for f in portrait.fits[:shown]:
        style = "" if f.holds else "bold"
        names = (f.margin, f.group, name_of(voice, f.place))
        table.add_row(*names, count(f.target), count(f.got), off(f), f.source.kind, style=style)
    out.print(table)
    for line in reasons(portrait):
        out.print(Text(line))
    left = len(portrait.fits) - min(shown, len(portrait.fits))
    if left:
        out.print(Text(f"{left:,} more hold; --fit --csv tells all"))
    out.print(Text(sentence(voice, portrait), style="dim"))


def reasons(portrait: Portrait) -> Iterator[str]:
    """Say why margins are missed, each reason once."""
    for margin, note in dict.fromkeys((f.margin, f.note) for f in portrait.missing if f.note):
        yield f"  {margin}: {note}"
