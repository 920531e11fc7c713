"""Learn the reader's weights from coded reports, or tell how well they do on reports that they never saw.

    python training/learn.py            # learn from all reports but the last 40; write the weights of the package
    python training/learn.py --check    # instead: five-fold cross-validation by report, scored like `inminban agree`;
                                        # writes the curves that turn chances into the confidence shown

Learns from the reports of tests/gold and from the practice texts beside this file; scikit-learn comes with the extra
`learn`. The same reports give the same weights.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import repeat
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from sklearn.feature_extraction import DictVectorizer
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression

from examples import Example, example_kinds, facts_of, gold, place_ids, right_goods, with_role
from inminban.measures.agreement import DATES, agreement, letters, spellings
from inminban.measures.agreement import item as same_item
from inminban.measures.agreement import unit as same_unit
from inminban.model.country import Country, load_country
from inminban.model.orders import Report
from inminban.reading.bearings import ORDER_OF_KINDS, day_clues, kind_clues, per_clues, place_clues, told_at
from inminban.reading.choices import choices
from inminban.reading.choices import prices as priced_choices
from inminban.reading.clues import Clues, clues
from inminban.reading.confidence import FILE as CONFIDENCE
from inminban.reading.decide import BARE, NONE, PRICE, role_of
from inminban.reading.figures import replace
from inminban.reading.read import by_both, read
from inminban.reading.weights import FILE, Judge, saved

# Strength of the pull towards small weights: the smaller, the stronger; by question, chosen by cross-validation.
# (for "good" and "priced" it is the other way round: the larger, the stronger).
PULL = {"role": 0.5, "good": 3.0, "priced": 1.5, "per": 0.8, "place": 0.05, "day": 0.15, "kind": 0.5}
FOLDS = 5
PRACTICE = {"place": 0.07, "day": 0.07}  # how much a practice text weighs beside a report, by question
PRACTICE_ELSE = 0.1
UNDATED = 0.3
MOST_STEPS = 150
KNOTS = 8
LEAST = 2  # clues seen less often are not learned


FloatArray = npt.NDArray[np.float64]


class Row(NamedTuple):
    """One thing to learn from: its clues, the answer, its weight; `group` joins choices of which one is to be taken."""

    question: str
    clues: Clues
    answer: str
    weight: float
    group: tuple[str, int] = ("", 0)


def role_rows(example: Example, roles: Sequence[str] | None = None) -> Iterable[Row]:
    """Role of each figure, the ones before it known: as coded, or else as `roles` has them."""
    told: list[str] = []
    for number in range(len(example.scene.figures)):
        said = example.roles(number)
        found = clues(example.scene, number, told)
        for role, weight in said.items():
            yield Row("role", found, role, weight)
        told.append(roles[number] if roles else max(said, key=lambda r: (said[r], r != "none")))


def figure_rows(example: Example) -> Iterable[Row]:
    """Good, price and bearer of each figure."""
    told: list[str] = []
    good = price = last = None
    for number, figure in enumerate(example.scene.figures):
        said = example.roles(number)
        found = clues(example.scene, number, told)
        told.append(max(said, key=lambda r: (said[r], r != "none")))
        coded = example.coded(number)
        terms = [f for f in coded if f.role != "price"]
        costs = [f for f in coded if f.role == "price"]
        if costs and figure.family in ("money", *BARE):
            right = {(same_unit(f.unit), same_item(f.item)) for f in costs}
            for choice in priced_choices(example.scene, figure, price):
                yes = (same_unit(choice.unit), same_item(choice.item)) in right
                yield Row("priced", choice.clues, "yes" if yes else "no", 1.0, (example.id, number))
            price = (costs[0].unit, costs[0].item)
        if not terms:
            continue
        named = with_role(figure, terms[0].role)
        if figure.family not in ("money", "small money"):
            units, items = right_goods(example, number)
            for choice in choices(example.scene, named, good):
                yes = same_unit(choice.unit) in units and same_item(choice.item) in items
                yield Row("good", choice.clues, "yes" if yes else "no", 1.0, (example.id, number))
        good = (terms[0].unit, terms[0].item)
        named = replace(named, unit=terms[0].unit, item=terms[0].item)
        for fact in terms:
            yield Row("per", per_clues(example.scene, named, found, last), fact.per or NONE, 1.0 / len(terms))
        last = (named, str(terms[0].per))


def bearing_rows(example: Example, roles: Sequence[str], country: Country) -> Iterable[Row]:
    """Places, days and kinds of a report's orders."""
    scene = example.scene
    told = told_at(scene.figures, roles)
    priced = [f.sentence.number for f, r in zip(scene.figures, roles, strict=True) if r == "price"]
    yes, open_ = agreed([place_ids(c, country) for c in example.codings])
    if any(c.get("orders") for c in example.codings):
        ids = spellings(country.gazetteer)
        for key, found in place_clues(scene, told, priced).items():
            name = key if key in country.gazetteer.places else ids.get(letters(key)) or letters(key)
            if name not in open_ and not (example.practice and key == country.root and not yes):
                yield Row("place", found, "yes" if name in yes else "no", 1.0)
        yield from day_rows(example, told)
    kinds, unsure = agreed([example_kinds(c) for c in example.codings])
    counts = {role: float(roles.count(role)) for role in set(roles)}
    for kind in ORDER_OF_KINDS:
        if kind not in unsure:
            found = kind_clues(scene, counts)
            yield Row(kind, found, "yes" if kind in kinds else "no", 1.0)


