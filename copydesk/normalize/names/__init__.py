"""Names: a curated authority, exact matching, a surname rule in each document, and a reversible rewriting.

Nothing here changes a text. A name is a :class:`copydesk.article.Mention` with offsets, and a second text is made from
those on demand. Similarity never links a name: it only fills the review queue.
"""

from copydesk.normalize.names.authority import load_authority
from copydesk.normalize.names.compare import compare_names
from copydesk.normalize.names.link import find_names, find_names_in_fields
from copydesk.normalize.names.lint import Problem, lint
from copydesk.normalize.names.model import Authority, AuthorityError, Entry, Form
from copydesk.normalize.names.propose import Cluster, propose_names
from copydesk.normalize.names.rewrite import replacement, rewrite, undo

__all__ = [
    "Authority",
    "AuthorityError",
    "Cluster",
    "Entry",
    "Form",
    "Problem",
    "compare_names",
    "find_names",
    "find_names_in_fields",
    "lint",
    "load_authority",
    "propose_names",
    "replacement",
    "rewrite",
    "undo",
]
