"""The command line: a thin skin over functions of the same names. Data on stdout, messages and progress on stderr."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from inminban import __version__
from inminban.errors import InminbanError, InputError

if TYPE_CHECKING:
    from inminban.model.country import Country
    from inminban.model.orders import Report
    from inminban.reading.articles import Article
    from inminban.reading.folder import Reader

INTERRUPTED = 130
READERS = ("weights", "rules")

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
PlaceArgument = Annotated[
    str, typer.Option("--place", help="Name or id of a country, province, city, county, district or neighbourhood.")
]
YearOption = Annotated[int | None, typer.Option("--year", help="Year of the counts, else that of the census.")]
CensusOption = Annotated[
    list[Path] | None, typer.Option("--census", help="CSV of your own counts, in place of ours; may be given twice.")
]
CsvOption = Annotated[bool, typer.Option("--csv", help="Print CSV, every row with all that must be said of it.")]
SampleOption = Annotated[str, typer.Option("--sample", help="Share of the households to keep, such as 0.01.")]


def main() -> None:
    """Run the command line; the exit code says whose fault it was: 0 done, 1 ours, 2 the input's, 130 interrupted."""
    try:
        app()
    except InminbanError as error:
        print(f"inminban: {error}", file=sys.stderr)
        sys.exit(2 if isinstance(error, InputError) else 1)
    except SystemExit as stop:
        if stop.code == INTERRUPTED:
            print("inminban: interrupted, nothing half-written", file=sys.stderr)
        if isinstance(stop.__context__, BrokenPipeError):  # rich and typer make it a SystemExit(1)
            nobody_reads()
        raise
    except BrokenPipeError:
        nobody_reads()