def day_rows(example: Example, told: Sequence[int]) -> Iterable[Row]:
    """Days that belong to an order, and those that don't."""
    yes, open_ = agreed([dates_of(c) for c in example.codings])
    kinds = [k for k in ORDER_OF_KINDS if any(k in example_kinds(c) for c in example.codings)]
    for day in example.scene.page.dates:
        if day.value and len(day.value) >= len("2021-10") and day.value not in open_:
            found = day_clues(example.scene, day, told, kinds)
            answer = "yes" if day.value in yes else "no"
            yield Row("day", found, answer, 1.0)
            undated = {name: strength for name, strength in found.items() if not name.startswith("lag")}
            yield Row("day", {**undated, "lag?": 1.0}, answer, UNDATED)  # reports come without a date, too


def dates_of(coding: Any) -> set[str]:
    """Days of a coding's orders."""
    found = {o[name] for o in coding.get("orders") or [] for name in DATES if o.get(name)}
    return found | {d["value"] for o in coding.get("orders") or [] for d in o.get("dates", ())}


def agreed(codings: Sequence[set[str]]) -> tuple[set[str], set[str]]:
    """What all coders have, and what only some have."""
    every = set.intersection(*codings)
    return every, set.union(*codings) - every


def learn(examples: Sequence[Example], country: Country) -> dict[str, Judge]:
    """Fit the weights of every question.

    Places, days and kinds lean on roles, and a role on those before it. So that they learn to live with roles that are
    sometimes wrong, the roles that they see are those of a fold that was not learned from (roles see both).
    """
    coded = [weighed(e, role_rows(e)) for e in examples]
    found = [r for e, rows in zip(examples, coded, strict=True) for r in (*rows, *weighed(e, figure_rows(e)))]
    for example, roles in zip(examples, unseen_roles(examples, coded), strict=True):
        found += weighed(example, role_rows(example, roles))
        found += weighed(example, bearing_rows(example, roles, country))
    by_question: dict[str, list[Row]] = {}
    for row in found:
        by_question.setdefault(row.question, []).append(row)
    return {
        q: (ranked if part[0].group[0] else fitted)(part, PULL.get(q, PULL["kind"]))
        for q, part in sorted(by_question.items())
    }


def weighed(example: Example, rows: Iterable[Row]) -> list[Row]:
    """Rows of a report; those of a practice text weigh less, as its words are invented."""
    if not example.practice:
        return list(rows)
    return [r._replace(weight=r.weight * PRACTICE.get(r.question, PRACTICE_ELSE)) for r in rows]


