"""Did the Better Care Fund change anything, and did its targets mean anything?

In a notebook::

    import bcf_eval as bcf

    data = bcf.load_observations()
    board = bcf.select_area(data, "Southend-on-Sea")
    bcf.fit_its(board, at="2015-04")
    bcf.test_ambition(data, area="Southend-on-Sea", target=9.4, period="2017-09", baseline_end="2017-02")

Names are loaded when they are first used: importing the package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bcf_eval.errors import BcfEvalError as BcfEvalError
    from bcf_eval.evaluate.controlled.answer import controlled_its as controlled_its
    from bcf_eval.evaluate.own.own_series import fit_its as fit_its
    from bcf_eval.evaluate.targets.questions import test_ambition as test_ambition
    from bcf_eval.notebook import draw as draw
    from bcf_eval.notebook import load_observations as load_observations
    from bcf_eval.notebook import load_results as load_results
    from bcf_eval.notebook import select_area as select_area
    from bcf_eval.results import AmbitionTest as AmbitionTest
    from bcf_eval.results import ItsResult as ItsResult
    from bcf_eval.store import open_project as open_project

_PUBLIC = {
    "AmbitionTest": "bcf_eval.results",
    "BcfEvalError": "bcf_eval.errors",
    "ItsResult": "bcf_eval.results",
    "controlled_its": "bcf_eval.evaluate.controlled.answer",
    "draw": "bcf_eval.notebook",
    "fit_its": "bcf_eval.evaluate.own.own_series",
    "load_observations": "bcf_eval.notebook",
    "load_results": "bcf_eval.notebook",
    "open_project": "bcf_eval.store",
    "select_area": "bcf_eval.notebook",
    "test_ambition": "bcf_eval.evaluate.targets.questions",
}

__all__ = [*_PUBLIC]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        return version("bcf-eval")
    if name not in _PUBLIC:
        raise AttributeError(f"module 'bcf_eval' has no attribute '{name}'")
    found = getattr(import_module(_PUBLIC[name]), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return __all__
