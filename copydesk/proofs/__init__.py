"""Proofs: an article's raw page as a page to read, each line with its role, what was set aside struck through.

A proof is one HTML file that needs nothing else: no script, no font, no picture, no other host. Everything in it that
was scraped is text and only text; no link is ever made of it. ``copydesk.proofs.page.proof`` makes one,
``copydesk.proofs.sample.proof_files`` those of a version: some articles of every source, and an index.
"""

FOLDER = "proofs"
INDEX = "index.html"


def proof_path(article_id: str) -> str:
    """Where an article's proof stands, below the version's folder."""
    return f"{FOLDER}/{article_id}.html"
