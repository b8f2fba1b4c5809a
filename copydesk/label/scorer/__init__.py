"""A learned second opinion on every line: how likely is it article text?

It looks at shape, place, neighbours and recurrence, and at few words; it knows no language.
See docs/adr/0003-line-scorer.md.
"""

from copydesk.label.scorer.model import Model, Scores, load_model, score_lines, score_pages
from copydesk.label.scorer.why import explain

__all__ = ["Model", "Scores", "explain", "load_model", "score_lines", "score_pages"]
