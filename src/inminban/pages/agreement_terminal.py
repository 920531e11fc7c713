"""How well two codings agree, as tables in the terminal."""

from __future__ import annotations

from collections.abc import Mapping

from rich.text import Text

from inminban.measures.agreement import Agreement, Score
from inminban.pages.terminal import console, grid
from inminban.pages.words import shown

MOST_ROWS = 400


def print_agreement(found: Agreement, by: str | None, differences: int = MOST_ROWS) -> None:
    """Print scores, apart by role, kind or item where that was asked for, Krippendorff's alpha, and the differences."""
    out = console()
    out.print(Text(f"{found.reports} reports", style="bold"))
    print_scores("what", found.scores)
    if by is not None:
        print_scores(f"terms by {by}", found.apart)
    if found.alphas:
        told = ", ".join(f"{name} {alpha:.2f}" for name, alpha in found.alphas.items())
        out.print(Text(f"Krippendorff's alpha where amounts agree: {told}"))
    out.print(Text(f"figures without a (short) quote in the text: {found.unquoted} of {found.figures}"))
    if found.differences:
        table = grid(("report", "of", "difference", "words by hand", "words coded"))
        for d in found.differences[:differences]:
            table.add_row(d.report, d.measure, shown(d.what), shown(d.right), shown(d.coded))
        out.print(table)
    if len(found.differences) > differences:
        out.print(Text(f"The first {differences} of {len(found.differences)} differences; --json has all."))


def print_scores(name: str, scores: Mapping[str, Score]) -> None:
    """Print precision, recall and F1 of some measures."""
    table = grid((name, "precision", "recall", "F1", "right", "of", "coded"))
    for column in table.columns[1:]:
        column.justify = "right"
    for measure, s in scores.items():
        shares = (f"{share:.3f}" for share in (s.precision, s.recall, s.f1))
        table.add_row(measure, *shares, str(s.right), str(s.due), str(s.coded))
    console().print(table)
