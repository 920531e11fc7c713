"""Refuse tables that may tell who somebody is: by what their columns are called, and by what their values look like.

A message names the column and the line, and never repeats a value.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from inminban.errors import InputError

# What a column holds, by words of its header: a word stands alone (“id number”) or, of four letters and more and in
# Hangul, anywhere in it (“homeaddress”).
HEADERS: Mapping[str, tuple[str, ...]] = {
    "names": (
        *("name", "names", "surname", "firstname", "lastname", "fullname", "forename", "nickname", "respondent"),
        *("이름", "성명", "성함", "별명", "세대주", "응답자"),
    ),
    "phone numbers": (
        *("phone", "phones", "telephone", "tel", "mobile", "cellphone", "fax", "msisdn", "imei", "imsi", "wechat"),
        *("kakao", "kakaotalk", "전화", "휴대폰", "핸드폰", "연락처", "팩스", "카톡"),
    ),
    "addresses": ("address", "addresses", "addr", "street", "postcode", "zip", "zipcode", "주소", "번지", "우편번호"),
    "identity numbers": (
        *(
            "id",
            "ids",
            "idnumber",
            "identity",
            "identification",
            "passport",
            "rrn",
            "ssn",
            "registration",
            "residentid",
        ),
        *("주민등록", "주민번호", "공민증", "여권", "신분증", "등록번호", "식별번호"),
    ),
    "e-mail addresses": ("email", "mail", "e-mail", "이메일", "메일"),
    "dates of birth": ("birth", "birthday", "birthdate", "born", "dob", "생년월일", "생일", "출생"),
    "positions": (
        *("gps", "lat", "latitude", "lon", "lng", "long", "longitude", "coordinate", "coordinates", "geolocation"),
        *("위도", "경도", "좌표", "위치"),
    ),
    "pictures or voices": ("photo", "picture", "fingerprint", "recording", "사진", "지문", "녹음"),
}
LONG_WORD = 4
IN_TEXT = {
    "e-mail addresses": r"[^\s@]+@[^\s@]+\.[^\s@]+",
    "identity numbers": r"(?<!\d)\d{6}-[1-8]\d{6}(?!\d)|(?<!\d)\d{17}[\dXx](?!\d)",
}
# In a column of counts or words any long number is one of somebody; nine digits are more than any count needs.
ALONE = {
    "phone numbers": r"^\+?[\d() .-]*\d{2,4}[) .-]+\d{3,4}[ .-]+\d{3,5}$|^0\d{8,11}$|^\+\d{8,14}$|^1\d{10}$",
    **IN_TEXT,
    "identity numbers": IN_TEXT["identity numbers"] + r"|^[A-Za-z]{0,2}\d{9,}$",
    "dates of birth": r"^(19|20)\d\d ?[-./년] ?\d{1,2} ?[-./월] ?\d{1,2} ?일?$|^\d{1,2}[-./]\d{1,2}[-./](19|20)\d\d$",
    "positions": r"^-?\d{1,3}\.\d{3,}\s*°?[NSns]?\s*[,;/ ]\s*-?\d{1,3}\.\d{3,}",
}
FEWEST_TEXTS = 12  # a list of words to choose from, in two languages, is seldom longer
REMOVE = "Remove the column, and whatever else tells who somebody is; inminban needs no names, numbers or addresses"


def refuse_headers(header: Iterable[str], where: str) -> None:
    """Refuse a column whose header says that it tells who somebody is."""
    for column in header:
        kind = identified(column)
        if kind:
            raise InputError(f"a column called so may hold {kind}", where=where, line=1, field=column, hint=REMOVE)


def identified(column: str) -> str:
    """What a column of that name may hold that tells who somebody is; empty for nothing."""
    words = re.findall(r"[^\W\d_]+", unicodedata.normalize("NFKC", column).casefold())
    joined = "".join(words)
    for kind, known in HEADERS.items():
        for word in known:
            inside = len(word) >= LONG_WORD or not word.isascii()
            if word in words or word == joined or (inside and word in joined):
                return kind
    return ""


def refuse_values(column: str, values: Sequence[tuple[int, str]], where: str, *, text: bool = False) -> None:
    """Refuse a column whose values look like what tells who somebody is.

    Args:
        column: its header.
        values: line and value of each row.
        where: the file, for the message.
        text: whether the column is one of free texts, such as sources, where only what is certain is refused.

    """
    patterns = {kind: re.compile(pattern) for kind, pattern in (IN_TEXT if text else ALONE).items()}
    for line, value in values:
        kind = next((k for k, p in patterns.items() if p.search(value)), "")
        if kind:
            raise InputError(f"holds what looks like {kind}", where=where, line=line, field=column, hint=REMOVE)
    texts = [v for _, v in values if v and not re.fullmatch(r"[-+.,\d]+([eE][-+]?\d+)?", v)]
    different = len({t.casefold() for t in texts})
    if not text and different > max(FEWEST_TEXTS, len(texts) // 2):
        raise InputError(
            f"holds {different:,} different texts, as a column of names or answers does",
            where=where,
            field=column,
            hint=REMOVE,
        )
