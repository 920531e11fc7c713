"""inminban reads, weighs and shows orders that come down a hierarchy to households.

The public names are loaded when first used, so that `import inminban` costs nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"
__all__ = [
    "Country",
    "InminbanError",
    "InputError",
    "Order",
    "Quantity",
    "Report",
    "Term",
    "check",
    "load_country",
    "load_report",
    "load_run",
    "read",
    "render",
    "simulate",
    "synthesize",
    "weigh",
]

HOMES = {
    "Country": "model.country",
    "InminbanError": "errors",
    "InputError": "errors",
    "Order": "model.orders",
    "Quantity": "model.items",
    "Report": "model.orders",
    "Term": "model.orders",
    "check": "studies.check",
    "load_country": "model.country",
    "load_report": "model.records",
    "load_run": "studies.folder",
    "read": "reading.read",
    "render": "pages.render",
    "simulate": "studies.run",
    "synthesize": "population.synthesize",
    "weigh": "measures.weigh",
}

if TYPE_CHECKING:
    from inminban.errors import InminbanError, InputError
    from inminban.measures.weigh import weigh
    from inminban.model.country import Country, load_country
    from inminban.model.items import Quantity
    from inminban.model.orders import Order, Report, Term
    from inminban.model.records import load_report
    from inminban.pages.render import render
    from inminban.population.synthesize import synthesize
    from inminban.reading.read import read
    from inminban.studies.check import check
    from inminban.studies.folder import load_run
    from inminban.studies.run import simulate


def __getattr__(name: str) -> Any:
    if name not in HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
