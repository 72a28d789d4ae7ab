"""The interface is complete in Vietnamese: nothing untranslated, nothing doubtful, nothing said that is not listed."""

import ast
import gettext
import re
import shutil
import subprocess
import sys
from pathlib import Path

import polib
import pytest
from django.core.management import call_command

ROOT = Path(__file__).resolve().parents[2]
VIETNAMESE = polib.pofile(str(ROOT / "locale/vi/LC_MESSAGES/django.po"))


def key(entry) -> tuple[str | None, str]:
    return entry.msgctxt, entry.msgid


def test_vietnamese_has_no_gap_and_no_doubt():
    kept = [entry for entry in VIETNAMESE if not entry.obsolete]
    assert len(kept) > 300
    assert [entry.msgid for entry in kept if not entry.translated() or entry.fuzzy] == []


def test_vietnamese_keeps_every_placeholder():
    wrong = []
    for entry in VIETNAMESE.translated_entries():
        wanted = set(re.findall(r"%\([^)]+\)[sd]|\{\w+\}", entry.msgid + (entry.msgid_plural or "")))
        given = set(re.findall(r"%\([^)]+\)[sd]|\{\w+\}", entry.msgstr or " ".join(entry.msgstr_plural.values())))
        # A plural with one form may leave the number out or write it; it never invents a name.
        if given - wanted or (not entry.msgid_plural and wanted != given):
            wrong.append(entry.msgid)
    assert wrong == []


def test_every_placeholder_is_one_name():
    # {% blocktranslate %} looks no dotted name up: "%(page.url)s" would stay empty on the page.
    names = [name for entry in VIETNAMESE for name in re.findall(r"%\(([^)]+)\)", entry.msgid + entry.msgid_plural)]
    assert len(names) > 50
    assert [name for name in names if not name.isidentifier()] == []


@pytest.mark.skipif(not shutil.which("msgfmt"), reason="no gettext tools on the path")
@pytest.mark.parametrize("code", ["vi", "en", "ktv", "sed", "jeh", "cua"])
def test_msgfmt_finds_nothing_wrong(code, tmp_path):
    source = ROOT / f"locale/{code}/LC_MESSAGES/django.po"
    told = subprocess.run(
        ["msgfmt", "--check", "--output-file", str(tmp_path / "django.mo"), str(source)],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert told.returncode == 0, told.stderr


def test_every_language_compiles(tmp_path, settings):
    shutil.copytree(ROOT / "locale", tmp_path / "locale", ignore=shutil.ignore_patterns("*.mo"))
    settings.LOCALE_PATHS = [tmp_path / "locale"]
    call_command("compile_messages")
    made = {path.parts[-3] for path in (tmp_path / "locale").glob("*/LC_MESSAGES/django.mo")}
    assert made == {code for code, _name in settings.LANGUAGES} == {"vi", "en", "ktv", "sed", "jeh", "cua"}
    spoken = gettext.translation("django", tmp_path / "locale", ["vi"])
    assert spoken.gettext("Safe Villages") == "Bình yên bản làng"
    assert spoken.gettext("broadcasts/") == "phat-thanh/"


def test_english_stands_in_the_code():
    english = polib.pofile(str(ROOT / "locale/en/LC_MESSAGES/django.po"))
    assert english.metadata["Plural-Forms"] == "nplurals=2; plural=(n != 1);"
    assert english.translated_entries() == []


@pytest.mark.xdist_group("run")
def test_every_sentence_in_the_code_is_listed(tmp_path):
    if not shutil.which("xgettext"):
        pytest.skip("no gettext tools on the path")
    copy = tmp_path / "copy"
    skip = shutil.ignore_patterns(
        ".git", ".venv", "var", "__pycache__", "tests", "bench", "data", "docs", "static", "*.mo"
    )
    shutil.copytree(ROOT, copy, ignore=skip)
    extracted = subprocess.run(
        [sys.executable, "manage.py", "makemessages", "--locale", "vi", "--no-location", "--no-obsolete"],
        cwd=copy,
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert extracted.returncode == 0, extracted.stderr[-3000:]
    said = {key(entry) for entry in polib.pofile(str(copy / "locale/vi/LC_MESSAGES/django.po"))}
    listed = {key(entry) for entry in VIETNAMESE.translated_entries()}
    assert sorted(said - listed, key=str) == []


@pytest.mark.parametrize("code", ["ktv", "sed", "jeh", "cua"])
def test_nothing_is_invented_in_a_minority_language(code):
    entries = polib.pofile(str(ROOT / f"locale/{code}/LC_MESSAGES/django.po"))
    assert [entry.msgid for entry in entries if entry.translated()] == []


CALLS = {"gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy"}


def _said_under_any_name(source: Path) -> set[str]:
    """First words of every call of gettext, also under a name of the file's own (`gettext as _t`) and inside an f-string:
    makemessages sees neither."""
    tree = ast.parse(source.read_text(encoding="utf-8"))
    names = {
        alias.asname or alias.name
        for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names if alias.name in CALLS
    }  # fmt: skip
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name))
    first = (node.args[0] for node in calls if node.func.id in names and node.args)
    return {one.value for one in first if isinstance(one, ast.Constant) and isinstance(one.value, str)}


def test_every_sentence_is_vietnamese_under_whatever_name_it_is_said():
    listed = {entry.msgid for entry in VIETNAMESE.translated_entries()}
    folders = [ROOT / name for name in ("site", "media", "campaigns", "courses")]
    sources = [one for folder in folders for one in folder.rglob("*.py") if "migrations" not in one.parts]
    said = {text: one.name for one in sources for text in _said_under_any_name(one)}
    assert len(said) > 1000
    assert sorted((name, text) for text, name in said.items() if text not in listed) == []