def nobody_reads() -> NoReturn:
    """Exit with 0, as `inminban ... | head` is no fault; what is still to be flushed goes nowhere."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.__stdout__.fileno() if sys.__stdout__ else 1)
    sys.exit(0)


@app.callback(invoke_without_command=True)
def options(version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False) -> None:
    """Hold the options that belong to no command."""
    if version:
        typer.echo(__version__)
        raise typer.Exit


@app.command()
def read(  # noqa: PLR0913 (every option of the command is an argument)
    files: Annotated[
        list[Path],
        typer.Argument(help="Reports: text, web page, JSON or JSON lines; one folder of them; - for standard input."),
    ],
    published: Annotated[str | None, typer.Option(help="Date of publication, as 2021-10-20, 2021-10 or 2021.")] = None,
    outlet: Annotated[str | None, typer.Option(help="Name of the outlet.")] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for the records, one ID.json a report.")] = None,
    as_json: JsonOption = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="Print the text with every figure marked by what became of it, and why.")
    ] = False,
    reader: Annotated[
        str, typer.Option(help="rules; or weights: learned from coded reports, better on reports of a new sort.")
    ] = "weights",
    llm: Annotated[
        str | None,
        typer.Option(help="Read with a language model instead, on the OpenAI-compatible server at this address."),
    ] = None,
    model: Annotated[str, typer.Option("--model", help="Name of the model to ask, with --llm.")] = "default",
    country: CountryOption = "kp",
) -> None:
    """Read reports into records: every figure with the words it came from."""
    from inminban.model.country import load_country
    from inminban.model.records import to_json
    from inminban.reading.articles import LINES, articles_in, unique
    from inminban.reading.folder import articles_of_folder, read_articles, save, told_of

    folders = [f for f in files if f.is_dir()]
    if folders and len(files) > 1:
        raise InputError("give either files or one folder", where=str(folders[0]))
    many = bool(folders) or any(f.suffix.lower() == LINES for f in files)
    if many and out is None:
        raise InputError(
            "reading many reports needs a target", field="--out", hint="Name a folder for the records: --out DIR"
        )
    found = articles_of_folder(folders[0]) if folders else unique(a for path in files for a in articles_in(path))
    articles = found if folders else [told_of(a, published, outlet) for a in found]
    announce(articles)
    if explain and (many or out or as_json):
        raise InputError(
            "explains single reports on the terminal", field="--explain", hint="Leave out --out and --json"
        )
    opened = load_country(country)
    show = progress("Reading") if many or llm else iter
    reports = read_articles(
        articles, opened, keep=out if many else None, show=show, reader=reader_of(reader, llm, model)
    )
    empty = [n for n, r in enumerate(reports) if not r.orders and not r.prices]
    if explain:
        from inminban.pages.explain import print_explained

        for report, article in zip(reports, articles, strict=True):
            print_explained(report, article.dropped)
    elif empty and not many:
        raise InputError(
            "no order and no price was found in it",
            where=articles[empty[0]].where,
            hint="Is it a report about a levy, relief, a crackdown or a ban?",
        )
    elif out is not None:
        save(reports, out)
        print(f"{read_in_words(reports, empty)}, records in {out}", file=sys.stderr)
    elif as_json:
        typer.echo(to_json(reports[0]) if len(reports) == 1 else document([to_json(r) for r in reports]), nl=False)
    else:
        from inminban.pages.terminal import print_report

        for report in reports:
            print_report(report)


@app.command()
def agree(
    gold: Annotated[Path, typer.Argument(help="Folder of reports coded by hand, one ID.json a report.")],
    coded: Annotated[Path, typer.Argument(help="Folder of the codings to be judged.")],
    second: Annotated[Path | None, typer.Option(help="Folder of second codings by hand.")] = None,
    by: Annotated[str | None, typer.Option(help="Tell the terms apart by role, kind or item.")] = None,
    as_json: JsonOption = False,
    country: CountryOption = "kp",
) -> None:
    """Compare two codings of the same reports: precision, recall, F1, Krippendorff's alpha, and every difference."""
    import json

    from inminban.measures.agreement import APART, agreement, codings, plain
    from inminban.model.country import load_country

    if by is not None and by not in APART:
        raise InputError(f"can't be told apart by “{by}”", field="--by", hint=f"There are: {', '.join(APART)}")
    others = codings(second) if second is not None else None
    by_hand = codings(gold)
    found = agreement(list(by_hand.values()), codings(coded), load_country(country).gazetteer, others, by)
    if as_json:
        typer.echo(json.dumps(plain(found), ensure_ascii=False, indent=1))
    else:
        from inminban.pages.agreement_terminal import print_agreement

        print_agreement(found, by)


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
        list[Path], typer.Argument(help="A run folder; or a record, report text or YAML, several, or a folder of them.")
    ],
    out: Annotated[Path, typer.Option(help="The page: one self-contained HTML file.")],
    published: Annotated[str | None, typer.Option(help="Date of publication of a report text.")] = None,
    lang: Annotated[str, typer.Option(help="Language of the labels.")] = "en",
    country: CountryOption = "kp",
) -> None:
    """Make a page of a run, of a record, or of a folder of records."""
    from inminban.model.country import load_country
    from inminban.model.files import write_whole
    from inminban.pages.render import render as make_page
    from inminban.pages.render import render_run
    from inminban.studies.folder import FACTS, load_run

    opened = load_country(country)
    if len(records) == 1 and (records[0] / FACTS).is_file():
        write_whole(out, render_run(load_run(records[0], opened), country=opened, lang=lang))
        print(f"Page: {out}", file=sys.stderr)
        return
    reports = load_all(records, opened, published)
    if not any(r.orders for r in reports):
        raise InputError("no order was found in it", where=str(records[0]))
    write_whole(out, make_page(reports[0] if len(reports) == 1 else reports, country=opened, lang=lang))
    print(f"Page: {out}", file=sys.stderr)


@app.command()
def synthesize(  # noqa: PLR0913 (every option of the command is an argument)
    place: PlaceArgument,
    out: Annotated[Path, typer.Option(help="Population file: Parquet, one row a household.")],
    seed: Annotated[int, typer.Option(help="The same seed gives the same households.")] = 1,
    year: YearOption = None,
    sample: SampleOption = "1",
    persons: Annotated[
        bool, typer.Option("--persons", help="Write persons, too, into a second file beside it.")
    ] = False,
    census: CensusOption = None,
    survey: Annotated[
        Path | None, typer.Option("--survey", help="CSV of your own survey, one row a household, to make them from.")
    ] = None,
    country: CountryOption = "kp",
) -> None:
    """Make synthetic households of a place from the census; no row describes a real family."""
    from inminban.model.country import load_country
    from inminban.population.file import persons_path, save
    from inminban.population.own import own_census
    from inminban.population.survey import CAUTION, read_survey
    from inminban.population.surveyed import from_survey
    from inminban.population.synthesize import persons as persons_of
    from inminban.population.synthesize import synthesize as make

    if persons and survey is not None:
        hint = "Leave one of the two out"
        raise InputError("a survey of households has no ages to make persons of", field="--persons", hint=hint)
    opened = load_country(country)
    for path in census or ():
        opened = own_census(opened, path)
    rows = read_survey(survey) if survey is not None else None
    with counting("Market areas") as show:
        if rows is not None:
            households = from_survey(place, rows, country=opened, seed=seed, year=year, sample=sample, show=show)
        else:
            households = make(place, country=opened, seed=seed, year=year, sample=sample, show=show)
    found = None
    if persons:
        with counting("Persons") as show:
            found = persons_of(households, country=opened, show=show)
    save(households, out, found)
    if rows is not None:
        print(f"note: {CAUTION.format(len(rows), rows.singles)}", file=sys.stderr)
    beside = f", persons in {persons_path(out)}" if persons else ""
    label = opened.gazetteer.label(households.place)
    print(f"{len(households):,} households of {label} in {out}{beside}", file=sys.stderr)


