from django import forms
from django.utils.translation import gettext_lazy as _

from places.forms import AreaOnDayForm
from places.models import Language


class CoverageForm(AreaOnDayForm):
    """What the board shows; every field may stay empty."""

    language = forms.ChoiceField(label=_("Language"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        languages = Language.objects.active()
        self.fields["language"].choices = [("", _("any language")), *((one.tag, one.label) for one in languages)]
