"""Drawing the uncertain inputs: within their ranges, by their shapes, and the same whatever is drawn beside them."""

from __future__ import annotations

from statistics import mean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inminban.errors import InputError
from inminban.model.country import Country
from inminban.model.source import Source
from inminban.studies.assumptions import Gate, Input, gate_of, input_of, inputs_of, kinds, sample, value_at
from inminban.studies.fields import FIXED, JOINT, SCALED

SYMBOLS = [f.symbol for f in (*SCALED, *JOINT)]
DRAWS = 2000
NOWHERE = Source("assumed", "a test", "", "")


def drawn(found: Input, draws: int = DRAWS) -> list[float]:
    return [sample((found,), draw, 1)[found.symbol] for draw in range(draws)]


def of_shape(shape: str, low: float, central: float, high: float, whole: bool = False) -> Input:
    return Input("test", low, central, high, shape, whole, NOWHERE)


@given(draw=st.integers(0, 99_999), seed=st.integers(0, 2**63 - 1))
def test_values_lie_within_their_rows(country: Country, draw: int, seed: int) -> None:
    """Every symbol, in every draw and seed; days are whole."""
    inputs = inputs_of(country, SYMBOLS)
    values = sample(inputs, draw, seed)
    assert list(values) == sorted(SYMBOLS)
    for found in inputs:
        assert found.low <= values[found.symbol] <= found.high
        assert not found.whole or values[found.symbol].is_integer()


@given(
    chosen=st.lists(st.sampled_from(SYMBOLS), min_size=1, unique=True),
    draw=st.integers(0, 10**5),
    seed=st.integers(0, 2**63 - 1),
)
def test_a_value_depends_on_seed_draw_and_symbol_alone(
    country: Country, chosen: list[str], draw: int, seed: int
) -> None:
    """What is drawn beside it, and in which order, changes nothing."""
    all_of_them = sample(inputs_of(country, SYMBOLS), draw, seed)
    few = sample([input_of(country, symbol, {}) for symbol in chosen], draw, seed)
    assert few == {symbol: all_of_them[symbol] for symbol in chosen}


def test_a_value_never_changes(country: Country) -> None:
    """The key of docs/model.md gives this number in every version."""
    assert sample(inputs_of(country, ["taste"]), 0, 1) == {"taste": pytest.approx(TASTE, abs=1e-15)}
    assert sample(inputs_of(country, ["taste"]), 1, 1) != sample(inputs_of(country, ["taste"]), 0, 1)
    assert sample(inputs_of(country, ["taste"]), 0, 2) != sample(inputs_of(country, ["taste"]), 0, 1)
    assert sample((), 0, 1) == {}


TASTE = 0.6768786236040591


@pytest.mark.parametrize(
    ("shape", "ends", "expected"),
    [
        ("uniform", (2, 3, 10), 6),
        ("interval", (2, 3, 10), 6),
        ("triangular", (2, 3, 10), 5),
        ("endpoints", (0, 0, 7), 3.5),
        ("constant", (2, 3, 10), 3),
    ],
)
def test_shapes_have_their_means(shape: str, ends: tuple[float, float, float], expected: float) -> None:
    """Evenly spread, most likely in the middle, at the ends, or never varied."""
    values = drawn(of_shape(shape, *ends))
    assert mean(values) == pytest.approx(expected, rel=0.05)
    assert len(set(values)) == {"endpoints": 2, "constant": 1}.get(shape, DRAWS)


def test_whole_numbers_reach_both_ends() -> None:
    """Market days of one to seven days are whole, three the most likely."""
    values = drawn(of_shape("triangular", 1, 3, 7, whole=True))
    counts = [values.count(day) for day in range(1, 8)]
    assert sum(counts) == DRAWS
    assert min(counts) > 0
    assert max(counts) == counts[2]


@given(u=st.floats(0, 1, exclude_min=True, exclude_max=True), shape=st.sampled_from(("uniform", "triangular")))
def test_larger_shares_lie_higher(u: float, shape: str) -> None:
    """A value is the one below which a share of all values lies, so it rises with the share."""
    found = of_shape(shape, 1, 2, 5)
    assert 1 <= value_at(found, u / 2) <= value_at(found, u) <= 5


class TestScenarios:
    def test_a_value_is_taken_as_it_is(self, country: Country) -> None:
        """It never varies, and counts as the scenario's assumption."""
        found = input_of(country, "none", {"none": 0.1})
        assert set(drawn(found, 20)) == {0.1}
        assert (found.source.kind, found.source.ref, found.transplanted_from) == ("assumed", "scenario:none", "")

    def test_a_range_is_drawn_from_evenly(self, country: Country) -> None:
        """Or at its ends, where only those are looked at."""
        assert mean(drawn(input_of(country, "taste", {"taste": (0.2, 0.4)}))) == pytest.approx(0.3, rel=0.02)
        assert set(drawn(input_of(country, "reserve_days", {"reserve_days": (1, 3)}), 50)) == {1, 3}

    @pytest.mark.parametrize(
        ("symbol", "value"),
        [
            ("sold", 2.0),
            ("market_every", 0),
            ("kappa", 0),
            ("share_mean", 1),
            ("choice_scale", 64),
            ("restock_days", 0),
        ],
    )
    def test_values_without_a_meaning_are_refused(self, country: Country, symbol: str, value: float) -> None:
        """Shares above one, markets every zeroth day."""
        with pytest.raises(InputError, match=f"field parameters.{symbol}: {symbol} is {value:g}, expected"):
            input_of(country, symbol, {symbol: value})

    def test_a_published_outcome_sets_nothing(self, country: Country) -> None:
        """Rows with the role target can't be drawn."""
        target = next(p.symbol for p in country.parameters.values() if p.role == "target")
        with pytest.raises(InputError, match="has the role target"):
            input_of(country, target, {})
        with pytest.raises(InputError, match="is missing"):
            input_of(country, "no such symbol", {})


def test_the_gate_takes_its_bounds_as_they_stand(country: Country) -> None:
    """A tenth for prices and cash; warnings and refusals outside of two ranges of hunger."""
    assert gate_of(country) == Gate(0.1, (0.1, 0.6), (0.05, 0.8))


def test_inputs_are_counted_by_origin(country: Country) -> None:
    """A run says how many of its inputs are data and how many assumed."""
    found = kinds(i.source for i in inputs_of(country, [*SYMBOLS, *(f.symbol for f in FIXED)]))
    assert found["reported"] == 0
    assert found["assumed"] > found["data"]
