"""How does a finished piece become a page of its own? The frame of pages that no notebook makes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bcf_eval.report.method import describe_provenance, write_banners
from bcf_eval.report.site import TEMPLATES, read_style


@cache
def _environment() -> Environment:
    return Environment(loader=FileSystemLoader(TEMPLATES), undefined=StrictUndefined, trim_blocks=False)


def write_plain_page(
    title: str, body: str, build: Mapping[str, Any], evaluation: Mapping[str, Any], *, index: str = ""
) -> str:
    """Put finished HTML into a page: what it is called, what every reader must know, and what made it.

    Parameters
    ----------
    title
        Plain text.
    body
        Finished HTML.
    build, evaluation
        The records of what made the results.
    index
        The way to the page of all pages; none when empty.
    """
    template = _environment().get_template("plain.html.j2")
    return template.render(
        title=title,
        body=body,
        index=index,
        style=read_style(),
        stamp=str(evaluation.get("evaluation_id", "")),
        demonstration=bool(build.get("demonstration")),
        banners=write_banners(build, evaluation),
        provenance=describe_provenance(build, evaluation),
    )
