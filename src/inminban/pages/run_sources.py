"""Where the numbers of a run come from, and what bounds them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from inminban.model.source import Kind, Source
from inminban.pages.origins import data_line
from inminban.pages.outcome_words import span
from inminban.pages.page import Notes
from inminban.pages.words import Voice


def simulated(voice: Voice, facts: Mapping[str, Any]) -> Source:
    """The run itself as the origin of its numbers."""
    detail = voice.say("{words}; digest {digest}", words=facts["words"], digest=facts["digest"])
    return Source("simulated", voice._("this run"), detail, "run")


def input_source(facts: Mapping[str, Any], symbol: str) -> Source:
    """Origin of an input, as its row has it."""
    row = next(p for p in facts["parameters"] if p["symbol"] == symbol)
    kind: Kind = row["kind"]
    ends = f"{span(row['low'], row['high'])} {row['unit']}".strip()
    return Source(kind, row["name"], f"{ends}. {row['source']}", row["ref"])


def cite_inputs(facts: Mapping[str, Any], notes: Notes) -> None:
    """Put all that the run rests on into the table of sources: what was reported, then every input."""
    for found in facts["reported"]:
        notes.mark(Source(found["kind"], found["what"], found["detail"], found["ref"]))
    for row in facts["parameters"]:
        notes.mark(input_source(facts, row["symbol"]))


def limits(voice: Voice, facts: Mapping[str, Any]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What the run leaves out, what must be said beside it, and what was taken how."""
    gone = tuple(f"{g['what']}: {g['why']}" for g in facts["not_simulated"])
    left = [f"{d['draw']}: {'; '.join(map(str, d['reasons']))}" for d in facts["draws_left_out"]]
    told = (
        (voice._("Not simulated"), gone),
        (voice._("To bear in mind"), tuple(facts["warnings"])),
        (voice._("How orders were taken"), tuple(facts["notes"])),
        (voice._("Draws left out, with the reason"), tuple(left)),
    )
    return tuple((head, lines) for head, lines in told if lines)


def footer(voice: Voice, facts: Mapping[str, Any]) -> tuple[tuple[str, str, str], ...]:
    """Run, data and versions: a bold word, a sentence, an address."""
    versions = ", ".join(f"{name} {number}" for name, number in facts["versions"].items())
    run = voice.say("{words}. Digest {digest}.", words=facts["words"], digest=facts["digest"])
    return (
        (voice._("Run."), run, ""),
        (voice._("Data."), data_line(voice.country, voice), ""),
        (voice._("Versions."), versions, ""),
    )
