"""Forms of the people pages. What they accept, the functions of membership and invitations carry out."""

import re

from django import forms
from django.contrib.auth.password_validation import password_validators_help_text_html, validate_password
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people.models import Correction, Duty, Organisation, User
from people.organisations import kind_of_name
from people.permissions import areas_for, areas_to_grant, may_grant, roles_to_grant
from places.models import AdministrativeUnit, Language, Settlement

# The interface is complete in these; a person may still read pages in any language of the site.
INTERFACE_LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]


class DateInput(forms.DateInput):
    """The browser's own date field; it reads and writes ISO dates whatever the language."""

    input_type = "date"

    def __init__(self, **kwargs):
        super().__init__(format="%Y-%m-%d", **kwargs)


def _clean_phone(text: str) -> str:
    text = re.sub(r"[\s.\-()]", "", text)
    if text and not re.fullmatch(r"\+?\d{8,15}", text):
        raise forms.ValidationError(_("This is not a telephone number. Write digits only, for example 02363 000 000."))
    return text


class AccountForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ["name", "phone", "language"]
        widgets = {
            "language": forms.Select(choices=INTERFACE_LANGUAGES),
            "name": forms.TextInput(attrs={"autocomplete": "name"}),
            "phone": forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
        }
        help_texts = {"phone": _("Only a work number. Your manager can see it.")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # Django writes the column's length on it, which HTML has no place for in a list to choose from.
        self.fields["language"].widget.attrs.pop("maxlength", None)

    def clean_phone(self) -> str:
        return _clean_phone(self.cleaned_data["phone"])


class CorrectionForm(forms.ModelForm):
    class Meta:
        model = Correction
        fields = ["what", "wanted", "reason"]
        help_texts = {
            "wanted": _("Only about yourself. Never an identity number, never another person."),
            "reason": _("For example the number and the day of a decision."),
        }


class SearchForm(forms.Form):
    q = forms.CharField(label=_("Search by name, address, organisation or commune"), required=False, max_length=80)


class PlaceForm(forms.Form):
    """Where somebody works: a unit within reach of `actor`, and an organisation known or new."""

    area = forms.ModelChoiceField(AdministrativeUnit.objects.none(), label=_("Area"))
    organisation = forms.ModelChoiceField(Organisation.objects.none(), label=_("Organisation"), required=False)
    new_organisation = forms.CharField(
        label=_("Organisation that is not in the list"), max_length=160, required=False,
        help_text=_("Only when the list above does not have it."),
    )  # fmt: skip
    post = forms.CharField(label=_("Post"), max_length=120, required=False)

    def __init__(self, *args, actor: User, roles: tuple[str, ...] = (), **kwargs):
        super().__init__(*args, **kwargs)
        self.actor = actor
        units = areas_to_grant(actor, *roles)
        self.fields["area"].queryset = units.order_by("level", "name")
        self.fields["organisation"].queryset = Organisation.objects.current().in_areas(units)

    def clean(self) -> dict:
        data = super().clean()
        if bool(data.get("organisation")) == bool(data.get("new_organisation", "").strip()):
            self.add_error("organisation", _("Choose an organisation, or write the name of a new one: one of the two."))
        return data

    def place(self) -> dict:
        """area, organisation and post; a new organisation is made now (call inside the transaction that uses it)."""
        data = self.cleaned_data
        organisation = data["organisation"]
        if organisation is None:
            name = " ".join(data["new_organisation"].split())
            organisation = Organisation.objects.current().filter(name=name, area=data["area"]).first()
            organisation = organisation or Organisation.objects.create(
                name=name, kind=kind_of_name(name), area=data["area"]
            )
        return {"area": data["area"], "organisation": organisation, "post": data["post"]}


class InviteForm(PlaceForm):
    name = forms.CharField(label=_("Full name"), max_length=120)
    email = forms.EmailField(label=_("Work e-mail address"))
    phone = forms.CharField(label=_("Work phone"), max_length=30, required=False)
    role = forms.ChoiceField(label=_("Role"))
    duties = forms.ModelMultipleChoiceField(
        Duty.objects.all(), label=_("Duties"), required=False, widget=forms.CheckboxSelectMultiple
    )
    starts_on = forms.DateField(label=_("From"), widget=DateInput, initial=timezone.localdate)

    field_order = ["name", "email", "phone", "role", "area", "organisation", "new_organisation", "post", "duties"]

    def __init__(self, *args, actor: User, **kwargs):
        super().__init__(*args, actor=actor, **kwargs)
        self.fields["role"].choices = [("", "---------")] + [(role.value, role.label) for role in roles_to_grant(actor)]

    def clean_phone(self) -> str:
        return _clean_phone(self.cleaned_data["phone"])

    def clean(self) -> dict:
        data = super().clean()
        role, area = data.get("role"), data.get("area")
        if role and area and not may_grant(self.actor, role, area):
            self.add_error("role", _("You cannot give this role there. Choose another role or area."))
        return data

    def invitation(self) -> dict:
        """The arguments of people.invitations.invite, but for the actor."""
        data = self.cleaned_data
        person = {name: data[name] for name in ("name", "email", "phone", "role", "starts_on")}
        return {**person, **self.place(), "duties": list(data["duties"])}


class EndForm(forms.Form):
    on = forms.DateField(
        label=_("First day without the role"), widget=DateInput, initial=timezone.localdate,
        help_text=_("The role is kept in the records until then; nothing is deleted."),
    )  # fmt: skip


class TransferForm(PlaceForm):
    on = forms.DateField(label=_("First day at the new place"), widget=DateInput, initial=timezone.localdate)


class OrganisationForm(forms.Form):
    """An organisation within reach of `actor`; its parent may be any that stands today."""

    name = forms.CharField(label=_("Name"), max_length=160)
    name_en = forms.CharField(label=_("Name in English"), max_length=160, required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=Organisation.Kind)
    area = forms.ModelChoiceField(AdministrativeUnit.objects.none(), label=_("Area"))
    parent = forms.ModelChoiceField(
        Organisation.objects.none(), label=_("Stands under"), required=False,
        help_text=_("The body it reports to, where there is one."),
    )  # fmt: skip

    def __init__(self, *args, actor: User, organisation: Organisation | None = None, **kwargs):
        if organisation:
            values = {name: getattr(organisation, name) for name in ("name", "name_en", "kind", "area", "parent")}
            kwargs["initial"] = values | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        units = areas_for(actor, "people.keep_organisations")
        if organisation:
            units = units | AdministrativeUnit.objects.filter(pk=organisation.area_id)
        self.fields["area"].queryset = units.order_by("level", "name")
        parents = Organisation.objects.current().exclude(area__level="commune").order_by("name")
        self.fields["parent"].queryset = parents.exclude(pk=organisation.pk) if organisation else parents


class CloseForm(forms.Form):
    """Of an organisation or a settlement."""

    on = forms.DateField(label=_("First day without it"), widget=DateInput, initial=timezone.localdate)


class SettlementForm(forms.Form):
    kind = forms.ChoiceField(label=_("Kind"), choices=Settlement.Kind)
    name = forms.CharField(
        label=_("Name"), max_length=80, help_text=_("With its kind in front, as people say it: “Thôn Aur”.")
    )
    households = forms.IntegerField(label=_("Households"), required=False, min_value=0, max_value=20_000)
    is_remote = forms.BooleanField(label=_("Remote"), required=False)
    is_priority = forms.BooleanField(label=_("Priority area (never shown in public)"), required=False)

    def __init__(self, *args, settlement: Settlement | None = None, **kwargs):
        if settlement:
            kwargs["initial"] = {name: getattr(settlement, name) for name in self.base_fields}
        super().__init__(*args, **kwargs)


class LanguagesForm(forms.Form):
    """The languages spoken in a commune beside Vietnamese."""

    languages = forms.ModelMultipleChoiceField(
        Language.objects.none(), label=_("Languages spoken here beside Vietnamese"), required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Bulletins are offered to the commune in these languages."),
    )  # fmt: skip

    def __init__(self, *args, commune: AdministrativeUnit, **kwargs):
        kwargs["initial"] = {"languages": Language.objects.spoken_in(commune)}
        super().__init__(*args, **kwargs)
        self.fields["languages"].queryset = Language.objects.active().exclude(tag__in=["vi", "en"])


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("Table (.xlsx or .csv, up to 5 MB)"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv,.txt"}),
    )


class JoinForm(forms.Form):
    """The first step of a new account: the name as it should stand, a password, the language."""

    name = forms.CharField(label=_("Full name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    password1 = forms.CharField(
        label=_("Password"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )
    password2 = forms.CharField(
        label=_("Password once more"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )
    language = forms.ChoiceField(label=_("Language of the interface"), choices=INTERFACE_LANGUAGES)

    def __init__(self, *args, email: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.email = email
        self.fields["password1"].help_text = password_validators_help_text_html()

    def clean(self) -> dict:
        data = super().clean()
        first, second = data.get("password1"), data.get("password2")
        if first and second and first != second:
            self.add_error("password2", _("The two passwords differ. Write the same one twice."))
        elif first:
            try:
                validate_password(first, User(email=self.email, name=data.get("name", "")))
            except forms.ValidationError as error:
                self.add_error("password1", error)
        return data
