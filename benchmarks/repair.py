"""How fast misread text is mended beside ftfy, and whether with the same output.

    .venv/bin/python benchmarks/repair.py CORPUS.jsonl [--texts 1000]

``CORPUS.jsonl`` has a ``text`` in each line. Prints, for straight and for kept quotation marks, the process time a text
of ``copydesk.decoding.ftfy_fast.fix_text`` (the best of three runs) and of ``ftfy.fix_text``, how many times faster the
first is, and in how many texts they differ. Fails where they do, or where ``--least`` times are not reached.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from functools import partial
from itertools import islice
from pathlib import Path

import ftfy

from copydesk.decoding.ftfy_fast import fix_text


def main() -> int:
    parser = argparse.ArgumentParser(description="fix_text beside ftfy.fix_text.")
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--texts", type=int, default=1_000, help="how many (%(default)s)")
    parser.add_argument("--least", type=float, default=25.0, help="times faster it has to be (%(default)s)")
    chosen = parser.parse_args()
    with chosen.corpus.open(encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line in islice(lines, chosen.texts)]
    fix_text("é&")  # what is made once
    failed = False
    for name, uncurl in (("straight quotes", True), ("quotes kept", False)):
        plain = partial(ftfy.fix_text, config=ftfy.TextFixerConfig(explain=False, uncurl_quotes=uncurl))
        seconds, mended = min(_timed(partial(fix_text, uncurl_quotes=uncurl), texts) for _ in range(3))
        theirs, expected = _timed(plain, texts)
        differing = sum(one != other for one, other in zip(mended, expected, strict=True))
        failed |= bool(differing) or theirs < chosen.least * seconds
        print(
            f"{name:16} {1e6 * seconds / len(texts):8.1f} µs a text, ftfy {1e6 * theirs / len(texts):8.1f}, "
            f"{theirs / seconds:5.1f} times; {differing} of {len(texts)} texts differ"
        )
    return int(failed)


def _timed(mend: Callable[[str], str], texts: list[str]) -> tuple[float, list[str]]:
    start = time.process_time()
    mended = [mend(text) for text in texts]
    return time.process_time() - start, mended


if __name__ == "__main__":
    raise SystemExit(main())
