"""How well pages are read, against floors that only ever rise by themselves: `make quality`.

    python benchmarks/quality.py [--folds DIR] [--rules N]     print the figures, fail under a floor
    python benchmarks/quality.py --raise                       write the floors that were reached
    python benchmarks/quality.py --lower KEY=VALUE …           lower a floor, knowingly

Five grounds: the real pages with their true articles, where they are at hand (out of fold with --folds, a folder of
models from fit_scorer.py; else with the shipped weights, which have seen them); the sample, whose every line has a
role; the made articles that protect prose (traps); and clean articles put together with furniture (mutations.py), of
voices that no model has seen too, with --folds, and of voices that are kept apart, one until all was chosen; and
invented pages whose facts are known (stated.py), of hands that the headline's weights were fitted on, of one that they
were not, and of one that nobody had looked at. Of every rule that sets lines aside, it prints how often the line was
article text.
"""

from __future__ import annotations

import argparse
import gzip
import time
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import mutations
import press
import scorer_pages
import scorer_voices
import stated

from copydesk.article import KEPT_ROLES, TEXT_ROLES, Article, Role
from copydesk.cleaning import Knowledge, clean
from copydesk.html import score as html_score
from copydesk.label.scorer.model import load_model
from copydesk.normalize.names import load_authority
from copydesk.sources import Source, load_sources

ROOT = Path(__file__).parent.parent
FLOORS = Path(__file__).with_name("floors.toml")
GOLDEN = ROOT / "tests" / "golden"
FIGURES = ("f1", "para", "foreign", "dup", "title~", "author_f1", "date_ok", "false_date")
"""What is held of the judge's figures."""

HIGHER = ("f1", "para", "title~", "author_f1", "date_ok", "kept", "gone", "right")
"""Figures that should be high; of the others a floor is the most that may be."""

SLACK = 0.005
"""How far below what was reached a floor lies: a smaller difference says nothing."""

_WAYS = {"accurate": ("html", "html_*", "default_model"), "fast": ("html_fast", "fast_*", "fast_model")}
"""A way of reading pages of HTML: how its figures, the models of its folds and the function of its model are named."""

KNOWLEDGE = Knowledge(load_authority(None))

Rules = Counter[tuple[str, bool]]
"""A rule that set a line aside, and whether the line was article text; to how often."""


def real_pages(folds: Path | None, rules: Rules) -> Iterator[tuple[str, float]]:
    """The judge's figures on the real pages, text and whole page."""
    folder = scorer_pages.press_folder()
    if folder is None:
        print("The real pages are not here: set COPYDESK_SHARED to the folder that holds press/.\n")
        return
    score = scorer_pages.judge(folder)
    for shape in scorer_pages.SHAPES:
        pages = scorer_pages.load(folder, shape)
        models = scorer_pages.fold_models((page.publisher for page in pages), folds) if folds else {}
        predictions = []
        for page in pages:
            with press.standing_in(models.get(page.publisher)):
                article = clean("\n".join(page.lines), source=page.publisher)
            count(article, page.kinds, rules)
            day = article.published.on if article.published else None
            facts = {"headline": article.headline, "byline": list(article.byline)}
            predictions.append({"id": page.id, "text": article.text, "published": day and day.isoformat(), **facts})
        _, groups = score.evaluate([page.gold for page in pages], predictions, ("source",))
        print(f"real pages, {shape}\n{score.table(groups, score.BODY)}\n{score.table(groups, score.FACTS)}\n")
        for name in FIGURES:
            yield f"{shape}.{name}", groups[0][1][name]


