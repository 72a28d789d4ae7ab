"""Sentences of allauth and Django that people meet on the account pages are Vietnamese."""

import ast
from pathlib import Path

import pytest
from django.utils.translation import gettext, ngettext

SOURCE = Path(__file__).resolve().parents[2] / "site/core/foreign_words.py"
CALLS = [node for node in ast.walk(ast.parse(SOURCE.read_text())) if isinstance(node, ast.Call)]
WORDS = [call.args[0].value for call in CALLS if call.func.id == "_"]
COUNTED = [(call.args[0].value, call.args[1].value) for call in CALLS if call.func.id == "ngettext"]


def test_list_is_whole():
    assert len(WORDS) > 200
    assert len(COUNTED) == 2


@pytest.mark.parametrize("word", WORDS)
def test_foreign_sentence_is_vietnamese(word):
    assert gettext(word) != word


@pytest.mark.parametrize(("one", "many"), COUNTED)
def test_foreign_plural_is_vietnamese(one, many):
    assert ngettext(one, many, 2) not in {one, many}