def unseen_roles(examples: Sequence[Example], by_report: Sequence[Sequence[Row]]) -> list[list[str]]:
    """Roles of every report's figures by weights learned from other reports."""
    found: list[list[str]] = [[] for _ in examples]
    for fold in range(FOLDS):
        known = [r for n, rows in enumerate(by_report) if n % FOLDS != fold for r in rows]
        judge = fitted(known, PULL["role"])
        for number in range(fold, len(examples), FOLDS):
            scene, roles = examples[number].scene, found[number]
            for place, figure in enumerate(scene.figures):
                roles.append(role_of(judge, clues(scene, place, roles), figure)[0])
    return found


def fitted(found: Sequence[Row], pull: float) -> Judge:
    """Logistic regression of one question, as weights by clue."""
    vectorizer = DictVectorizer(dtype=np.float64)
    matrix = vectorizer.fit_transform([r.clues for r in found])
    kept = np.flatnonzero(np.asarray((matrix > 0).sum(0)).ravel() >= LEAST)
    names = [str(vectorizer.feature_names_[n]) for n in kept]
    model = LogisticRegression(C=pull, max_iter=400)
    model.fit(matrix[:, kept], [r.answer for r in found], sample_weight=[r.weight for r in found])
    weights = model.coef_.T
    intercept = model.intercept_
    if len(model.classes_) == 2:  # two answers share one column of weights
        weights = np.hstack([-weights / 2, weights / 2])
        intercept = np.array([-intercept[0] / 2, intercept[0] / 2])
    weights[names.index("b")] += intercept
    return Judge({n: row for row, n in enumerate(names)}, tuple(map(str, model.classes_)), weights.astype(np.float32))


def ranked(found: Sequence[Row], pull: float) -> Judge:
    """Weights by which the right one of several choices stands out: a logistic regression over each group."""
    right = {r.group for r in found if r.answer == "yes"}
    rows = [r for r in found if r.group in right]
    groups = list(dict.fromkeys(r.group for r in rows))
    place = {g: n for n, g in enumerate(groups)}
    of_group = np.array([place[r.group] for r in rows])
    yes = np.array([r.answer == "yes" for r in rows], float)
    weight = np.zeros(len(groups))
    weight[of_group] = [r.weight for r in rows]
    vectorizer = DictVectorizer(dtype=np.float64)
    matrix = vectorizer.fit_transform([r.clues for r in rows])
    kept = np.flatnonzero(np.asarray((matrix > 0).sum(0)).ravel() >= LEAST)
    matrix = matrix[:, kept].tocsr()

    def loss(weights: FloatArray) -> tuple[float, FloatArray]:
        marks = matrix @ weights
        highest = np.full(len(groups), -np.inf)
        np.maximum.at(highest, of_group, marks)
        parts = np.exp(marks - highest[of_group])
        chances = parts / np.bincount(of_group, parts)[of_group]
        of_right = np.bincount(of_group, chances * yes)
        slope = matrix.T @ ((chances - chances * yes / of_right[of_group]) * weight[of_group]) + weights * pull
        return float(-(weight * np.log(of_right)).sum() + pull * (weights @ weights) / 2), slope

    best = minimize(loss, np.zeros(len(kept)), jac=True, method="L-BFGS-B", options={"maxiter": MOST_STEPS}).x
    names = {str(vectorizer.feature_names_[n]): row for row, n in enumerate(kept)}
    return Judge(names, ("yes",), best[:, None].astype(np.float32))


class Trial(NamedTuple):
    """A term or price that the reader found in a report it had not seen: its chance, and whether a coder has it too."""

    what: str
    chance: float
    right: bool
    fold: int


def learned_without(fold: int, examples: Sequence[Example], country: Country) -> dict[str, Judge]:
    """Weights learned from all reports but those of one fold."""
    held = {e.id for e in [e for e in examples if not e.practice][fold::FOLDS]}
    return learn([e for e in examples if e.id not in held], country)


