"""How well codings agree: the measure that readers of reports are judged by."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from inminban.errors import InputError
from inminban.measures.agreement import agreement, codings
from inminban.model.orders import MarketPrice, Order, PlaceName, Report, Term

GOLD = Path(__file__).parent / "gold"
SCORER = Path(__file__).parents[2] / "shared" / "bin" / "score_reports.py"
TEXT = "Each household owes 7 kg of scrap metal or 30,000 won; rice was 5,000 won a kilogram."


def due(amount=7, item="scrap metal", quote="7 kg of scrap metal", **other):
    return Term(
        **{"role": "due", "item": item, "amount": amount, "unit": "kg", "per": "household", "quote": quote} | other
    )


def coded(*terms, kind="levy", prices=(), places=(), **other):
    return Report(id="r", text=TEXT, orders=(Order(kind=kind, terms=terms, places=places, **other),), prices=prices)


def compared(country, right, ours, second=None, by=None):
    return agreement([right], {ours.id: ours}, country.gazetteer, {second.id: second} if second else None, by)


@pytest.fixture(scope="session")
def by_hand():
    return {name: report for kind in ("levy", "relief", "crackdown") for name, report in codings(GOLD / kind).items()}


def test_two_careful_codings_agree_as_the_readme_of_the_gold_reports_says(country, by_hand):
    found = agreement(list(by_hand.values()), codings(GOLD / "second"), country.gazetteer)
    told = {name: round(s.f1, 2) for name, s in found.scores.items()}
    assert told == {"term": 0.74, "figure": 0.82, "price": 0.98, "kind": 0.95, "place": 0.85, "date": 0.88}
    assert found.unquoted == 0
    assert all(0.8 < alpha <= 1 for alpha in found.alphas.values())


@pytest.mark.parametrize("other", ["first", "second"])
def test_whoever_codes_as_one_of_the_hands_did_is_right(country, by_hand, other):
    second = codings(GOLD / "second")
    ours = by_hand if other == "first" else second
    found = agreement(list(by_hand.values()), ours, country.gazetteer, second)
    for name, score in found.scores.items():
        assert score.f1 == 1, name
    assert not found.differences


def test_a_figure_that_only_one_hand_has_may_be_left_out_or_coded(country):
    first, second = coded(due(), due(30000, "cash", "30,000 won", unit="KPW")), coded(due())
    for ours in (first, second):
        assert compared(country, first, ours, second).scores["term"].f1 == 1
    assert compared(country, first, second).scores["term"].recall == 0.5


def test_a_field_may_be_as_either_hand_has_it_and_a_third_way_is_wrong(country):
    first, second = coded(due(role="due")), coded(due(role="other"))
    assert compared(country, first, coded(due(role="other")), second).scores["term"].f1 == 1
    wrong = compared(country, first, coded(due(role="fine")), second)
    assert (wrong.scores["term"].f1, wrong.scores["figure"].f1) == (0, 1)
    assert wrong.differences[0].what == "7: role is fine, not due or other"
    assert wrong.differences[0].right == wrong.differences[0].coded == "7 kg of scrap metal"


def test_what_is_missed_and_what_is_made_up_are_told_with_their_words(country):
    found = compared(country, coded(due()), coded(due(30000, "cash", "30,000 won", unit="KPW")))
    assert [(d.what, d.right, d.coded) for d in found.differences if d.measure == "term"] == [
        ("missed: 7 kg scrap metal due household", "7 kg of scrap metal", ""),
        ("made up: 30000 KPW cash due household", "", "30,000 won"),
    ]


def test_words_that_mean_one_thing_are_one(country):
    ours = coded(due(item="scrap iron", unit="kilograms"))
    assert compared(country, coded(due()), ours).scores["term"].f1 == 1


def test_places_are_compared_by_the_gazetteer_and_the_day_of_publication_says_nothing(country):
    right = coded(due(), places=(PlaceName(name="Chongjin"),), issued="2021-10-15").model_copy(
        update={"published": "2021-10-20"}
    )
    ours = coded(due(), places=(PlaceName(name="Ch’ŏngjin City"),), issued="2021-10-15", due="2021-10-20")
    ours = ours.model_copy(update={"published": "2021-10-20"})
    found = compared(country, right, ours)
    assert (found.scores["place"].f1, found.scores["date"].f1) == (1, 1)


def test_prices_are_compared_with_their_currency(country):
    rice = {"item": "rice", "price": 5000, "unit": "kg", "quote": "5,000 won"}
    right = coded(prices=(MarketPrice(currency="KPW", **rice),))
    assert compared(country, right, right).scores["price"].f1 == 1
    assert compared(country, right, coded(prices=(MarketPrice(currency="CNY", **rice),))).scores["price"].f1 == 0


def test_a_quote_that_is_not_in_the_text_is_counted(country):
    elsewhere = Report(id="r", text="", orders=(Order(kind="levy", terms=(due(quote="seven kilos"),)),))
    found = compared(country, coded(due()), elsewhere)
    assert (found.unquoted, found.figures) == (1, 1)


def test_a_report_that_nobody_coded_counts_as_one_without_orders(country):
    found = agreement([coded(due())], {}, country.gazetteer)
    assert (found.scores["term"].recall, found.scores["kind"].recall) == (0, 0)


@pytest.mark.parametrize(
    ("by", "apart"), [("role", ["due", "fine"]), ("item", ["cash", "scrap metal"]), ("kind", ["levy"])]
)
def test_terms_are_told_apart_by_a_field(country, by, apart):
    fine = due(500, "cash", "30,000 won", role="fine", unit="KPW")
    found = compared(country, coded(due(), fine), coded(due()), by=by)
    assert sorted(found.apart) == apart
    for name in ("right", "due", "coded"):
        assert sum(getattr(s, name) for s in found.apart.values()) == getattr(found.scores["term"], name)


def test_the_command_prints_scores_and_differences_and_json_has_all_of_them(inminban, tmp_path):
    short = tmp_path / "first"
    shutil.copytree(GOLD / "levy", short)
    told = inminban("agree", short, GOLD / "second", "--by", "role")
    assert told.code == 0
    assert "Krippendorff" in told.out
    data = json.loads(inminban("agree", short, GOLD / "second", "--json").out)
    assert data["reports"] == 18
    assert {d["measure"] for d in data["differences"]} >= {"term"}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["nowhere", "gold"], "is no folder"),
        (["gold", "gold", "--by", "colour"], "There are: role, kind, item"),
        (["empty", "gold"], "holds no records"),
    ],
)
def test_a_slip_gets_a_clear_error(inminban, tmp_path, monkeypatch, arguments, says):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    shutil.copytree(GOLD / "levy", tmp_path / "gold")
    told = inminban("agree", *arguments)
    assert told.code == 2
    assert says in told.err


def test_a_report_that_stands_twice_is_an_error(tmp_path):
    for name in ("a", "b"):
        shutil.copytree(GOLD / "levy", tmp_path / name)
    with pytest.raises(InputError, match="stands twice"):
        codings(tmp_path)


@pytest.mark.skipif(not SCORER.exists(), reason="the scorer that the measure was first written as is not at hand")
def test_counts_are_those_of_the_first_scorer(country, tmp_path):
    shutil.copytree(GOLD / "second", tmp_path / "ours")
    command = [sys.executable, str(SCORER), str(GOLD / "relief"), str(tmp_path / "ours")]
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    found = agreement(list(codings(GOLD / "relief").values()), codings(tmp_path / "ours"), country.gazetteer)
    for name, s in found.scores.items():
        line = next(one for one in lines if one.startswith(name))
        assert line.endswith(f"({s.right} of {s.due}, {s.coded} coded)")
