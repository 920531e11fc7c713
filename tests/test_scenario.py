"""Scenarios: orders, a place, a period, and assumptions that the country's table knows."""

from pathlib import Path

import pytest

from inminban.errors import InputError
from inminban.model.country import Country
from inminban.model.scenario import load_scenario

BASE = "orders: [levy.yaml]\nplace: Ranam District\nstart: 2021-10-01\n"
TERM = "{role: due, item: scrap metal, amount: 7, unit: kg, per: household}"
LEVY = f"id: levy\norders:\n  - {{kind: levy, terms: [{TERM}]}}\n"


def test_orders_come_from_files_or_stand_inline(country: Country, tmp_path: Path) -> None:
    """A path is read from beside the scenario; a record may be written into it."""
    (tmp_path / "levy.yaml").write_text(LEVY)
    (tmp_path / "s.yaml").write_text(BASE + "parameters: {income_scale: [0.4, 1], unit_size: 30}\ndays: 60\n")
    scenario = load_scenario(tmp_path / "s.yaml", country)
    assert (scenario.days, scenario.draws, scenario.parameters["income_scale"]) == (60, 100, (0.4, 1))
    assert scenario.reports(tmp_path)[0].orders[0].terms[0].amount == 7
    (tmp_path / "t.yaml").write_text("orders:\n  - id: x\n    orders: [{kind: restriction}]\nplace: Kaesong\n")
    assert load_scenario(tmp_path / "t.yaml", country).reports(tmp_path)[0].orders[0].id == "x#o1"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (BASE.replace("Ranam District", "Unsan"), "names 2 places"),
        (BASE + "days: 0\n", "line 4, field days: input should be greater than or equal to 1"),
        (BASE + "seed: -1\n", "line 4, field seed"),
        (BASE + "draw: 10\n", "line 4, field draw: is no field"),
        (BASE.replace("2021-10-01", "October"), "line 3, field start"),
        (
            BASE + "parameters:\n  income_scal: 1\n",
            "line 5, field parameters.income_scal: “income_scal” is no parameter",
        ),
        (BASE + "parameters:\n  nk_scrap_quota_2012: 1\n", "has the role context, only inputs can be set"),
        (BASE + "parameters:\n  unit_size: -1\n", "can't be negative"),
        (BASE + "parameters:\n  income_scale: [1, 0.4]\n", "line 5"),
        (BASE + "format: 2\n", "format 2"),
        ("orders: []\nplace: Kaesong\n", "orders"),
        ("- a\n", "expected a scenario"),
    ],
)
def test_a_mistake_is_told_with_line_and_field(country: Country, tmp_path: Path, text: str, says: str) -> None:
    """A scenario that can't be run is refused before anything is computed."""
    (tmp_path / "s.yaml").write_text(text)
    with pytest.raises(InputError) as caught:
        load_scenario(tmp_path / "s.yaml", country)
    assert says in str(caught.value)


def test_orders_in_a_missing_file_are_named(country: Country, tmp_path: Path) -> None:
    """The path stands in the message."""
    (tmp_path / "s.yaml").write_text(BASE)
    with pytest.raises(InputError, match=r"levy\.yaml: no such file"):
        load_scenario(tmp_path / "s.yaml", country).reports(tmp_path)
