"""Tables for a notebook and a terminal: text in columns, and HTML that says the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

Row = Sequence[str]


@dataclass(frozen=True, repr=False)
class Table:
    """Rows below a heading, and lines below the rows.

    Attributes:
        heading: the names of the columns.
        rows: the texts of the cells.
        links: for each row the address that its second column leads to, or "".
        lines: sentences below the table.
    """

    heading: Row
    rows: Sequence[Row]
    links: Sequence[str] = ()
    lines: Sequence[str] = ()

    def __repr__(self) -> str:
        table = [self.heading, *self.rows] if self.rows else []
        widths = [max(map(len, column)) for column in zip(*table, strict=True)]
        rows = ("  ".join(map(str.ljust, row, widths)).rstrip() for row in table)
        return "\n".join([*rows, *(["", *self.lines] if self.lines and table else self.lines)])

    def _repr_html_(self) -> str:
        links = self.links or [""] * len(self.rows)
        rows = [_row("td", _cells(row, link)) for row, link in zip(self.rows, links, strict=True)]
        head = _row("th", [escape(name) for name in self.heading])
        table = f"<table><thead>{head}</thead><tbody>{''.join(rows)}</tbody></table>" if rows else ""
        return table + "".join(f"<p>{code(line)}</p>" for line in self.lines)


def code(line: str) -> str:
    """A line as HTML; what stands between backticks is code."""
    parts = escape(line).split("`")
    return "".join(f"<code>{part}</code>" if turn % 2 else part for turn, part in enumerate(parts))


def _row(tag: str, cells: Sequence[str]) -> str:
    """A row of HTML; only the last column may break its lines."""
    *short, last = cells
    first = "".join(f'<{tag} style="text-align:left;white-space:nowrap">{cell}</{tag}>' for cell in short)
    return f'<tr>{first}<{tag} style="text-align:left">{last}</{tag}></tr>'


def _cells(row: Row, link: str) -> list[str]:
    cells = [escape(cell) for cell in row]
    if link:
        cells[1] = f'<a href="{escape(link)}">{cells[1]}</a>'
    return cells
