"""What does a cell of a report show? HTML with its text alternative, and tables that can be read aloud."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

# Of these tables the cells stand one below another on a narrow screen.
_STACKED = ("glance",)


@dataclass(frozen=True)
class Fragment:
    """A piece of a page.

    Attributes
    ----------
    html
        Finished HTML; every text in it is escaped already.
    """

    html: str

    def _repr_html_(self) -> str:
        return self.html

    def __repr__(self) -> str:
        return f"<a piece of a page, {len(self.html):,} characters>"


@dataclass(frozen=True)
class Picture:
    """A picture with its text alternative: self-contained, so that a page is one file.

    Attributes
    ----------
    svg
        The drawing, without references to anything outside it.
    alternative
        What it shows, numbers included, for those who do not see it.
    caption
        How to read it, for everyone.
    heading
        What stands above it; may be empty.
    more
        The rest of the caption, folded away; may be empty.
    """

    svg: str
    alternative: str
    caption: str
    heading: str = ""
    more: str = ""

    def _repr_html_(self) -> str:
        data = base64.b64encode(self.svg.encode()).decode()
        image = f'<img src="data:image/svg+xml;base64,{data}" alt="{escape(self.alternative)}">'
        # A wide picture scrolls within its frame on a phone, where its text would be too small to read.
        frame = f'<div class="scroll" role="group" aria-label="Picture" tabindex="0">{image}</div>'
        more = write_details("More about this picture", write_paragraph(self.more)) if self.more else ""
        figure = f'<figure class="picture">{frame}<figcaption>{escape(self.caption)}{more}</figcaption></figure>'
        return f"{write_heading(self.heading)}{figure}"

    def __repr__(self) -> str:
        return f"<picture: {self.alternative}>"


@dataclass(frozen=True)
class Cell:
    """A cell of a table.

    Attributes
    ----------
    main, beside
        What it says, and what is said smaller after it: an estimate and its interval.
    number
        Whether it is a number, which stands at the right.
    shape
        A mark before the words, which say the same.
    """

    main: str
    beside: str = ""
    number: bool = False
    shape: str = ""

    def to_html(self, tag: str = "td", scope: str = "", label: str = "") -> str:
        """Write the cell; its label stands before it where a narrow screen stacks the cells."""
        kind = ' class="number"' if self.number else ""
        attributes = f' scope="{scope}"' if scope else ""
        attributes += f' data-label="{escape(label)}"' if label else ""
        beside = f' <span class="beside">{escape(self.beside)}</span>' if self.beside else ""
        shape = f'<span class="shape" aria-hidden="true">{escape(self.shape)}</span>' if self.shape else ""
        return f"<{tag}{attributes}{kind}>{shape}{escape(self.main)}{beside}</{tag}>"


@dataclass(frozen=True)
class Row:
    """A row of a table: its heading, its cells, and whether it is the one that counts."""

    heading: Cell
    cells: tuple[Cell, ...]
    marked: bool = False


def write_table(caption: str, headings: Sequence[Cell], rows: Iterable[Row], *, kind: str = "") -> str:
    """Write a table: one heading row, one heading a row, no merged cells.

    Parameters
    ----------
    caption
        What the table holds.
    headings
        One a column, the first above the headings of the rows.
    rows
        Each with one cell fewer than there are headings.
    kind
        A class for the style.
    """
    labels = [heading.main if kind in _STACKED else "" for heading in headings[1:]]
    head = "".join(heading.to_html("th", "col") for heading in headings)
    body = "".join(
        f"<tr{' class=marked' if row.marked else ''}>{row.heading.to_html('th', 'row')}"
        f"{''.join(map(_label_cell, row.cells, labels))}</tr>\n"
        for row in rows
    )
    style = f' class="{kind}"' if kind else ""
    return (
        f'<div class="scroll" role="region" aria-label="{escape(caption)}" tabindex="0"><table{style}>\n'
        f"<caption>{escape(caption)}</caption>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody>\n</table></div>\n"
    )


def _label_cell(cell: Cell, label: str) -> str:
    return cell.to_html(label=label)


def split_caption(caption: str, *, most: int = 3) -> tuple[str, str]:
    """Split a caption into its first sentences and the rest, which may be empty."""
    sentences = re.split(r"(?<=\.) (?=[A-Z])", caption)
    return " ".join(sentences[:most]), " ".join(sentences[most:])


def write_heading(text: str, *, level: int = 3) -> str:
    """Write a heading, or nothing when there is none."""
    return f"<h{level}>{escape(text)}</h{level}>\n" if text else ""


def write_paragraph(text: str, *, kind: str = "") -> str:
    """Write a paragraph, or nothing when there is nothing to say."""
    style = f' class="{kind}"' if kind else ""
    return f"<p{style}>{escape(text)}</p>\n" if text else ""


def write_list(items: Iterable[str]) -> str:
    """Write a list of sentences."""
    return f"<ul>\n{''.join(f'<li>{escape(item)}</li>' for item in items)}</ul>\n"


def write_details(summary: str, html: str) -> str:
    """Fold away what few readers need; opens without any script."""
    return f"<details><summary>{escape(summary)}</summary>\n{html}</details>\n"
