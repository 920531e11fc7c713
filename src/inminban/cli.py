"""The command line: a thin skin over functions of the same names. Data on stdout, messages and progress on stderr."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from inminban import __version__
from inminban.errors import InminbanError, InputError

if TYPE_CHECKING:
    from inminban.model.country import Country
    from inminban.model.orders import Report

INTERRUPTED = 130

app = typer.Typer(
    name="inminban",
    help="Reads reports of orders from above, weighs what they ask of households, and shows it.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

CountryOption = Annotated[str, typer.Option("--country", help="Name of a shipped country folder, or a path to one.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
PlaceOption = Annotated[
    str | None, typer.Option("--place", help="Name or id of the place to weigh for, instead of the order's own.")
]


def main() -> None:
    """Run the command line; the exit code says whose fault it was: 0 done, 1 ours, 2 the input's, 130 interrupted."""
    try:
        app()
    except InminbanError as error:
        print(f"inminban: {error}", file=sys.stderr)
        sys.exit(2)
    except SystemExit as stop:
        if stop.code == INTERRUPTED:
            print("inminban: interrupted, nothing half-written", file=sys.stderr)
        raise
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)


@app.callback(invoke_without_command=True)
def options(version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False) -> None:
    """Hold the options that belong to no command."""
    if version:
        typer.echo(__version__)
        raise typer.Exit


@app.command()
def read(
    files: Annotated[
        list[Path], typer.Argument(help="Report texts (UTF-8), or one folder of *.txt, *.json and *.jsonl.")
    ],
    published: Annotated[str | None, typer.Option(help="Date of publication, as 2021-10-20, 2021-10 or 2021.")] = None,
    outlet: Annotated[str | None, typer.Option(help="Name of the outlet.")] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for the records, one ID.json a report.")] = None,
    as_json: JsonOption = False,
    country: CountryOption = "kp",
) -> None:
    """Read reports into records: every figure with the words it came from."""
    from inminban.model.country import load_country
    from inminban.model.records import to_json
    from inminban.reading.folder import read_file, read_folder, save

    opened = load_country(country)
    folders = [f for f in files if f.is_dir()]
    if folders and len(files) > 1:
        raise InputError("give either files or one folder", where=str(folders[0]))
    if folders:
        if out is None:
            raise InputError(
                "reading a folder needs a target", field="--out", hint="Name a folder for the records: --out DIR"
            )
        records = save(read_folder(folders[0], opened, keep=out, show=progress("Reading")), out)
        empty = [r.id for r in records if not r.orders and not r.prices]
        told = f"{len(records)} reports read, {sum(len(r.orders) for r in records)} orders, records in {out}"
        print(
            told
            + (
                f"; no order found in {len(empty)}: {', '.join(empty[:5])}{' …' if len(empty) > 5 else ''}"
                if empty
                else ""
            ),
            file=sys.stderr,
        )
        return
    reports = [read_file(path, opened, published=published, outlet=outlet) for path in files]
    for path, report in zip(files, reports, strict=True):
        if not report.orders and not report.prices:
            raise InputError(
                "no order and no price was found in it",
                where=str(path),
                hint="Is it a report about a levy, relief, a crackdown or a ban?",
            )
    if out is not None:
        save(reports, out)
        print(f"{len(reports)} records in {out}", file=sys.stderr)
    elif as_json:
        typer.echo(to_json(reports[0]) if len(reports) == 1 else document([to_json(r) for r in reports]), nl=False)
    else:
        from inminban.pages.terminal import print_report

        for report in reports:
            print_report(report)


@app.command()
def weigh(
    orders: Annotated[
        list[Path], typer.Argument(help="Record JSON, orders YAML, report texts, or one folder of them.")
    ],
    place: PlaceOption = None,
    out: Annotated[Path | None, typer.Option(help="CSV file, one row a term: burdens.csv.")] = None,
    published: Annotated[str | None, typer.Option(help="Date of publication of a report text.")] = None,
    as_json: JsonOption = False,
    country: CountryOption = "kp",
) -> None:
    """Weigh orders: what they ask of or give to a household and a place, each reading beside the other."""
    import json

    from inminban.measures.table import plain, rows_of, to_csv
    from inminban.measures.weigh import weigh as weigh_report
    from inminban.model.country import load_country
    from inminban.model.files import write_whole

    opened = load_country(country)
    if place is not None:
        opened.gazetteer.one(place, field="--place")
    reports = load_all(orders, opened, published)
    weighings = [w for report in reports for w in weigh_report(report, place=place, country=opened)]
    if not weighings:
        raise InputError("no order was found in it", where=str(orders[0]))
    if out is not None:
        rows = list(rows_of(weighings))
        write_whole(out, to_csv(rows))
        print(f"{len(rows)} rows for {len(weighings)} orders of {len(reports)} reports in {out}", file=sys.stderr)
    elif as_json:
        document_of = {"format": 1, "weighings": [plain(w) for w in weighings]}
        typer.echo(json.dumps(document_of, ensure_ascii=False, indent=1))
    else:
        from inminban.pages.terminal import print_weighing

        for weighing in weighings:
            print_weighing(weighing)


@app.command()
def render(
    records: Annotated[
        list[Path], typer.Argument(help="A record, report text or YAML; or several, or a folder of them.")
    ],
    out: Annotated[Path, typer.Option(help="The page: one self-contained HTML file.")],
    published: Annotated[str | None, typer.Option(help="Date of publication of a report text.")] = None,
    lang: Annotated[str, typer.Option(help="Language of the labels.")] = "en",
    country: CountryOption = "kp",
) -> None:
    """Make a page of a record, or of a folder of records."""
    from inminban.model.country import load_country
    from inminban.model.files import write_whole
    from inminban.pages.render import render as make_page

    opened = load_country(country)
    reports = load_all(records, opened, published)
    if not any(r.orders for r in reports):
        raise InputError("no order was found in it", where=str(records[0]))
    write_whole(out, make_page(reports[0] if len(reports) == 1 else reports, country=opened, lang=lang))
    print(f"Page: {out}", file=sys.stderr)


@app.command()
def demo(
    out: Annotated[Path, typer.Option(help="Folder for the pages, records and table.")] = Path("inminban-demo"),
) -> None:
    """Read, weigh and show the reports that come with the package."""
    from inminban.demo import demo as run_demo

    page = run_demo(out, show=progress("Demo"))
    print(f"Open {page}", file=sys.stderr)


def load_all(paths: Sequence[Path], country: Country, published: str | None) -> list[Report]:
    """Load records and read texts, from files or one folder."""
    from inminban.reading.folder import load_or_read, load_or_read_folder

    reports: list[Report] = []
    for path in paths:
        reports += (
            load_or_read_folder(path, country) if path.is_dir() else [load_or_read(path, country, published=published)]
        )
    ids = [r.id for r in reports]
    twice = next((i for i in ids if ids.count(i) > 1), None)
    if twice:
        raise InputError(f"two reports have the id “{twice}”", where=str(paths[0]), hint="Rename one of them")
    return reports


def document(records: Sequence[str]) -> str:
    """Join JSON records into one JSON list."""
    return "[\n" + ",\n".join(r.rstrip("\n") for r in records) + "\n]\n"


def progress(label: str) -> Any:
    """Return a function that walks a sequence with a progress bar on stderr, silent where that is no terminal."""
    from rich.console import Console
    from rich.progress import track

    console = Console(stderr=True)
    return lambda things: track(things, description=label, console=console, disable=not console.is_terminal)
