"""How fast dates are found: words a second on one core, per language, over sentences made here.

    .venv/bin/python benchmarks/dates.py [--words 20000]

Prints one line a text: its words, its dates, and words a second of process time, the best of three runs.
"""

from __future__ import annotations

import argparse
import time

from copydesk import find_dates

PUBLISHED = "2023-09-26"
PLAIN = "Nobody in the hall was ready to say more than that to the many people who had come from the valley. "
TEXTS = {
    "en-US": "On Monday, Sept. 25, the ministry said that talks which began in 2021 and failed last week may go on. "
    + PLAIN,
    "de": "Am Montag, dem 25. September 2023, sagte das Ministerium, die Gespräche hätten 2021 begonnen und ruhten. "
    "Niemand im Saal wollte den vielen Leuten, die aus dem Tal gekommen waren, mehr als das sagen. ",
    "ru": "В понедельник, 25 сентября 2023 года, министерство сообщило, что переговоры начались в 2021 году и затихли. "
    "Никто в зале не хотел сказать больше тем многим людям, которые приехали из долины. ",
    "hy": "Նախարարությունը 2023 թ. սեպտեմբերի 25-ին հայտնեց, որ բանակցությունները սկսվել են 2021 թվականին։ "
    "Դահլիճում ոչ ոք չէր ուզում ավելին ասել մարդկանց, որոնք եկել էին հովտից։ ",
    "dense": "On May 3, 2021, on 5/4/2021, in June 2022, last week, on Friday, in the third quarter, since 1987, ",
    "plain": PLAIN,
}


def main() -> None:
    parser = argparse.ArgumentParser(description="Words a second of find_dates on one core.")
    parser.add_argument("--words", type=int, default=20_000, help="words a text (%(default)s)")
    words = parser.parse_args().words
    for name, piece in TEXTS.items():
        text = piece * (words // len(piece.split()) + 1)
        locale = name if name not in ("dense", "plain") else "en-US"
        found = find_dates(text[:2000], PUBLISHED, locale)
        seconds = []
        for _ in range(3):
            start = time.process_time()
            found = find_dates(text, PUBLISHED, locale)
            seconds.append(time.process_time() - start)
        count = len(text.split())
        print(f"{name:6} {count:7,} words {len(found):6,} dates {count / min(seconds):10,.0f} words/s")


if __name__ == "__main__":
    main()
