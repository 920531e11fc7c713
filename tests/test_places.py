"""Names of places: every spelling finds its place, and two of one spelling are never guessed between."""

import pytest

from inminban.errors import InputError
from inminban.model.country import Country


@pytest.mark.parametrize(
    ("name", "within", "place"),
    [
        ("Ranam District", None, "kp0205-ranam"),
        ("Kaesong", None, "KP0803"),
        ("Gaeseong", None, "KP0803"),
        ("개성시", None, "KP0803"),
        ("Ch'ŏngjin", None, "KP0205"),
        ("P’yŏngyang", None, "KP-01"),
        ("Rajin", None, "kp0201-rajin"),
        ("Unsan", "South Pyongan", "KP0720"),
        ("Unsan County", "North Pyongan", "KP0617"),
        ("KP0101", None, "KP0101"),
    ],
)
def test_a_spelling_names_its_place(country: Country, name: str, within: str | None, place: str) -> None:
    """McCune-Reischauer, Revised, press spellings, Hangul and ids lead to one place; a province parts namesakes."""
    assert country.gazetteer.one(name, within).id == place


def test_namesakes_are_listed_not_guessed(country: Country) -> None:
    """Two counties of one name: the message names both, with their provinces and ids."""
    with pytest.raises(InputError, match=r"names 2 places: .*North Pyongan.*South Pyongan") as caught:
        country.gazetteer.one("Unsan")
    assert "KP0617" in str(caught.value)
    assert "KP0720" in str(caught.value)


def test_an_unknown_name_is_answered_with_suggestions(country: Country) -> None:
    """A slip of the pen gets the likely name, and is not resolved by it."""
    with pytest.raises(InputError, match="Did you mean .*Hyesan"):
        country.gazetteer.one("Hyesann")


def test_a_dong_leads_up_to_the_country(country: Country) -> None:
    """A neighbourhood lies in a district, a city, a province, a country."""
    levels = [country.gazetteer.places[i].level for i in country.gazetteer.ancestors("kp0205-ranam-rahung-1-dong")]
    assert levels == ["dong", "district", "city", "province", "country"]
    assert country.gazetteer.area("kp0205-ranam") == "KP0205"
    assert country.gazetteer.province("KP0803") == "KP-06"
