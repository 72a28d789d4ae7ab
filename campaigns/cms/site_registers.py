"""Registers that the site's pages lean on: terms, public services, consents to pictures."""

import django_filters
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.panels import FieldPanel, FieldRowPanel, ObjectList
from wagtail.admin.ui.tables import Column

from campaigns.cms.consents import WithdrawalColumn
from campaigns.cms.registers import PlainCreate, PlainEdit, RegisterViewSet
from campaigns.models import Consent, GlossaryTerm, Service, Term, WatchedWord
from campaigns.pages.cache import forget_pages


class ForgettingCreate(PlainCreate):
    """What is saved here stands on public pages: those kept for readers are made anew."""

    def save_instance(self):
        saved = super().save_instance()
        forget_pages()
        return saved


class ForgettingEdit(PlainEdit):
    def save_instance(self):
        saved = super().save_instance()
        forget_pages()
        return saved


class SiteRegisterViewSet(RegisterViewSet):
    add_view_class = ForgettingCreate
    edit_view_class = ForgettingEdit


def in_use(row) -> str:
    return _("yes") if row.is_active else _("no")


class TermFilter(WagtailFilterSet):
    kind = django_filters.ChoiceFilter(choices=Term.Kind.choices, label=_("Kind"))

    class Meta:
        model = Term
        fields = ["kind"]


class TermViewSet(SiteRegisterViewSet):
    model = Term
    name = "terms"
    icon = "tag"
    menu_label = _("Terms")
    filterset_class = TermFilter
    list_display = ["name", "kind", "name_en", Column("is_active", label=_("In use"), accessor=in_use)]
    edit_handler = ObjectList(
        [
            FieldRowPanel(
                [FieldPanel("kind", help_text=_("Which list it belongs to.")), FieldPanel("code")],
            ),
            FieldPanel("name", help_text=_("As readers see it.")),
            FieldPanel("name_en", help_text=_("For English pages; may stay empty.")),
            FieldPanel("source", help_text=_("Which document it comes from.")),
            FieldRowPanel(
                [
                    FieldPanel("position", help_text=_("Small numbers stand first.")),
                    FieldPanel("is_active", help_text=_("Take the tick away when it is no longer used.")),
                ]
            ),
        ]
    )


class WatchedWordViewSet(RegisterViewSet):
    model = WatchedWord
    name = "watched_words"
    icon = "warning"
    menu_label = _("Words to avoid")
    list_display = ["word", "language", "instead", "weight"]
    edit_handler = ObjectList(
        [
            FieldPanel("language", help_text=_("In which language it is said.")),
            FieldPanel("word", help_text=_("As it would stand in a text. Capitals make no difference.")),
            FieldPanel("instead", help_text=_("What writers and translators are offered.")),
            FieldPanel("why", help_text=_("In one line, for whoever wonders.")),
            FieldPanel("weight", help_text=_("What happens when it stands in a page.")),
        ]
    )


class GlossaryViewSet(RegisterViewSet):
    model = GlossaryTerm
    name = "glossary"
    icon = "openquote"
    menu_label = _("Glossary")
    list_display = ["term", "language", "preferred"]
    edit_handler = ObjectList(
        [
            FieldPanel("language", help_text=_("Into which language.")),
            FieldPanel("term", help_text=_("As it stands in Vietnamese texts.")),
            FieldPanel("preferred", help_text=_("As agreed with native speakers. Nobody else fills this in.")),
            FieldPanel("note", help_text=_("Who agreed on it, and when it is said otherwise.")),
        ]
    )


class ServiceViewSet(SiteRegisterViewSet):
    model = Service
    name = "services"
    icon = "home"
    menu_label = _("Public services")
    list_display = ["name", "kind", "check_again_on", Column("is_active", label=_("In use"), accessor=in_use)]
    edit_handler = ObjectList(
        [
            FieldPanel("name", help_text=_("Public places only. Shelters are reached through the help lines.")),
            FieldPanel("name_en", help_text=_("For English pages; may stay empty.")),
            FieldPanel("kind", help_text=_("Under which heading it stands.")),
            FieldPanel("offers", help_text=_("In one or two sentences. Promise nothing.")),
            FieldPanel("offers_en", help_text=_("For English pages; may stay empty.")),
            FieldPanel("address", help_text=_("Only if everybody may know it.")),
            FieldRowPanel(
                [
                    FieldPanel("phone", help_text=_("Called before it is saved.")),
                    FieldPanel("hours", help_text=_("Days and hours.")),
                ]
            ),
            FieldPanel("area", help_text=_("Whom it serves.")),
            FieldPanel("check_again_on"),
            FieldRowPanel(
                [
                    FieldPanel("position", help_text=_("Small numbers stand first.")),
                    FieldPanel("is_active", help_text=_("Take the tick away when it has closed.")),
                ]
            ),
        ]
    )


class ConsentViewSet(RegisterViewSet):
    model = Consent
    name = "consents"
    icon = "clipboard-list"
    menu_label = _("Consents to pictures")
    list_display = ["reference", "holder", "given_on", "expires_on", WithdrawalColumn("holds", label=_("Holds"))]
    edit_handler = ObjectList(
        [
            FieldPanel("reference"),
            FieldPanel("holder", help_text=_("The body that keeps the signed paper.")),
            FieldPanel("scope", help_text=_("Which uses the paper allows: this site, print, loudspeaker pages …")),
            FieldRowPanel(
                [
                    FieldPanel("given_on", help_text=_("Day of the signature.")),
                    FieldPanel("expires_on", help_text=_("Afterwards the picture must go.")),
                ]
            ),
            FieldPanel("child_agreed", help_text=_("Needed for every child who can be recognised.")),
            FieldPanel("guardian_agreed", help_text=_("Needed for every child who can be recognised.")),
        ]
    )
