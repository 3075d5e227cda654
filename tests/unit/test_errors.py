"""A user's error is one line, and an unknown name brings the nearest known ones."""

from __future__ import annotations

import pytest

from bcf_eval import errors
from bcf_eval.errors import nearest

BOARDS = ["Southend-on-Sea", "Southampton", "Isle of Wight", "Bristol, City of", "York", "North Yorkshire"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("Southend on Sea", " Did you mean 'Southend-on-Sea'?"),
        ("SOUTHEND-ON-SEE", " Did you mean 'Southend-on-Sea'?"),
        ("bristol", " Did you mean 'Bristol, City of'?"),
        ("York", " Did you mean 'York' or 'North Yorkshire'?"),
        ("  wight ", " Did you mean 'Isle of Wight'?"),
        ("Cardiff", ""),
        ("", ""),
        ("of", ""),
    ],
)
def test_the_nearest_known_names_are_offered(given: str, said: str) -> None:
    assert nearest(given, BOARDS) == said


def test_no_more_names_are_offered_than_asked_for() -> None:
    many = [f"Ward {letter}" for letter in "ABCDE"]
    assert nearest("Ward", many, limit=1).count("'") == 2
    assert nearest("Ward", many) == " Did you mean 'Ward E', 'Ward D' or 'Ward C'?"


def test_every_error_of_a_user_can_be_caught_as_one() -> None:
    children = [errors.InputError, errors.CatalogueError, errors.ProjectError, errors.RequestError]
    assert all(issubclass(child, errors.BcfEvalError) for child in children)
    # A bug of ours must keep its traceback: nothing built in is a user's error.
    assert not issubclass(ValueError, errors.BcfEvalError)
    assert errors.BcfEvalError.__bases__ == (Exception,)
