"""Writing that puts no spaces between words."""

from __future__ import annotations

UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3041-\u30fa\u30fc-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
"""Thai, Lao, Myanmar, Khmer, kana, Han, as ranges of a regular expression. Each of their characters stands for itself
where words are counted or compared."""
