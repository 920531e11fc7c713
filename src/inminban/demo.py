"""The newcomer's first five minutes: three reports read, twenty records beside them, all weighed, two run, shown."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from inminban.errors import InputError
from inminban.measures.setting import counted_places
from inminban.measures.table import rows_of, to_csv
from inminban.measures.weigh import weigh
from inminban.model.country import SHIPPED, Country, load_country
from inminban.model.files import whole_folder
from inminban.model.orders import Report
from inminban.model.records import load_report, to_json
from inminban.model.scenario import Scenario
from inminban.pages.render import render, render_run
from inminban.reading.articles import articles_in
from inminban.reading.folder import files_in, read_article
from inminban.studies.run import How, simulate

Show = Callable[[int, int], None]


def demo(out: Path, *, show: Show | None = None, assume: bool = False) -> Path:
    """Write records, `burdens.csv`, runs and a page for each report and run into a folder, whole or not at all.

    Args:
        out: the folder; files of an earlier demo in it are replaced.
        show: is told how many reports are shown and draws are done, of how many.
        assume: also run the crackdown, whose report names no amounts; its page shows signs and rankings only.

    Returns:
        The page to open first.

    """
    country = load_country()
    source = SHIPPED / "demo"
    read_now = [
        read_article(a, country) for path in files_in(source / "reports", (".json",)) for a in articles_in(path)
    ]
    reports = read_now + [load_report(path) for path in files_in(source / "records", (".json",))]
    if out.is_dir() and any(out.iterdir()) and not (out / "index.html").exists():
        raise InputError("holds other files", where=str(out), hint="Name a new or an empty folder: --out DIR")
    plans = tomllib.loads((source / "runs.toml").read_text(encoding="utf-8"))
    by_id = {report.id: report for report in read_now}
    chosen = [(by_id[run["report"]], run) for run in plans["run"] if assume or not run["assume"]]
    links = {report.id: f"{report.id}.html" for report in reports}
    to_runs = {f"run:{report.id}": f"{report.id}-run.html" for report, _ in chosen}
    with whole_folder(out) as part:
        (part / "records").mkdir()
        (part / "runs").mkdir()
        total = len(reports) + len(chosen) * plans["draws"]
        for number, report in enumerate(reports):
            if show:
                show(number, total)
            (part / "records" / f"{report.id}.json").write_text(to_json(report), encoding="utf-8")
            page = render(report, country=country, links={"": "index.html"} | to_runs)
            (part / links[report.id]).write_text(page, encoding="utf-8")
        rows = rows_of(w for report in reports for w in weigh(report, country=country))
        (part / "burdens.csv").write_text(to_csv(rows), encoding="utf-8")
        (part / "index.html").write_text(render(reports, country=country, links=links | to_runs), encoding="utf-8")
        for number, (report, asked) in enumerate(chosen):
            told = partial(count_on, show, len(reports) + number * plans["draws"], total) if show else None
            how = How(assume=asked["assume"], show=told)
            scenario = scenario_of(report, country, plans, asked.get("parameters", {}))
            run = simulate(scenario, (report,), country=country, out=part / "runs" / report.id, how=how)
            page = render_run(run, country=country, links={"": "index.html", report.id: links[report.id]})
            (part / to_runs[f"run:{report.id}"]).write_text(page, encoding="utf-8")
    return out / "index.html"


def count_on(show: Show, before: int, total: int, done: int, _: int) -> None:
    """Count the draws of one run on from what is done before."""
    show(before + done, total)


def scenario_of(report: Report, country: Country, plans: Mapping[str, Any], parameters: Mapping[str, Any]) -> Scenario:
    """Make the scenario of a report's orders at the place that it names."""
    places = [counted_places(country, order, None) for order in report.orders]
    place = next(found[0].id for found in places if found)
    fields = {"days": plans["days"], "draws": plans["draws"], "parameters": parameters}
    return Scenario.model_validate({"orders": (report,), "place": place, **fields})
