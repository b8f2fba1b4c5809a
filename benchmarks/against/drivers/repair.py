"""The repair of encodings alone, text after text, on a clock that does not see the start.

    repair.py CORPUS OUT ftfy|plsfix|copydesk|decode

Writes ``told.json``: documents, seconds of the processor, and a digest of each text that came out.
"""

from __future__ import annotations

import hashlib
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any


def repairer(tool: str) -> Callable[[str], str]:
    """The tool's function of a text, as it comes."""
    if tool == "ftfy":
        from ftfy import fix_text  # noqa: PLC0415

        return fix_text
    if tool == "plsfix":
        from plsfix import fix_text as fix_by_rust  # noqa: PLC0415

        return fix_by_rust
    if tool == "copydesk":
        from copydesk.decoding.ftfy_fast import fix_text as fix_fast  # noqa: PLC0415

        return fix_fast
    from copydesk import decode  # noqa: PLC0415

    return lambda text: decode(text).text


def main(corpus: Path, out: Path, tool: str) -> None:
    with (corpus / "articles.jsonl").open(encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line in lines]
    repair = repairer(tool)
    repair("é& warm “up”")  # what is made once
    began = time.process_time()
    done = [repair(text) for text in texts]
    seconds = time.process_time() - began
    digests = [hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16] for text in done]
    told: dict[str, Any] = {"documents": len(texts), "cpu": seconds, "digests": digests}
    (out / "told.json").write_text(json.dumps(told), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