def served_pages(folds: Path | None, way: str) -> Iterator[tuple[str, float]]:
    """The judge's figures on the same pages as they were served, read ``accurate`` or ``fast``; and how many pages a
    second of the processor that takes. ``folds``: models of fit_html_scorer.py --folds, with --fast for that way."""
    folder = scorer_pages.press_folder()
    if folder is None:
        return
    judge = scorer_pages.judge(folder)
    golds = judge.read_jsonl(folder / "html" / "gold.jsonl")
    key, begins, picks = _WAYS[way]
    models = [html_score.load_model(path) for path in sorted(folds.glob(f"{begins}.json"))] if folds else []
    fold_of = scorer_pages.folds((gold["publisher"] for gold in golds), max(len(models), 1))
    shipped = getattr(html_score, picks)
    shipped(), load_authority(None)  # loaded before the clock runs
    predictions, seconds = [], 0.0
    for gold in golds:
        model = models[fold_of[gold["publisher"]]] if models else shipped()
        setattr(html_score, picks, lambda model=model: model)
        page = gzip.decompress((folder / "html" / "raw" / gold["publisher"] / f"{gold['id']}.html.gz").read_bytes())
        began = time.process_time()
        article = clean(page, source=Source(gold["publisher"], html=way))
        seconds += time.process_time() - began
        day = article.published.on if article.published else None
        facts = {"headline": article.headline, "byline": list(article.byline)}
        predictions.append({"id": gold["id"], "text": article.text, "published": day and day.isoformat(), **facts})
    setattr(html_score, picks, shipped)
    _, groups = judge.evaluate(golds, predictions, ("source",))
    print(f"real pages, html, {way}: {len(golds) / seconds:.1f} pages a second of the processor")
    print(f"{judge.table(groups, judge.BODY)}\n{judge.table(groups, judge.FACTS)}\n")
    for name in FIGURES:
        yield f"{key}.{name}", groups[0][1][name]


def count(article: Article, kinds: tuple[str, ...], rules: Rules) -> None:
    """Adds the lines that were set aside, by rule and by whether they were the article's."""
    for block in article.blocks:
        if block.role not in TEXT_ROLES and block.role is not Role.BLANK and block.line_start < len(kinds):
            rules[block.evidence.rule, kinds[block.line_start] == scorer_pages.BODY] += 1


def sample() -> Iterator[tuple[str, float]]:
    """Lines of the sample: roles right, article lines kept, furniture gone."""
    knowledge = Knowledge(load_authority(None), load_sources(ROOT / "raw" / "sources.toml"))
    pairs: Counter[tuple[str, str]] = Counter()
    for gold_file in sorted((GOLDEN / "sample_roles").rglob("*.tsv")):
        name = gold_file.relative_to(GOLDEN / "sample_roles").with_suffix(".txt")
        source = knowledge.source(name.parts[0])
        article = clean((ROOT / "raw" / "sample" / name).read_bytes(), source=source, knowledge=knowledge)
        found = {block.line_start: block.role.value for block in article.blocks}
        for line in gold_file.read_text(encoding="utf-8").splitlines():
            number, role = line.split("\t")
            pairs[role, found[int(number)]] += 1
    text, kept = {role.value for role in TEXT_ROLES}, {role.value for role in KEPT_ROLES}
    body: Counter[str] = Counter()
    furniture: Counter[str] = Counter()
    for (gold, found), number in pairs.items():
        if gold in text:
            body[found] += number
        elif gold not in kept:
            furniture[found] += number
    yield "sample.right", sum(n for (gold, found), n in pairs.items() if gold == found) / pairs.total()
    yield "sample.kept", sum(n for found, n in body.items() if found in text) / body.total()
    yield "sample.gone", 1 - sum(n for found, n in furniture.items() if found in text) / furniture.total()


def traps() -> Iterator[tuple[str, float]]:
    """Stories about appeals, paywalls and chants: every line of them is the article's."""
    kept = total = 0
    for path in sorted((GOLDEN / "traps").glob("*.txt")):
        article = clean(path.read_bytes())
        lines = [block for block in article.blocks if block.role is not Role.BLANK]
        total += len(lines)
        kept += sum(block.role in KEPT_ROLES for block in lines)
    yield "traps.kept", kept / total


def voiced(key: str, voices: Sequence[scorer_voices.Voice], folds: Path | None) -> Iterator[tuple[str, float]]:
    """What is lost and what goes on the pages of each voice, by the model of its fold where ``folds`` has them; and the
    mean over the voices."""
    figures: dict[str, list[float]] = {}
    for voice in voices:
        model = load_model(scorer_pages.fold_path(folds, voice.fold)) if folds else None
        with press.standing_in(model):
            told = [line for page in mutations.voice_pages(voice) for line in mutations.judge(page, KNOWLEDGE)[0]]
        for name, value in mutations.voice_figures(told, key):
            figures.setdefault(name, []).append(value)
    print(
        f"pages of the voices {', '.join(voice.name for voice in voices)}, {'by folds' if folds else 'by what ships'}"
    )
    for name, values in figures.items():
        print(f"  {name:24}", "  ".join(f"{value:.4f}" for value in values))
        yield name, sum(values) / len(values)
    print()


