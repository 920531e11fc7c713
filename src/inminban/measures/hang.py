"""Do an order's figures hang together: with each other, with the place, with what a train or a wage can carry."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from inminban.measures.weigh import OrderWeighing
from inminban.model.source import Source

Verdict = Literal["holds", "does not", "open"]


@dataclass(frozen=True)
class Check:
    """One question put to the figures of an order.

    `title` and `template` are English texts for translation; `values` fill the template's places.
    """

    verdict: Verdict
    title: str
    template: str
    values: dict[str, str]
    sources: tuple[Source, ...] = ()

    @property
    def text(self) -> str:
        """Return the answer in English."""
        return self.template.format(**self.values)


def checks_of(weighing: OrderWeighing) -> tuple[Check, ...]:
    """Put every question that the order's figures allow, in a fixed order."""
    return tuple(check for ask in QUESTIONS for check in ask(weighing))


QUESTIONS: tuple[Callable[[OrderWeighing], Iterator[Check]], ...] = ()
