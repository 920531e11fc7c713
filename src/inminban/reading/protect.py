"""What could tell who a source is, taken out of a text before anything is read from it: names, ages, phones, handles.

The letters give way to as many black squares, so that every offset stays; nothing later ever sees them.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from inminban.model.country import Country
from inminban.model.places import spelling
from inminban.reading.beginnings import Patterns, Places, found_at, words
from inminban.reading.lexicon import either

BLACK = "█"
LETTER = re.compile(r"\S")
LOOK_AROUND = 40
_AGES = (
    r"\b(?P<a>\d{1,3}|[a-z]+(?:-[a-z]+)?)-year-old\b|\baged?\s(?:of\s)?(?P<b>\d{1,3})\b"
    r"|\b(?P<c>\d{1,3})\syears?\s(?:old|of age)\b"
    r"|\b(?:woman|man|mother|father|girl|boy|widow|widower|grandmother|grandfather|trader|vendor|resident|worker|farmer|"
    r"teacher)\sof\s(?P<d>\d{1,2}|[a-z]+(?:-[a-z]+)?)(?=[\s,.;])"
    r"|\bin\s(?:his|her|their)\s(?:early\s|late\s|mid-?\s?)?(?P<g>teens|twenties|thirties|forties|fifties|sixties|"
    r"seventies|eighties|\d0s)\b"
)
_KOREAN_AGES = r"|(?P<h>\d{1,3})\s?(?:세|살)(?!대|기)|(?P<i>[1-9]0)대(?=\s?(?:남|녀|여|초|중|후|주|상))"
AGES = re.compile(_AGES + _KOREAN_AGES)
AGE_BEHIND = re.compile(r"(?:,\s|\s?\()(\d{2})(?=[,.;)]|\s)")
NUMBERS = re.compile(
    r"(?:\d+|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:-\w+)?|eighteen|nineteen|seventeen|sixteen)$",
    re.IGNORECASE,
)
_HANDLES = (
    r"|\b(?:ID|Weibo|WeChat|QQ|Telegram|KakaoTalk|Kakao|Signal|Facebook|Twitter|blogger)\b[^\n.]{0,24}?[:：]"
    r"\s?[^\s,;]{2,40}"
)
_PHONES = r"|(?<![\d,.])(?:\d{2,4}[\s-]\(?\d{2,4}\)?[\s-]\d{3,4}[\s-]\d{3,4}|0\d{1,2}-\d{3,4}-\d{4})(?!\d)"
CONTACTS = re.compile(
    r"https?://\S{1,300}|\b[\w.+-]{1,60}@[\w-]{1,60}(?:\.[\w-]{1,30})+|(?<![\w@])@\w{2,40}"
    + _HANDLES
    + r"|(?:카카오톡|위챗|텔레그램|라인)[^\n]{0,12}?[:：]\s?\S{2,40}"
    r"|\+\d{1,3}[\s-]\(?\d{1,4}\)?[\s-]\d{3,4}[\s-]\d{3,4}(?!\d)|\+\d{8,15}(?!\d)" + _PHONES
)
PARTED = "\n\n"  # nothing that is looked for here goes on over an empty line
SIGNS = ("@", "://", "+")  # without these and Hangul, contacts are handles or plain numbers
PLAIN_CONTACTS = re.compile((_HANDLES + _PHONES)[1:])
HANDLE = Patterns.of([re.compile(_HANDLES[1:])])
RUN_OF_DIGITS = re.compile(r"\d+")
HANGUL = re.compile("[가-힣]")
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
    at = words(text)
    called, surnamed, full, aged = looked_for(country).found(text, at)
    if in_hangul(text):
        full, aged = list(persons(country).full.finditer(text)), list(AGES.finditer(text))
    named = [*titled((*called, *surnamed), country), *names(text, full, country)]
    hidden = sorted({*contacts(text, at), *ages(aged), *named, *ages_behind(text, named)})
    kept, place = [], 0
    for start, end, _ in hidden:
        if end > place:
            kept += [text[place : max(start, place)], LETTER.sub(BLACK, text[max(start, place) : end])]
            place = end
    return "".join([*kept, text[place:]]), tuple(hidden)


@lru_cache(8)
def looked_for(country: Country) -> Patterns:
    """Patterns of names and ages, as they are in a text without Hangul."""
    return Patterns.of([CALLED, SURNAMED, persons(country).romanised, re.compile(_AGES)])


def in_hangul(text: str) -> bool:
    """Whether a text has Hangul in it."""
    return not text.isascii() and bool(HANGUL.search(text))


def contacts(text: str, at: Places) -> Iterator[Hidden]:
    """Phone numbers, addresses and handles."""
    handles = (start for letters, starts in at.items() if HANDLE.beginning(letters) for start in starts)
    starts = sorted({*handles, *(m.start() for m in RUN_OF_DIGITS.finditer(text))})
    place = 0
    for part in text.split(PARTED):
        end = place + len(part)
        if any(sign in part for sign in SIGNS) or in_hangul(part):
            found: Iterable[re.Match[str]] = CONTACTS.finditer(text, place, end)
        else:
            found = found_at(PLAIN_CONTACTS, text, starts[bisect_left(starts, place) : bisect_left(starts, end)])
        for match in found:
            yield Hidden(match.start(), match.end(), "contact")
        place = end + len(PARTED)


def ages(found: Iterable[re.Match[str]]) -> Iterator[Hidden]:
    """Ages of persons: only the number is taken."""
    for match in found:
        name = str(match.lastgroup)
        if name == "g" or NUMBERS.match(match[name]):
            yield Hidden(match.start(name), match.end(name), "age")


def ages_behind(text: str, named: Iterable[Hidden]) -> Iterator[Hidden]:
    """Ages right behind a name: "Kim, 43," or "김모(43)"."""
    for name in named:
        if match := AGE_BEHIND.match(text, name.end):
            yield Hidden(match.start(1), match.end(1), "age")


def titled(found: Iterable[re.Match[str]], country: Country) -> Iterator[Hidden]:
    """Names behind "Mr" or "surnamed" of persons who are no public figures."""
    public = persons(country).public
    for match in found:
        if not public.fullmatch(match["name"]) and not is_place(match["name"], country):
            yield Hidden(match.start("name"), match.end("name"), "name")


def names(text: str, found: Iterable[re.Match[str]], country: Country) -> Iterator[Hidden]:
    """Names of persons who are no public figures and hold no public office that the words beside them name."""
    known = persons(country)
    for match in found:
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
    """Patterns of persons: full names, those in Latin letters, public figures, words of office, things so named."""

    full: re.Pattern[str]
    romanised: re.Pattern[str]
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
        re.compile(rf"\b(?:{romanised})\b"),
        re.compile(rf"(?:{either(words('public') + words('public', 'ko'))})(?!\w)"),
        re.compile(rf"(?<!\w)(?:{either(words('title'))})(?!\w)"),
        re.compile(rf"(?:['’]s)?\s(?:\w+\s){{0,3}}(?:{FORMS})\b"),
    )
