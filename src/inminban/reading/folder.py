"""Files and folders of reports: found, read one by one, and saved as records."""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from inminban.errors import InputError
from inminban.model.country import Country
from inminban.model.files import read_text, whole_folder
from inminban.model.orders import Report
from inminban.model.records import from_json, load_report, to_json
from inminban.model.yaml import line_of
from inminban.reading.articles import ENDINGS, Article, articles_in, dated, unique
from inminban.reading.read import read
from inminban.reading.weights import Judges

Reader = Callable[[Article, Country], Report]
Show = Callable[[Sequence[Article]], Iterable[Article]]


def read_article(article: Article, country: Country, judges: Judges | None = None) -> Report:
    """Read one article into a record, by rules or by weights."""
    try:
        return read(
            article.text,
            id=article.id,
            published=article.published,
            outlet=article.outlet,
            title=article.title,
            url=article.url,
            country=country,
            judges=judges,
        )
    except InputError as error:
        raise InputError(error.what, where=article.where, field=error.field, hint=error.hint) from None


def files_in(folder: Path, endings: Sequence[str]) -> list[Path]:
    """Files of a folder, walked down, in order of their paths."""
    found = sorted(
        p for p in folder.rglob("*") if p.suffix.lower() in endings and p.is_file() and not p.name.startswith(".")
    )
    if not found:
        raise InputError(f"holds no {', '.join('*' + e for e in endings)}", where=str(folder))
    return found


def read_folder(folder: Path, country: Country, *, keep: Path | None = None, show: Show = iter) -> list[Report]:
    """Read every report of a folder; ids that an earlier coding in `keep` gave to the same words stay."""
    return read_articles(articles_of_folder(folder), country, keep=keep, show=show)


def articles_of_folder(folder: Path) -> list[Article]:
    """Articles of every file of a folder."""
    return unique(a for path in files_in(folder, ENDINGS) for a in articles_in(path))


def read_articles(
    articles: Sequence[Article],
    country: Country,
    *,
    keep: Path | None = None,
    show: Show = iter,
    reader: Reader | None = None,
) -> list[Report]:
    """Read articles; ids that an earlier coding in `keep` gave to the same words stay."""
    read_one = reader or read_article
    return [kept(read_one(article, country), keep) for article in show(articles)]


def read_file(path: Path, country: Country, *, published: str | None = None, outlet: str | None = None) -> Report:
    """Read one file that holds one report."""
    articles = list(articles_in(path))
    if len(articles) != 1:
        raise InputError(
            f"holds {len(articles)} reports, one was expected", where=str(path), hint="Read its folder with --out"
        )
    return read_article(told_of(articles[0], published, outlet), country)


def told_of(article: Article, published: str | None, outlet: str | None) -> Article:
    """The article with what is known of it from elsewhere: its date of publication and its outlet."""
    day = dated(published, "--published") or article.published
    return replace(article, published=day, outlet=outlet or article.outlet)


def kept(report: Report, folder: Path | None) -> Report:
    """Give the report the ids of its earlier coding, where there is one."""
    path = folder / f"{report.id}.json" if folder else None
    if path is None or not path.is_file():
        return report
    fresh = report.model_copy(
        update={
            "orders": tuple(
                o.model_copy(update={"id": None, "terms": tuple(t.model_copy(update={"id": None}) for t in o.terms)})
                for o in report.orders
            )
        }
    )
    return fresh.identified(from_json(read_text(path), str(path)))


def save(reports: Sequence[Report], folder: Path) -> Sequence[Report]:
    """Write one ID.json a report, all of them or none."""
    with whole_folder(folder) as part:
        for report in reports:
            (part / f"{report.id}.json").write_text(to_json(report), encoding="utf-8")
    return reports


def is_record(path: Path) -> bool:
    """Whether a JSON file is a record that holds orders, rather than an article to be read."""
    try:
        data = json.loads(read_text(path))
    except (ValueError, RecursionError):
        return True
    return isinstance(data, dict) and "orders" in data


def load_or_read(path: Path, country: Country, *, published: str | None = None) -> Report:
    """Load a record (JSON or YAML), or read the text of a report.

    Orders that people write as YAML must name places and items that the country folder knows; a record may hold others.
    """
    if path.suffix.lower() in (".yaml", ".yml"):
        report = load_report(path)
        check_names(report, country, path)
        return report
    if path.suffix.lower() == ".json" and is_record(path):
        return load_report(path)
    return read_file(path, country, published=published)


def load_or_read_folder(folder: Path, country: Country) -> list[Report]:
    """Load every record and read every text of a folder."""
    return [load_or_read(path, country) for path in files_in(folder, (".txt", ".json", ".yaml", ".yml"))]


def check_names(report: Report, country: Country, path: Path) -> None:
    """Refuse a place that is unknown or one of two, and an item that the country's table lacks."""
    text = read_text(path)

    def at(*field: str | int) -> dict[str, Any]:
        return {"where": str(path), "line": line_of(text, list(field)), "field": ".".join(map(str, field))}

    for number, order in enumerate(report.orders):
        for position, place in enumerate(order.places):
            spot = at("orders", number, "places", position)
            try:
                country.gazetteer.one(place.place or place.name, place.within)
            except InputError as error:
                raise InputError(error.what, hint=error.hint, **spot) from None
        for position, term in enumerate(order.terms):
            if term.item and term.item != "cash" and term.item.casefold() not in country.item_names:
                near = difflib.get_close_matches(term.item.casefold(), country.item_names, n=3, cutoff=0.7)
                hint = f"Did you mean {', '.join(near)}?" if near else "Take a code of the country folder's items.csv"
                raise InputError(
                    f"no item is called “{term.item}”", hint=hint, **at("orders", number, "terms", position, "item")
                )