@app.command()
def population(  # noqa: PLR0913 (every option of the command is an argument)
    place: Annotated[
        str, typer.Argument(help="Name or id of a country, province, city, county, district or neighbourhood.")
    ],
    fit: Annotated[bool, typer.Option("--fit", help="Show every margin: target, what came, error, why.")] = False,
    year: YearOption = None,
    seed: Annotated[int, typer.Option(help="The same seed gives the same households.")] = 1,
    sample: SampleOption = "1",
    out: Annotated[Path | None, typer.Option(help="A page of it: one self-contained HTML file.")] = None,
    as_json: JsonOption = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV: counts, or with --fit the margins.")] = False,
    census: CensusOption = None,
    country: CountryOption = "kp",
) -> None:
    """Show the synthetic population of a place, and how well it matches the census."""
    from inminban.measures.portrait import portrait
    from inminban.measures.portrait_table import told
    from inminban.model.country import load_country
    from inminban.model.files import write_whole
    from inminban.pages.portrait_terminal import print_fit, print_portrait
    from inminban.pages.render import render_population, voice_of
    from inminban.population.own import own_census
    from inminban.population.synthesize import persons as persons_of
    from inminban.population.synthesize import synthesize as make

    if as_json and as_csv:
        raise InputError("give either --json or --csv", field="--csv")
    opened = load_country(country)
    for path in census or ():
        opened = own_census(opened, path)
    name, _, within = (part.strip() for part in place.partition(","))
    found = opened.gazetteer.one(place if place in opened.gazetteer.places else name, within or None, field="PLACE")
    with counting("Market areas") as show:
        households = make(found.id, country=opened, seed=seed, year=year, sample=sample, show=show)
    with counting("Persons") as show:
        persons = persons_of(households, country=opened, show=show)
    shown = portrait(households, persons, country=opened)
    if out is not None:
        write_whole(out, render_population(shown, country=opened))
        print(f"Page: {out}", file=sys.stderr)
    if as_json or as_csv:
        typer.echo(told(shown, margins=fit, as_csv=as_csv), nl=False)
    elif fit or out is None:
        (print_fit if fit else print_portrait)(voice_of("en", opened), shown)


@app.command()
def simulate(  # noqa: PLR0913 (every option of the command is an argument)
    orders: Annotated[
        list[Path],
        typer.Argument(help="A scenario (YAML), or record JSON, orders YAML or report texts.", metavar="ORDERS"),
    ],
    out: Annotated[Path, typer.Option(help="Folder for the run; it must not exist.")],
    place: Annotated[str | None, typer.Option(help="Name or id of the city, county or district to simulate.")] = None,
    start: Annotated[
        str | None, typer.Option(help="First day, as 2021-10-15; else that of the earliest order.")
    ] = None,
    days: Annotated[int | None, typer.Option(help="Days to run: 60 if nothing else is said.")] = None,
    draws: Annotated[
        int | None, typer.Option(help="Draws of the uncertain inputs: 100 if nothing else is said.")
    ] = None,
    seed: Annotated[
        int | None, typer.Option(help="The same seed gives the same run: 1 if nothing else is said.")
    ] = None,
    threads: Annotated[int | None, typer.Option(help="Draws to run side by side: one a processor.")] = None,
    reading: Annotated[
        list[str] | None, typer.Option(help="Answer to what the orders leave open, as QUESTION=ANSWER.")
    ] = None,
    published: Annotated[str | None, typer.Option(help="Date of publication of a report text.")] = None,
    assume: Annotated[bool, typer.Option("--assume", help="Run orders without amounts on assumptions.")] = False,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with a run that was interrupted.")] = False,
    keep_ledger: Annotated[bool, typer.Option("--keep-ledger", help="Keep the ledger of every draw by day.")] = False,
    postings: Annotated[
        int, typer.Option(help="Sampled households that keep every posting in draw 0; 0 for none.")
    ] = 1000,
    population: Annotated[
        Path | None, typer.Option("--population", help="Population file of the place, from synthesize.")
    ] = None,
    country: CountryOption = "kp",
) -> None:
    """Simulate orders on the synthetic households of a place, every draw with and without them."""
    from inminban.model.country import load_country
    from inminban.studies.checkpoint import partial_of
    from inminban.studies.given import answers, population_of, scenario_of
    from inminban.studies.run import How
    from inminban.studies.run import simulate as run

    opened = load_country(country)
    options = {"place": place, "start": start, "days": days, "draws": draws, "seed": seed}
    scenario, reports = scenario_of(orders, opened, options, published)
    households = population_of(population, opened, scenario) if population is not None else None
    how = How(assume, answers(reading or ()), threads, resume=resume, keep_ledger=keep_ledger, postings=postings)
    try:
        with counting("Draws") as show:
            done = run(scenario, reports, country=opened, out=out, households=households, how=replace(how, show=show))
    except KeyboardInterrupt:
        print(f"inminban: what is done is kept in {partial_of(out)}; --resume continues it", file=sys.stderr)
        raise
    for words in (*done.facts["notes"], *done.facts["warnings"]):
        print(f"note: {words}", file=sys.stderr)
    for left in done.facts["not_simulated"]:
        print(f"not simulated: {left['term'] or left['order']} ({left['what']}): {left['why']}", file=sys.stderr)
    print(f"{done.facts['words']}: {out}, digest {done.facts['digest']}", file=sys.stderr)