def tried(example: Example, judges: dict[str, Judge], fold: int) -> Iterable[Trial]:
    """What the reader finds in a report, held against both codings."""
    found = by_both(example.scene.page, judges, example.scene.headline)
    facts = [f for coding in example.codings for f in facts_of(coding)]
    terms = {(f.role, f.amount, same_unit(f.unit), same_item(f.item), f.per) for f in facts}
    for figure in found.figures:
        if figure.role:
            said = (same_unit(figure.unit or ""), same_item(figure.item or ""), figure.per)
            yield Trial("term", figure.chance, (figure.role, figure.low, *said) in terms, fold)
    prices = {(f.amount, same_unit(f.unit), same_item(f.item)) for f in facts if f.role == PRICE}
    for price in found.prices:
        said_price = (price.figure.low, same_unit(price.unit), same_item(price.item))
        yield Trial("price", price.figure.chance, said_price in prices, fold)


def curve(trials: Sequence[Trial]) -> list[tuple[float, float]]:
    """Chances by the weights, and the share that coders confirmed at each, which never falls."""
    ranked_trials = sorted(trials, key=lambda t: t.chance)
    pairs = np.array([(t.chance, t.right) for t in ranked_trials])
    parts = [part for part in np.array_split(pairs, KNOTS) if len(part)]
    chances = [float(part[:, 0].mean()) for part in parts]
    shares = IsotonicRegression().fit_transform(chances, [float(part[:, 1].mean()) for part in parts])
    return [(round(c, 3), round(float(s), 3)) for c, s in zip(chances, shares, strict=True)]


def reliability(trials: Sequence[Trial]) -> list[dict[str, Any]]:
    """Confidence against what came true, each fold by the curves of the others."""
    rows: list[dict[str, Any]] = []
    for what in ("term", "price"):
        told: list[tuple[float, bool]] = []
        for fold in range(FOLDS):
            knots = curve([t for t in trials if t.what == what and t.fold != fold])
            held = [t for t in trials if t.what == what and t.fold == fold]
            told += [(float(np.interp(t.chance, *zip(*knots, strict=True))), t.right) for t in held]
        for low in (0.0, 0.2, 0.4, 0.6, 0.8):
            part = [t for t in told if low <= t[0] < low + 0.2 or (low == 0.8 and t[0] == 1.0)]
            if part:
                said, true = (round(float(np.mean([p[n] for p in part])), 2) for n in (0, 1))
                rows.append({"what": what, "from": low, "cases": len(part), "confidence": said, "confirmed": true})
    return rows


def checked(examples: Sequence[Example], country: Country) -> dict[str, Any]:
    """F1 by measure over reports, each read by weights learned from the others (practice texts only teach)."""
    real = [e for e in examples if not e.practice]
    reads: dict[str, Report] = {}
    trials: list[Trial] = []
    with ProcessPoolExecutor(mp_context=get_context("fork")) as pool:
        learned = list(pool.map(learned_without, range(FOLDS), repeat(examples), repeat(country)))
    for fold, judges in enumerate(learned):
        for e in real[fold::FOLDS]:
            text, published, title = e.coding["text"], e.coding.get("published"), e.coding.get("title")
            reads[e.id] = read(text, id=e.id, published=published, title=title, country=country, judges=judges)
            trials += tried(e, judges, fold) if e.second else ()
    with CONFIDENCE.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("what", "chance", "confirmed"))
        for what in ("term", "price"):
            writer.writerows((what, *knot) for knot in curve([t for t in trials if t.what == what]))
    both = [e for e in real if e.second]
    right, second = [record(e.coding) for e in both], {e.id: record(e.second or {}) for e in both}
    found = agreement(right, reads, country.gazetteer, second)
    scores = {name: round(s.f1, 3) for name, s in found.scores.items()}
    return {"reports": len(both), **scores, "reliability": reliability(trials)}


def record(coding: Any) -> Report:
    """A coding as a record."""
    return Report.model_validate({k: v for k, v in coding.items() if k in Report.model_fields})


def main() -> None:
    """Learn and write, or check."""
    country = load_country()
    examples = gold(country, Path(__file__).parent.parent)
    if "--check" in sys.argv:
        print(json.dumps(checked(examples, country)))
        return
    saved(learn(examples, country), FILE)
    print(f"learned from {len(examples)} reports: {FILE} ({FILE.stat().st_size:,} bytes)")


if __name__ == "__main__":
    main()
