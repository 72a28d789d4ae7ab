"""What people fill in about questions, tests, assignments and surveys."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.tables import MAX_BYTES
from courses.forms import NamelessForm, near
from courses.models import Assignment, Competency, Course, Lesson, Question, Quiz, QuizWindow
from courses.questions import Unfit, content_from, lines_of
from courses.surveys import QUESTIONS
from people.models import Organisation

NO_CASE = _("Write of work and of what was learnt. No real case, no name, nothing by which a person could be found.")
Kind = Question.Kind
LINES_HELP = {
    Kind.SINGLE: _("One option a line. Put * before the right one."),
    Kind.MULTIPLE: _("One option a line. Put * before each right one."),
    Kind.TRUTH: _("One line: “đúng” (true) or “sai” (false)."),
    Kind.MATCHING: _("One pair a line: “left = right”. “= right” alone only misleads."),
    Kind.ORDERING: _("One step a line, in the right order. It is shown shuffled."),
    Kind.SHORT: _("Every accepted answer on a line of its own. Marks and capitals do not matter."),
    Kind.SCENARIO: _("One step a line: “question | *right | wrong | wrong”, or “question | =accepted”."),
}


def _area(rows: int, **attrs):
    return forms.Textarea(attrs={"rows": rows, **attrs})


class QuestionForm(forms.Form):
    """A new question, or the correction of one (`question`): then with a reason, and kind and name stay."""

    organiser = forms.ModelChoiceField(label=_("Bank of"), queryset=Organisation.objects.none(), empty_label=None)
    competency = forms.ModelChoiceField(label=_("Competency"), queryset=Competency.objects.all())
    code = forms.SlugField(
        label=_("Short name"), max_length=40, required=False, help_text=_("Empty: the competency with a number.")
    )
    prompt = forms.CharField(
        label=_("Question"), max_length=500, widget=_area(3), help_text=_("Situations are invented.")
    )
    prompt_en = forms.CharField(label=_("Question in English"), max_length=500, widget=_area(2), required=False)
    lines = forms.CharField(label=_("Answers"), max_length=4000, widget=_area(6))
    lines_en = forms.CharField(
        label=_("Answers in English"), max_length=4000, widget=_area(4), required=False,
        help_text=_("In the same order and with the same signs, or empty."),
    )  # fmt: skip
    points = forms.IntegerField(label=_("Points"), min_value=1, max_value=20, initial=1)
    feedback = forms.CharField(label=_("Explanation"), max_length=500, widget=_area(2), required=False)
    feedback_en = forms.CharField(label=_("Explanation in English"), max_length=500, widget=_area(2), required=False)
    reason = forms.CharField(
        label=_("What was corrected"), max_length=200,
        help_text=_("Everybody who answered this question is marked anew; the earlier marks stay on record."),
    )  # fmt: skip

    def __init__(self, *args, kind: str, bodies, question: Question | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.kind = kind
        self.fields["lines"].help_text = LINES_HELP[kind]
        self.fields["organiser"].queryset = bodies
        if question:
            for name in ("organiser", "competency", "code"):
                del self.fields[name]
        else:
            del self.fields["reason"]
            if len(bodies) == 1:
                self.fields["organiser"].initial = bodies[0]
                self.fields["organiser"].widget = forms.HiddenInput()
        if kind in (Kind.TRUTH, Kind.SHORT):
            del self.fields["lines_en"]
            self.fields["lines"].widget.attrs["rows"] = 1 if kind == Kind.TRUTH else 4

    @staticmethod
    def start(version) -> dict:
        """What the form shows of a version."""
        kind = version.question.kind
        lines = {"lines": lines_of(kind, version.content), "lines_en": lines_of(kind, version.content, "en")}
        texts = ("prompt", "prompt_en", "points", "feedback", "feedback_en")
        return {name: getattr(version, name) for name in texts} | {n: "\n".join(v) for n, v in lines.items()}

    def clean(self):
        data = super().clean()
        if data.get("lines"):
            try:
                data["content"] = content_from(
                    self.kind, data["lines"].splitlines(), data.get("lines_en", "").splitlines()
                )
            except Unfit as refusal:
                self.add_error("lines", str(refusal))
        return data

    def said(self) -> dict:
        names = ("prompt", "prompt_en", "content", "points", "feedback", "feedback_en")
        return {name: self.cleaned_data[name] for name in names}


class ImportForm(forms.Form):
    organiser = forms.ModelChoiceField(label=_("Bank of"), queryset=Organisation.objects.none(), empty_label=None)
    competency = forms.ModelChoiceField(
        label=_("Competency of questions that name none"), queryset=Competency.objects.all(), required=False
    )
    file = forms.FileField(label=_("File (.xlsx, GIFT or Aiken text)"))

    def __init__(self, *args, bodies, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["organiser"].queryset = bodies
        if len(bodies) == 1:
            self.fields["organiser"].initial = bodies[0]
            self.fields["organiser"].widget = forms.HiddenInput()

    def clean_file(self):
        if self.cleaned_data["file"].size > MAX_BYTES:
            raise forms.ValidationError(
                _("The file is larger than 5 MB. Nothing was read. Split it into several files.")
            )
        return self.cleaned_data["file"]


class QuizForm(forms.ModelForm):
    class Meta:
        model = Quiz
        fields = [
            "title", "title_en", "purpose", "lesson", "questions", "draw", "is_shuffled", "minutes", "grace_minutes",
            "attempts_allowed", "pass_percent", "is_required", "feedback", "is_paged",
        ]  # fmt: skip
        widgets = {"questions": forms.CheckboxSelectMultiple}
        labels = {"purpose": _("When it is taken")}
        help_texts = {
            "draw": _("Empty: all of them."),
            "minutes": _("Empty: no limit."),
            "attempts_allowed": _("Empty: as many as one likes; the best counts."),
            "lesson": _("Only for a test after a lesson."),
        }

    def __init__(self, *args, course: Course, questions, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["lesson"].queryset = Lesson.objects.filter(module__course=course).without_bodies().in_order()
        self.fields["questions"].queryset = questions
        self.fields["questions"].label_from_instance = lambda one: f"{one.asked} ({one.get_kind_display()})"

    def clean(self):
        data = super().clean()
        if data.get("purpose") == Quiz.Purpose.LESSON and not data.get("lesson"):
            self.add_error("lesson", _("Choose the lesson this test follows."))
        if data.get("purpose") != Quiz.Purpose.LESSON:
            data["lesson"] = None
        if data.get("purpose") == Quiz.Purpose.PRE and data.get("is_required"):
            self.add_error("is_required", _("A test before the course is no condition of a certificate."))
        return data


class AssignmentForm(forms.ModelForm):
    criteria = forms.CharField(
        label=_("Criteria"), widget=_area(5), max_length=4000,
        help_text=_("One a line, its most points at the end: “A clear goal | 5”. In English between: “vi | en | 5”."),
    )  # fmt: skip

    class Meta:
        model = Assignment
        fields = ["title", "title_en", "task", "task_en", "pass_percent", "is_required"]
        widgets = {"task": _area(5), "task_en": _area(4)}
        labels = {"task": _("The task")}

    def clean_criteria(self):
        found = []
        for line in self.cleaned_data["criteria"].splitlines():
            if not line.strip():
                continue
            title, *more = [part.strip() for part in line.split("|")]
            english, points = (more[0], more[1]) if len(more) == 2 else ("", more[0] if len(more) == 1 else "")
            if not (title and points.isascii() and points.isdecimal() and 1 <= int(points[:4]) <= 100):
                raise forms.ValidationError(
                    _("“%(line)s” does not end with “| points” (1 to 100).") % {"line": line[:60]}
                )
            if len(title) > 200 or len(english) > 200:
                raise forms.ValidationError(_("“%(line)s” is longer than 200 letters.") % {"line": line[:60]})
            found.append((title, english, int(points)))
        if not 1 <= len(found) <= 12:
            raise forms.ValidationError(_("Write one to twelve criteria."))
        return found


class WindowForm(forms.ModelForm):
    class Meta:
        model = QuizWindow
        fields = ["opens_at", "closes_at"]
        widgets = {
            name: forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})
            for name in ("opens_at", "closes_at")
        }

    def _near(self, name: str):
        moment = self.cleaned_data[name]
        # A year at the end of the calendar has no day in another time zone.
        near(moment and moment.date())
        return moment

    def clean_opens_at(self):
        return self._near("opens_at")

    def clean_closes_at(self):
        return self._near("closes_at")

    def clean(self):
        data = super().clean()
        if data.get("opens_at") and data.get("closes_at") and data["closes_at"] <= data["opens_at"]:
            self.add_error("closes_at", _("It closes after it opens."))
        return data


class HandInForm(NamelessForm):
    client_uuid = forms.UUIDField(widget=forms.HiddenInput)
    text = forms.CharField(label=_("Your work"), max_length=8000, widget=_area(12), help_text=NO_CASE)
    field_order = ["client_uuid", "text", "looked"]


class ReviewForm(NamelessForm):
    """Points for each criterion, or back with remarks."""

    free = ("remarks",)
    remarks = forms.CharField(label=_("Remarks"), max_length=2000, widget=_area(4), required=False, help_text=NO_CASE)

    def __init__(self, *args, criteria, **kwargs):
        super().__init__(*args, **kwargs)
        self.criteria = list(criteria)
        for one in self.criteria:
            self.fields[f"c{one.pk}"] = forms.IntegerField(
                label=one.label, min_value=0, max_value=one.points, required=False,
                help_text=_("0 to %(most)s") % {"most": one.points},
            )  # fmt: skip
        self.order_fields([*(f"c{one.pk}" for one in self.criteria), "remarks", "looked"])

    def points(self) -> dict[int, int]:
        values = {one.pk: self.cleaned_data[f"c{one.pk}"] for one in self.criteria}
        return {pk: value for pk, value in values.items() if value is not None}


class SurveyForm(NamelessForm):
    text = forms.CharField(
        label=_("What else should we know?"), max_length=1000, widget=_area(4), required=False, help_text=NO_CASE
    )

    def __init__(self, *args, kind: str, **kwargs):
        super().__init__(*args, **kwargs)
        scale = [
            (5, _("5 – fully true")), (4, _("4 – mostly true")), (3, _("3 – in part")), (2, _("2 – hardly")),
            (1, _("1 – not at all")),
        ]  # fmt: skip
        names = []
        for key, words, how, choices in QUESTIONS[kind]:
            names.append(key)
            if how == "scale":
                self.fields[key] = forms.TypedChoiceField(
                    label=words, choices=scale, coerce=int, widget=forms.RadioSelect
                )
            elif how == "one":
                self.fields[key] = forms.ChoiceField(label=words, choices=choices, widget=forms.RadioSelect)
            else:
                self.fields[key] = forms.MultipleChoiceField(
                    label=words, choices=choices, widget=forms.CheckboxSelectMultiple, required=False
                )
        self.order_fields([*names, "text", "looked"])

    def clean_hindered(self):
        given = self.cleaned_data["hindered"]
        if "nothing" in given and len(given) > 1:
            raise forms.ValidationError(_("Choose either “nothing” or what hindered."))
        return given


class TakeDownForm(NamelessForm):
    """Why the words of an answer go; colleagues read the reason, so it repeats no name either."""

    free = ("reason",)
    reason = forms.CharField(
        label=_("Reason"), max_length=300, help_text=_("Colleagues read it: do not repeat the name or the case.")
    )
    field_order = ["reason", "looked"]
