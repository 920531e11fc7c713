"""The newcomer's first five minutes: three reports read, twenty records beside them, all weighed and shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from inminban.errors import InputError
from inminban.measures.table import rows_of, to_csv
from inminban.measures.weigh import weigh
from inminban.model.country import SHIPPED, load_country
from inminban.model.files import whole_folder
from inminban.model.orders import Report
from inminban.model.records import load_report, to_json
from inminban.pages.render import render
from inminban.reading.folder import articles_in, files_in, read_article


def demo(out: Path, *, show: Callable[[Sequence[Report]], Iterable[Report]] = iter) -> Path:
    """Write records, `burdens.csv` and a page for each report into a folder, whole or not at all.

    Args:
        out: the folder; files of an earlier demo in it are replaced.
        show: walks the reports with a progress bar.

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
    links = {report.id: f"{report.id}.html" for report in reports}
    with whole_folder(out) as part:
        (part / "records").mkdir()
        for report in show(reports):
            (part / "records" / f"{report.id}.json").write_text(to_json(report), encoding="utf-8")
            page = render(report, country=country, links={"": "index.html"})
            (part / links[report.id]).write_text(page, encoding="utf-8")
        rows = rows_of(w for report in reports for w in weigh(report, country=country))
        (part / "burdens.csv").write_text(to_csv(rows), encoding="utf-8")
        (part / "index.html").write_text(render(reports, country=country, links=links), encoding="utf-8")
    return out / "index.html"