@app.command()
def check(run: Annotated[Path, typer.Argument(help="A run folder.")]) -> None:
    """Check a run: whether its ledger closes, its digest is right and its numbers make sense."""
    from inminban.studies.check import check as check_run
    from inminban.studies.check import verdict
    from inminban.studies.folder import load_run

    findings = check_run(load_run(run))
    for finding in findings:
        typer.echo(str(finding))
    verdict(findings)


@app.command()
def measure(
    run: Annotated[Path, typer.Argument(help="A run folder.")],
    by: Annotated[str | None, typer.Option(help="Tell apart by decile, livelihood, place or day.")] = None,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
    country: CountryOption = "kp",
) -> None:
    """Measure a run: what orders made of households, offices and markets, with ranges over all draws."""
    import json

    from inminban.measures.outcome_table import CUTS, csv_of, cut, records_of
    from inminban.measures.statement import says
    from inminban.measures.summary import about, summarise
    from inminban.model.country import load_country
    from inminban.studies.folder import load_run

    if by is not None and by not in CUTS:
        raise InputError(f"can't be told apart by “{by}”", field="--by", hint=f"There are: {', '.join(CUTS)}")
    if as_json and as_csv:
        raise InputError("give either --json or --csv", field="--csv")
    opened = load_country(country)
    found = load_run(run, opened)
    summaries = cut(summarise(found.measures, found.inputs, about(found.facts)), by)
    if as_csv:
        typer.echo(csv_of(summaries, found.facts), nl=False)
    elif as_json:
        said = says(found.facts, opened.currency)
        told = {"format": 1, "run": found.facts["words"], "says": said, "digest": found.facts["digest"]}
        told["measures"] = list(records_of(summaries, found.facts))
        typer.echo(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        from inminban.pages.outcome_terminal import print_measures
        from inminban.pages.render import voice_of

        print_measures(voice_of("en", opened), summaries, found.facts)


@app.command()
def ledger(  # noqa: PLR0913 (every option of the command is an argument)
    run: Annotated[Path, typer.Argument(help="A run folder.")],
    order: Annotated[list[str] | None, typer.Option(help="Only postings of this order; none: without one.")] = None,
    reason: Annotated[list[str] | None, typer.Option(help="Only postings for this reason, such as bribe.")] = None,
    item: Annotated[list[str] | None, typer.Option(help="Only this good, money, stall goods or labour.")] = None,
    account: Annotated[list[str] | None, typer.Option(help="Only what this gave or got: household/trader.")] = None,
    area: Annotated[list[str] | None, typer.Option(help="Only this place, by name or id.")] = None,
    draw: Annotated[int | None, typer.Option(help="One draw to the last unit, instead of the range over all.")] = None,
    first: Annotated[str | None, typer.Option("--from", help="First day, as 2021-10-15.")] = None,
    last: Annotated[str | None, typer.Option("--to", help="Last day, as 2021-10-28.")] = None,
    household: Annotated[
        list[int] | None, typer.Option(help="Every posting of this sampled household, by its number.")
    ] = None,
    households: Annotated[bool, typer.Option("--households", help="Every posting of all sampled households.")] = False,
    by: Annotated[
        str | None,
        typer.Option(
            help="Tell apart by order, reason, item, day, week, month, area, debit, credit; or account; of households "
            "by household, too. Else by reason and item, of households every posting."
        ),
    ] = None,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
    country: CountryOption = "kp",
) -> None:
    """Ask the ledger of a run: who gave what to whom, why, for which order; --by account for balances."""
    from inminban.measures.entries import entries
    from inminban.measures.entries_table import csv_of, document
    from inminban.measures.ledger_asked import SINGLE, USUAL, Asked
    from inminban.model.country import load_country
    from inminban.pages.ledger_terminal import notes_of, print_ledger
    from inminban.pages.render import voice_of
    from inminban.studies.folder import load_run

    if as_json and as_csv:
        raise InputError("give either --json or --csv", field="--csv")
    orders, reasons, items, accounts, areas = (tuple(v or ()) for v in (order, reason, item, account, area))
    usual = SINGLE if household or households else USUAL
    apart = usual if by is None else tuple(name.strip() for name in by.split(","))
    asked = Asked(
        orders, reasons, items, accounts, areas, first, last, draw, apart, tuple(household or ()), bool(households)
    )
    opened = load_country(country)
    found, voice = load_run(run, opened), voice_of("en", opened)
    answer = entries(found, asked, opened.gazetteer)
    if not (as_csv or as_json):
        print_ledger(voice, answer, found.facts)
        return
    typer.echo(csv_of(answer, found.facts) if as_csv else document(answer, found.facts, voice.money), nl=as_json)
    for note in notes_of(voice, answer, found.facts):
        print(f"note: {note}", file=sys.stderr)


@app.command()
def demo(
    out: Annotated[Path, typer.Option(help="Folder for the pages, records, runs and table.")] = Path("inminban-demo"),
    assume: Annotated[bool, typer.Option(help="Also run the crackdown, whose report names no amounts.")] = False,
) -> None:
    """Read, weigh, run and show the reports that come with the package."""
    from inminban.demo import demo as run_demo

    with counting("Demo") as show:
        page = run_demo(out, show=show, assume=assume)
    print(f"Open {page}", file=sys.stderr)


def reader_of(name: str, url: str | None, model: str) -> Reader:
    """The reader asked for: by rules, by weights, or a language model on a server, to which the text then goes."""
    from inminban.reading.folder import read_article
    from inminban.reading.weights import NONE, shipped

    if name not in READERS:
        raise InputError(f"there is no reader “{name}”", field="--reader", hint=f"There are: {', '.join(READERS)}")
    if url is None:
        judges = shipped() if name == "weights" else NONE
        return lambda article, country: read_article(article, country, judges)
    from inminban.reading.llm import Server, read_by_model

    server = Server(url, model, os.environ.get("INMINBAN_LLM_KEY"))
    print(f"The texts are sent to {url}; nothing is kept that they do not bear out.", file=sys.stderr)
    return lambda article, country: read_by_model(article, server, country)


def announce(articles: Sequence[Article]) -> None:
    """Say on stderr what was converted and what of a web page was left out."""
    for article in articles:
        if article.encoding:
            print(f"{article.where}: read as {article.encoding}", file=sys.stderr)
        if article.dropped:
            told = f"{len(article.dropped)} lines of the page are no part of the article: {article.dropped[0][:60]} …"
            print(f"{article.where}: {told}", file=sys.stderr)


def read_in_words(reports: Sequence[Report], empty: Sequence[int]) -> str:
    """How many reports and orders were read, and in which reports none was found."""
    names = ", ".join(reports[n].id for n in empty[:5]) + (" …" if len(empty) > 5 else "")
    none = f", none in {len(empty)} of them ({names})" if empty else ""
    orders = sum(len(r.orders) for r in reports)
    counts = f"{len(reports)} report{'s' * (len(reports) != 1)} read, {orders} order{'s' * (orders != 1)}"
    return counts + none


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


@contextlib.contextmanager
def counting(label: str) -> Iterator[Callable[[float, int], None]]:
    """Give a function that is told how many are done of how many: a bar with the time left, on a terminal's stderr."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task(label, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def progress(label: str) -> Any:
    """Return a function that walks a sequence with a progress bar on stderr, silent where that is no terminal."""
    from rich.console import Console
    from rich.progress import track

    console = Console(stderr=True)
    return lambda things: track(things, description=label, console=console, disable=not console.is_terminal)