def made() -> Iterator[tuple[str, float]]:
    """Clean articles and furniture put together: what is lost and what goes, by language, genre and kind."""
    lines, flags, count = mutations.measure()
    print(f"made pages: {count}; flags raised: {dict(sorted(flags.items())) or 'none'}\n{mutations.report(lines)}\n")
    yield from mutations.figures(lines)


def rule_table(rules: Rules, least: int) -> str:
    """Rules that set lines aside, those that were wrong most often first."""
    names = sorted({name for name, _ in rules}, key=lambda name: (-rules[name, True], name))
    totals = {name: rules[name, True] + rules[name, False] for name in names}
    rows = [
        f"{name:40} {totals[name]:6} {1 - rules[name, True] / totals[name]:.3f}"
        for name in names
        if totals[name] >= least
    ]
    return "\n".join([f"{'rule that sets aside':40} {'lines':>6} precision", *rows])


def failures(figures: dict[str, float], floors: dict[str, float]) -> list[str]:
    """The figures that are worse than their floor."""
    worse = []
    for name, floor in floors.items():
        value = figures.get(name)
        if value is not None and (value < floor if name.endswith(HIGHER) else value > floor):
            worse.append(f"{name} is {value:.4f}, and its floor is {floor}")
    return worse


def write(floors: dict[str, float]) -> None:
    lines = "\n".join(f'"{name}" = {value:.4f}' for name, value in sorted(floors.items()))
    FLOORS.write_text(f"# What `make quality` holds; written by benchmarks/quality.py --raise or --lower.\n{lines}\n")


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--folds", type=Path, help="folder of the models that fit_scorer.py --folds wrote")
    ask.add_argument("--html-folds", type=Path, help="folder of the models that fit_html_scorer.py --folds wrote")
    ask.add_argument("--rules", type=int, default=10, metavar="N", help="rules with at least N lines (%(default)s)")
    ask.add_argument("--raise", dest="lift", action="store_true", help="write the figures reached as the floors")
    ask.add_argument("--lower", nargs="+", default=[], metavar="KEY=VALUE", help="lower these floors")
    args = ask.parse_args()
    floors: dict[str, float] = tomllib.loads(FLOORS.read_text()) if FLOORS.exists() else {}
    floors |= {key: float(value) for key, value in (entry.split("=") for entry in args.lower)}
    rules: Rules = Counter()
    figures = dict(real_pages(args.folds, rules)) | dict(served_pages(args.html_folds, "accurate"))
    figures |= dict(served_pages(args.html_folds, "fast"))
    figures |= (
        dict(sample()) | dict(traps()) | dict(made()) | dict(voiced("voices", scorer_voices.voices(), args.folds))
    )
    figures |= dict(voiced("apart", scorer_voices.voices(scorer_voices.APART), None))
    figures |= dict(voiced("last", scorer_voices.voices(scorer_voices.LAST), None))
    figures |= dict(stated.figures(stated.FOLDER, "heads", KNOWLEDGE))
    figures |= dict(stated.figures(stated.APART, "heads_apart", KNOWLEDGE))
    figures |= dict(stated.figures(stated.UNSEEN, "heads_unseen", KNOWLEDGE))
    if rules:
        print(rule_table(rules, args.rules), end="\n\n")
    print("\n".join(f"{name:24} {value:.4f}  floor {floors.get(name, '-')}" for name, value in figures.items()))
    if args.lift:
        for name, value in figures.items():
            reached = value - SLACK if name.endswith(HIGHER) else value + SLACK
            if not failures({name: reached}, floors):
                floors[name] = reached
    if args.lift or args.lower:
        write(floors)
    if worse := failures(figures, floors):
        raise SystemExit("\n" + "\n".join(worse))


if __name__ == "__main__":
    main()
