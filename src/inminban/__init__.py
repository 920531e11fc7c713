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
    "load_country",
    "load_report",
    "read",
    "render",
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
    "load_country": "model.country",
    "load_report": "model.records",
    "read": "reading.read",
    "render": "pages.render",
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
    from inminban.reading.read import read


def __getattr__(name: str) -> Any:
    if name not in HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
