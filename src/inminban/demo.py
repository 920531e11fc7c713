"""The newcomer's first five minutes: three reports read, twenty records beside them, all weighed, two run, shown."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

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
from inminban.reading.folder import articles_in, files_in, read_article
from inminban.studies.folder import Run
from inminban.studies.run import How, simulate

DRAWS, DAYS = 20, 30
# The report, the place that the demo runs it for, and whether that takes --assume.
RUNS = (("chongjin-levy", False), ("kaesong-relief", False), ("hyesan-crackdown", True))
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
    chosen = [(report, assumed) for name, assumed in RUNS for report in read_now if report.id == name]
    chosen = [(report, assumed) for report, assumed in chosen if assume or not assumed]
    links = {report.id: f"{report.id}.html" for report in reports}
    to_runs = {f"run:{report.id}": f"{report.id}-run.html" for report, _ in chosen}
    with whole_folder(out) as part:
        (part / "records").mkdir()
        (part / "runs").mkdir()
        total = len(reports) + len(chosen) * DRAWS
        for number, report in enumerate(reports):
            if show:
                show(number, total)
            (part / "records" / f"{report.id}.json").write_text(to_json(report), encoding="utf-8")
            page = render(report, country=country, links={"": "index.html"} | to_runs)
            (part / links[report.id]).write_text(page, encoding="utf-8")
        rows = rows_of(w for report in reports for w in weigh(report, country=country))
        (part / "burdens.csv").write_text(to_csv(rows), encoding="utf-8")
        (part / "index.html").write_text(render(reports, country=country, links=links | to_runs), encoding="utf-8")
        for number, (report, assumed) in enumerate(chosen):
            told = partial(count_on, show, len(reports) + number * DRAWS, total) if show else None
            run = run_report(report, country, part / "runs" / report.id, How(assume=assumed, show=told))
            page = render_run(run, country=country, links={"": "index.html", report.id: links[report.id]})
            (part / to_runs[f"run:{report.id}"]).write_text(page, encoding="utf-8")
    return out / "index.html"


def count_on(show: Show, before: int, total: int, done: int, _: int) -> None:
    """Count the draws of one run on from what is done before."""
    show(before + done, total)


def run_report(report: Report, country: Country, out: Path, how: How) -> Run:
    """Run a report's orders for the place that it names."""
    (place,) = dict.fromkeys(p.id for o in report.orders for p in counted_places(country, o, None)[:1])
    scenario = Scenario(orders=(report,), place=place, days=DAYS, draws=DRAWS)
    return simulate(scenario, (report,), country=country, out=out, how=how)
