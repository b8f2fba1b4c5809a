"""A comparison for the terminal, and as one HTML page that runs nothing and loads nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from jinja2 import ChoiceLoader, Environment, PackageLoader

from copydesk.compare.changed import Cell, Comparison, TableComparison
from copydesk.printable import printable
from copydesk.proofs.markup import environment, policy_hash, style
from copydesk.release.causes import CAUSES
from copydesk.report import table

_MARKS = {"same": ("", ""), "gone": ("[-", "-]"), "new": ("{+", "+}")}
_ROWS = 5  # of each table, in the terminal


def terminal(compared: Comparison) -> str:
    """The comparison as text: ``[-gone-]`` and ``{+new+}``. Nothing in it rules a terminal."""
    if compared.same:
        return printable(f"{compared.old} and {compared.new} have the same columns and rows.")
    lines = [f"{compared.old} → {compared.new}", ""]
    lines += [f"  {compared.changes.schema} schema: {note}" for note in compared.changes.schema_notes]
    head = ("table", "added", "changed", "removed", "as it was")
    figures = [
        (each.name, *(f"{count:,}" for count in (each.added, each.changed, each.removed, each.unchanged)))
        for each in compared.tables
    ]
    lines += [f"  {line}" for line in table([head, *figures])]
    for each in compared.tables:
        lines += ["", each.name, *_table(each)]
    return "\n".join(map(printable, lines))  # names of versions, tables, columns and rules are anybody's too


def page(compared: Comparison) -> bytes:
    """The comparison as one HTML file in UTF-8."""
    template = _environment().get_template("diff.html.jinja")
    return template.render(style=style(), style_hash=policy_hash(style()), compared=compared, words=CAUSES).encode()


def _table(each: TableComparison) -> Iterator[str]:
    for kind, causes in each.causes.items():
        if causes:
            yield f"  {kind}: {_counts({CAUSES.get(cause, cause): count for cause, count in causes.items()})}"
    if each.columns:
        yield f"  columns: {_counts(each.columns)}"
    if each.rules:
        yield f"  rules: {_counts(each.rules)}"
    for row in each.rows[:_ROWS]:
        why = ", ".join(filter(None, [CAUSES.get(row.cause or ""), *row.rules[:_ROWS]]))
        yield f"  {row.key}" + (f"  ({why})" if why else "")
        yield from (f"    {cell.column}: {_cell(cell)}" for cell in row.cells)
    if (more := each.changed - _ROWS) > 0:
        yield f"  and {more:,} more changed rows"
    for kind, keys in each.keys.items():
        if keys:
            yield f"  {kind}: {', '.join(key or 'taken down' for key in keys[:_ROWS])}" + (
                " …" if len(keys) > _ROWS else ""
            )


def _cell(cell: Cell) -> str:
    return (
        "".join(_MARKS[kind][0] + " ".join(text.split("\n")) + _MARKS[kind][1] for kind, text in cell.parts)
        or "(nothing that shows)"
    )


def _counts(counts: Mapping[str, int]) -> str:
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    shown = ", ".join(f"{name} {count:,}" for name, count in ordered[:12])
    return shown + (f", and {len(ordered) - 12} more" if len(ordered) > 12 else "")


@cache
def _environment() -> Environment:
    """The proofs' environment, whose every value is escaped, with the page of this package."""
    proofs = environment()
    assert proofs.loader is not None
    return proofs.overlay(loader=ChoiceLoader([PackageLoader("copydesk.compare", ""), proofs.loader]))
