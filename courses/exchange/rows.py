"""A question of a file: what it says, and what is wrong with it. Reading saves nothing; saving takes all rows or none."""

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError
from core.tables import MAX_BYTES, TableError
from core.text import fold, nfc
from courses.bank import free_code, write_question
from courses.models import Competency, Question
from courses.questions import Unfit
from people.models import Organisation, User

MOST = 500
PROMPT, NOTE = 500, 500
OUTCOMES = ("new", "same")


@dataclass
class QuestionRow:
    """`number`: the row of the table or the line of the text. `competency`: an id, once it is known."""

    number: int
    kind: str = ""
    code: str = ""
    competency: int | None = None
    competency_text: str = ""
    prompt: str = ""
    prompt_en: str = ""
    content: dict = field(default_factory=dict)
    points: int = 1
    feedback: str = ""
    feedback_en: str = ""
    errors: list[str] = field(default_factory=list)
    outcome: str = ""

    def take(self, build) -> None:
        """Runs `build()` for the content and keeps its refusal as an error of this row."""
        try:
            self.content = build()
        except Unfit as refusal:
            self.errors.append(str(refusal))

    def said(self) -> dict:
        return {
            "prompt": self.prompt, "prompt_en": self.prompt_en, "content": self.content, "points": self.points,
            "feedback": self.feedback, "feedback_en": self.feedback_en,
        }  # fmt: skip

    def values(self) -> dict:
        kept = asdict(self)
        for name in ("errors", "outcome", "competency_text"):
            kept.pop(name)
        return kept


def text_of(data: bytes) -> str:
    """The text of a GIFT or Aiken file, or a refusal in words."""
    if len(data) > MAX_BYTES:
        raise TableError(_("The file is larger than 5 MB. Nothing was read. Split it into several files."))
    if not data.strip(b"\0 \r\n\t"):
        raise TableError(_("The file is empty. Choose the file again, or start from the form below."))
    for encoding in ("utf-16",) if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "cp1258"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not re.search(r"[\x00-\x08\x0e-\x1f]", text):
            return nfc(text.replace("\r\n", "\n").replace("\r", "\n"))
    raise TableError(_("This is neither a text (GIFT, Aiken) nor an Excel table (.xlsx). Nothing was read."))


def judge(rows: list[QuestionRow], *, organiser: Organisation, default: Competency | None) -> list[QuestionRow]:
    """Finds competencies and what is known already, and the errors that show only beside other rows."""
    if not rows:
        raise TableError(_("There is no question in this file. Nothing was read."))
    if len(rows) > MOST:
        raise TableError(_t("The file has more than %d questions. Split it into several files.") % MOST)
    names: dict[str, Competency] = {}
    by_id = {one.pk: one for one in Competency.objects.all()}
    for one in by_id.values():
        names |= {fold(name): one for name in (one.code, one.title, one.title_en) if name}
    known = {
        one.code: one
        for one in Question.objects.filter(organiser=organiser, code__in=[row.code for row in rows if row.code])
        .prefetch_related("versions")
    }  # fmt: skip
    first: dict[str, int] = {}
    for row in rows:
        found = by_id.get(row.competency) or (names.get(fold(row.competency_text)) if row.competency_text else default)
        if found is None:
            row.errors.append(
                _t("The competency “%s” is not known.") % row.competency_text
                if row.competency_text
                else _t("No competency is named. Choose one beside the file.")
            )
        else:
            row.competency, row.competency_text = found.pk, found.label
        if not row.prompt:
            row.errors.append(_t("The question itself is missing."))
        if len(row.prompt) > PROMPT or len(row.prompt_en) > PROMPT:
            row.errors.append(_t("The question is longer than %d letters.") % PROMPT)
        if len(row.feedback) > NOTE or len(row.feedback_en) > NOTE:
            row.errors.append(_t("The explanation is longer than %d letters.") % NOTE)
        if row.code:
            if not re.fullmatch(r"[-a-zA-Z0-9_]{1,40}", row.code):
                row.errors.append(
                    _t("“%s” is no short name: letters without marks, digits and hyphens, at most 40.") % row.code
                )
            elif row.code in first:
                row.errors.append(_t("The short name “%(code)s” stands in %(row)s already.") % {
                    "code": row.code, "row": first[row.code],
                })  # fmt: skip
            first.setdefault(row.code, row.number)
        _find_outcome(row, known.get(row.code) if row.code else None)
    return rows


def _find_outcome(row: QuestionRow, question: Question | None) -> None:
    if question is None:
        row.outcome = "new"
        return
    version = max(question.versions.all(), key=lambda one: one.number)
    same = question.kind == row.kind and all(getattr(version, name) == value for name, value in row.said().items())
    if not same and not row.errors:
        row.errors.append(
            _t("A question “%s” is in the bank already and says something else. Correct it on its own page.") % row.code
        )
    row.outcome = "same" if same else ""


@transaction.atomic
def save_rows(*, rows: Iterable[QuestionRow], organiser: Organisation, actor: User) -> dict[str, int]:
    """All or none; what is there already stays. Returns how many were new and same."""
    # The bank may have changed since the preview.
    rows = judge(list(rows), organiser=organiser, default=None)
    if any(row.errors for row in rows):
        raise DomainError(_("Some rows are no longer right. Nothing was saved. Upload the file again to see which."))
    competencies = Competency.objects.in_bulk({row.competency for row in rows})
    counts, taken = dict.fromkeys(OUTCOMES, 0), set()
    for row in rows:
        counts[row.outcome] += 1
        if row.outcome == "new":
            competency = competencies[row.competency]
            code = row.code or free_code(organiser, competency, taken)
            taken.add(code)
            write_question(
                organiser=organiser, competency=competency, kind=row.kind, code=code, said=row.said(), actor=actor
            )
    return counts
