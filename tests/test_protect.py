"""What could identify a source never gets past reading: not into records, exports, pages or messages."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inminban.model.country import Country, load_country
from inminban.model.records import to_json
from inminban.reading.protect import BLACK, protected
from inminban.reading.read import read

Call = Callable[..., Any]
LEVY = "Each household in Hyesan has to hand in seven kilograms of scrap metal by Oct. 28 or pay KPW 30,000 in cash."
NAMES = ["Kim Song-ho", "Ri Chol", "Pak Un Hui", "Choe Myong-su", "Mr. Rim", "박철수 씨", "surnamed Kang"]
AGES = ["a 43-year-old vendor", "a woman of 48", "aged 37", "62 years old", "in his forties", "45세 여성"]
CONTACTS = [
    "010-1234-5678", "+82 2 555 0199", "+8613844445555", "some.body@mail.example", "@hyesan88", "WeChat: hyesan88",
    "카카오톡: abc123", "https://social.example/users/hyesan88",
]  # fmt: skip


def secret(planted: str) -> str:
    """The part of a planted text that must be gone."""
    for lead in ("Mr. ", "surnamed ", "WeChat: ", "카카오톡: ", "a ", "aged ", "woman of ", "in his ", "@"):
        planted = planted.removeprefix(lead)
    for tail in (" 씨", "-year-old vendor", " years old", "세 여성"):
        planted = planted.removesuffix(tail)
    return planted


def texts(record: Any) -> list[str]:
    """Every text of a record, however deep."""
    if isinstance(record, dict):
        return [t for value in record.values() for t in texts(value)]
    if isinstance(record, list):
        return [t for value in record for t in texts(value)]
    return [record] if isinstance(record, str) else []


planted = st.sampled_from([*NAMES, *AGES, *CONTACTS])


@given(st.lists(planted, min_size=1, max_size=4), st.sampled_from(["{}, said so. " + LEVY, LEVY + " So {} said."]))
def test_what_is_planted_is_in_no_record(found: list[str], frame: str) -> None:
    """Whatever the text holds of names, ages and contacts, the record holds none of it, and the order is still read."""
    report = read(frame.format(" and ".join(found)), id="r", published="2021-10-20")
    record = json.loads(to_json(report.model_copy(update={"reader": None})))
    for one in found:
        assert not any(secret(one) in text for text in texts(record)), one
    assert [t.amount for o in report.orders for t in o.terms][:2] == [7, 30000]


@given(st.text(alphabet=st.sampled_from("Kim Song-ho, 43 aged@.+82-박철수씨 \n"), max_size=80))
def test_every_offset_stays(text: str) -> None:
    """Letters give way to squares one by one; white space stays."""
    kept, hidden = protected(text, load_country())
    assert len(kept) == len(text)
    for place, (old, new) in enumerate(zip(text, kept, strict=True)):
        inside = any(h.start <= place < h.end for h in hidden)
        assert new == (BLACK if inside and not old.isspace() else old)


@pytest.mark.parametrize(
    "text",
    [
        "Kim Jong Un and President Park Geun-hye met the spokesman Kim Eui-do.",
        "The Kim Chaek Iron and Steel Complex is in Chongjin.",
        "In Hong Kong a kilogram cost 5,000-6,000 won; No. 2 warehouse; Song Market.",
        "Lim Eul-chul, a professor at Kyungnam University, said 98 percent was a lot.",
        "김정은 국방위원장은 9월 25일 배급 600 그램을 지시했다.",
    ],
)
def test_public_figures_places_and_amounts_stay(country: Country, text: str) -> None:
    """Leaders, ministers, experts by their office, firms and places are no sources; amounts are no phone numbers."""
    assert protected(text, country) == (text, ())


def test_nothing_gets_into_tables_pages_or_messages(inminban: Call, tmp_path: Path) -> None:
    """Records, burdens and pages made of a text are clean of what was planted in it, and so is what is printed."""
    text = f"Kim Song-ho, 43, who sells tofu, gave his number as 010-1234-5678. {LEVY}"
    (tmp_path / "r.json").write_text(
        json.dumps({"id": "r", "title": "Ri Chol asks each household for seven kilograms", "text": text})
    )
    told = [
        inminban("read", tmp_path / "r.json", "--out", tmp_path / "out"),
        inminban("read", tmp_path / "r.json"),
        inminban("weigh", tmp_path / "r.json", "--out", tmp_path / "burdens.csv"),
        inminban("render", tmp_path / "out" / "r.json", "--out", tmp_path / "page.html"),
    ]
    files = [p.read_text(encoding="utf-8") for p in (tmp_path / "out").iterdir()]
    files += [(tmp_path / name).read_text(encoding="utf-8") for name in ("burdens.csv", "page.html")]
    for where in (*files, *(t.out + t.err for t in told)):
        for one in ("Song-ho", "1234-5678", ", 43", "Ri Chol"):
            assert one not in where
