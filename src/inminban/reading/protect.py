"""What could tell who a source is, taken out of a text before anything is read from it: names, ages, phones, handles.

The letters give way to as many black squares, so that every offset stays; nothing later ever sees them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from inminban.model.country import Country
from inminban.model.places import spelling
from inminban.reading.lexicon import either

BLACK = "█"
LETTER = re.compile(r"\S")
LOOK_AROUND = 40
AGES = re.compile(
    r"\b(?P<a>\d{1,3}|[a-z]+(?:-[a-z]+)?)-year-old\b|\baged?\s(?:of\s)?(?P<b>\d{1,3})\b"
    r"|\b(?P<c>\d{1,3})\syears?\s(?:old|of age)\b"
    r"|\b(?:woman|man|mother|father|girl|boy|widow|widower|grandmother|grandfather|trader|vendor|resident|worker|farmer|"
    r"teacher)\sof\s(?P<d>\d{1,2}|[a-z]+(?:-[a-z]+)?)(?=[\s,.;])"
    r"|\bin\s(?:his|her|their)\s(?:early\s|late\s|mid-?\s?)?(?P<g>teens|twenties|thirties|forties|fifties|sixties|"
    r"seventies|eighties|\d0s)\b|(?P<h>\d{1,3})\s?(?:세|살)(?!대|기)|(?P<i>[1-9]0)대(?=\s?(?:남|녀|여|초|중|후|주|상))"
)
AGE_BEHIND = re.compile(r"(?:,\s|\s?\()(\d{2})(?=[,.;)]|\s)")
NUMBERS = re.compile(
    r"(?:\d+|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:-\w+)?|eighteen|nineteen|seventeen|sixteen)$",
    re.IGNORECASE,
)
CONTACTS = re.compile(
    r"https?://\S{1,300}|\b[\w.+-]{1,60}@[\w-]{1,60}(?:\.[\w-]{1,30})+|(?<![\w@])@\w{2,40}"
    r"|\b(?:ID|Weibo|WeChat|QQ|Telegram|KakaoTalk|Kakao|Signal|Facebook|Twitter|blogger)\b[^\n.]{0,24}?[:：]"
    r"\s?[^\s,;]{2,40}"
    r"|(?:카카오톡|위챗|텔레그램|라인)[^\n]{0,12}?[:：]\s?\S{2,40}"
    r"|\+\d{1,3}[\s-]\(?\d{1,4}\)?[\s-]\d{3,4}[\s-]\d{3,4}(?!\d)|\+\d{8,15}(?!\d)"
    r"|(?<![\d,.])(?:\d{2,4}[\s-]\(?\d{2,4}\)?[\s-]\d{3,4}[\s-]\d{3,4}|0\d{1,2}-\d{3,4}-\d{4})(?!\d)"
)
CALLED = re.compile(r"\b(?:Mr|Ms|Mrs|Miss)\.?\s(?P<name>[A-Z][\w'’-]+(?:\s[A-Z][\w'’-]+){0,2})")
SURNAMED = re.compile(r"\bsurnamed\s(?P<name>[A-Z][\w'’-]+(?:\s[A-Z][\w'’-]+){0,2})(?=[\s,.;:])")
FORMS = "[Mm]ine|[Ff]actory|[Uu]niversity|[Cc]omplex|Square|Party|Prize|Order|County|District|Province|City|[Ss]chool"


class Hidden(NamedTuple):
    """A stretch of a text that is blacked out, and what it was: a name, an age, a contact."""

    start: int
    end: int
    what: str


def protected(text: str, country: Country) -> tuple[str, tuple[Hidden, ...]]:
    """Black out what could identify a source or an ordinary person; the names of public figures stay.

    Returns:
        The text, as long as before, and what was blacked out, in order.

    """
    named = list(names(text, country))
    hidden = sorted({*contacts(text), *ages(text), *named, *ages_behind(text, named)})
    kept, place = [], 0
    for start, end, _ in hidden:
        if end > place:
            kept += [text[place : max(start, place)], LETTER.sub(BLACK, text[max(start, place) : end])]
            place = end
    return "".join([*kept, text[place:]]), tuple(hidden)


def contacts(text: str) -> Iterator[Hidden]:
    """Phone numbers, addresses and handles."""
    for match in CONTACTS.finditer(text):
        yield Hidden(match.start(), match.end(), "contact")


def ages(text: str) -> Iterator[Hidden]:
    """Ages of persons: only the number is taken."""
    for match in AGES.finditer(text):
        name = str(match.lastgroup)
        if name == "g" or NUMBERS.match(match[name]):
            yield Hidden(match.start(name), match.end(name), "age")


def ages_behind(text: str, named: Iterable[Hidden]) -> Iterator[Hidden]:
    """Ages right behind a name: "Kim, 43," or "김모(43)"."""
    for name in named:
        if match := AGE_BEHIND.match(text, name.end):
            yield Hidden(match.start(1), match.end(1), "age")


def names(text: str, country: Country) -> Iterator[Hidden]:
    """Names of persons who are no public figures and hold no public office that the words beside them name."""
    known = persons(country)
    for pattern in (CALLED, SURNAMED):
        for match in pattern.finditer(text):
            if not known.public.fullmatch(match["name"]) and not is_place(match["name"], country):
                yield Hidden(match.start("name"), match.end("name"), "name")
    for match in known.full.finditer(text):
        start, end = match.span()
        if not of_office(text, start, end, known) and not is_place(match[0], country):
            yield Hidden(start, end, "name")


def is_place(name: str, country: Country) -> bool:
    """Whether a name is a place's."""
    return spelling(name) in country.gazetteer.spellings


def of_office(text: str, start: int, end: int, known: Persons) -> bool:
    """Whether a name is a public figure's, or part of the name of a place or firm."""
    if known.public.match(text, start) or known.thing.match(text, end):
        return True
    before, after = text[max(0, start - LOOK_AROUND) : start], text[end : end + LOOK_AROUND]
    return bool(known.title.search(before) or (after.startswith(",") and known.title.search(after)))


class Persons(NamedTuple):
    """Patterns of persons' names: full ones, those of public figures, words of office, things named after somebody."""

    full: re.Pattern[str]
    public: re.Pattern[str]
    title: re.Pattern[str]
    thing: re.Pattern[str]


@lru_cache(8)
def persons(country: Country) -> Persons:
    """Compile the country's table of persons."""
    rows = country.words("persons")

    def words(what: str, lang: str = "en") -> list[str]:
        found = {w for r in rows if r["what"] == what and r["lang"] == lang for w in r["words"].split("|")}
        return sorted(found, key=lambda w: (-len(w), w))

    plain, every = either(words("surname")), either(words("surname") + words("surname and word"))
    given = "[A-Z][a-z]{1,6}"
    romanised = rf"(?:{every})\s{given}-[A-Za-z][a-z]{{1,6}}|(?:{plain})\s{given}\s{given}|(?:{plain})\s{given}"
    hangul = rf"(?:{either(words('surname', 'ko'))})(?:[가-힣]{{1,2}}|모)(?=\s?씨|\s?\(가명|\s?\(\d\d\))"
    return Persons(
        re.compile(rf"\b(?:{romanised})\b|(?<![가-힣]){hangul}"),
        re.compile(rf"(?:{either(words('public') + words('public', 'ko'))})(?!\w)"),
        re.compile(rf"(?<!\w)(?:{either(words('title'))})(?!\w)"),
        re.compile(rf"(?:['’]s)?\s(?:\w+\s){{0,3}}(?:{FORMS})\b"),
    )
