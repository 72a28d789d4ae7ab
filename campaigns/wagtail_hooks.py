"""What the campaigns add to /cms/: registrations only."""

from django.templatetags.static import static
from django.urls import path, re_path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSetGroup
from wagtail.admin.widgets import Button
from wagtail.models import Page
from wagtail.permissions import register_permission_policy

from campaigns.cms import (
    consents,
    drafts,
    judging,
    listening,
    page_acts,
    page_fields,
    page_lists,
    page_rights,
    page_translations,
    policies,
    readings,
    recording,
    registers,
    script_words,
    site_registers,
    sounds,
    translation,
    version_pages,
    workbench,
)
from campaigns.cms.bulletins import BulletinViewSet
from campaigns.cms.home import WaitingPanel
from campaigns.models import Bulletin, Picture, SitePage, Station
from people.permissions import may

# Before anything asks for them: a model without a policy of its own would get Wagtail's.
register_permission_policy(Bulletin, policies.BulletinPolicy(Bulletin))
register_permission_policy(Station, policies.StationPolicy(Station))
register_permission_policy(Page, page_rights.RolePagePolicy())
# Exact: Wagtail registers a policy of its own for whatever the image model is.
register_permission_policy(Picture, page_rights.PicturePolicy(Picture), exact_class=True)
# Before the first form of a page is made.
page_fields.register()


class RegisterGroup(ViewSetGroup):
    items = (
        registers.HotlineViewSet,
        registers.CampaignViewSet,
        registers.LanguageViewSet,
        registers.StationViewSet,
        site_registers.TermViewSet,
        site_registers.WatchedWordViewSet,
        site_registers.GlossaryViewSet,
        site_registers.ServiceViewSet,
        site_registers.ConsentViewSet,
    )
    menu_label = _("Registers")
    menu_name = "registers"
    menu_icon = "list-ul"
    menu_order = 300


@hooks.register("register_admin_viewset")
def viewsets():
    return [BulletinViewSet(), RegisterGroup(), page_lists.SectionViewSet()]


class JinglesItem(MenuItem):
    def is_shown(self, request):
        return may(request.user, "campaigns.write_bulletin")


@hooks.register("register_admin_menu_item")
def jingles_item():
    return JinglesItem(_("Jingles"), reverse("jingles"), name="jingles", icon_name="media", order=200)


class WorkbenchItem(MenuItem):
    def is_shown(self, request):
        return may(request.user, "campaigns.see_workbench")


@hooks.register("register_admin_menu_item")
def translations_item():
    return WorkbenchItem(
        _("Translations"), reverse("page_translations"), name="translations", icon_name="globe", order=150
    )


@hooks.register("register_admin_menu_item")
def readings_item():
    return WorkbenchItem(_("Readings"), reverse("page_readings"), name="readings", icon_name="view", order=250)


@hooks.register("register_admin_urls")
def workbench_urls():
    version = "workbench/version/<int:pk>/"
    return [
        path("workbench/<int:pk>/", workbench.bulletin, name="bulletin_workbench"),
        path("workbench/<int:pk>/add/", workbench.add_version, name="bulletin_add_version"),
        path("workbench/<int:pk>/withdraw/", workbench.withdraw, name="bulletin_withdraw"),
        path("workbench/<int:pk>/copy/", workbench.copy, name="bulletin_copy"),
        path(version, version_pages.overview, name="version_workbench"),
        path(version + "progress/", version_pages.progress, name="version_progress"),
        path(version + "script.<str:kind>", workbench.script_file, name="version_script"),
        path(version + "translate/", translation.translate, name="version_translate"),
        path(version + "record/", recording.record, name="version_record"),
        path(version + "record/add/", recording.add_recording, name="version_recording"),
        path(version + "record/remove/", recording.recording_act, {"name": "remove"}, name="recording_remove"),
        path(version + "record/fits/", recording.recording_act, {"name": "fits"}, name="recording_fits"),
        path(version + "record/retry/", recording.recording_act, {"name": "retry"}, name="recording_retry"),
        path(version + "record/finish/", recording.recording_act, {"name": "finish"}, name="recording_finish"),
        path(version + "review/", judging.review, name="version_review"),
        path(version + "approve/", judging.approve, name="version_approve"),
        path(version + "return/", judging.send_back, name="version_return"),
        path(version + "retry/", judging.retry, name="version_retry"),
        path(version + "preview/", judging.preview, name="version_preview"),
        path(version + "draft/", drafts.read, name="version_draft"),
        path(version + "draft/sound/", drafts.sound, name="version_draft_sound"),
        path(version + "sound/<int:recording>/", sounds.recording_sound, name="version_sound"),
        path(version + "programme/<int:rendition>/", sounds.rendition_sound, name="version_programme"),
        path("jingles/", sounds.jingles, name="jingles"),
        path("jingles/<int:pk>/", sounds.jingle_sound, name="jingle_sound"),
        path("hotlines/<int:pk>/verify/", registers.verify, name="hotline_verify"),
        path("stations/new/", registers.station, name="station_add"),
        path("stations/<int:pk>/", registers.station, name="station_edit"),
    ]


@hooks.register("register_admin_urls")
def page_urls():
    return [
        path("pages/<int:pk>/take-down/", page_acts.take_down_page, name="page_take_down"),
        path("readings/", readings.page_readings, name="page_readings"),
        path("pages/<int:pk>/listen/", listening.page_listening, name="page_listening"),
        path("pages/<int:pk>/listen/progress/", listening.page_listening_progress, name="page_listening_progress"),
        path("pages/<int:pk>/listen/add/", listening.page_listening_add, name="page_listening_add"),
        path("listen/<int:pk>/", listening.page_listening_act, name="page_listening_act"),
        path("listen/<int:pk>/sound/", listening.page_listening_source, name="page_listening_source"),
        path("translations/", page_translations.board, name="page_translations"),
        path("translations/files/<str:code>/", page_translations.files, name="translation_files"),
        re_path(
            r"^translations/files/(?P<code>[a-z-]+)/sentences\.(?P<kind>po|xlsx)$",
            page_translations.files,
            name="translation_download",
        ),
        path("translations/<int:pk>/<str:code>/", page_translations.translate_page, name="page_translate"),
        path(
            "translations/<int:pk>/<str:code>/preview/", page_translations.preview_page, name="page_translate_preview"
        ),
        path("consent/<int:pk>/withdraw/", consents.withdraw, name="consent_withdraw"),
        # Stands before Wagtail's own of the same address.
        path("jsi18n/", script_words.script_words, name="wagtailadmin_javascript_catalog"),
    ]


@hooks.register("register_page_header_buttons")
def take_down_button(page, user, view_name="", next_url=None):
    if page.live and page.depth > 2 and may(user, "campaigns.withdraw"):
        yield Button(_("Take down at once"), reverse("page_take_down", args=[page.pk]), icon_name="warning", priority=5)


@hooks.register("register_page_header_buttons")
def listening_button(page, user, view_name="", next_url=None):
    if page.depth > 1 and issubclass(page.specific_class, SitePage) and may(user, "campaigns.see_workbench"):
        yield Button(_("Voice and video"), reverse("page_listening", args=[page.pk]), icon_name="media", priority=6)


@hooks.register("after_edit_page")
@hooks.register("after_create_page")
def tell_findings(request, page):
    page_acts.tell_findings(request, page)


# Before wagtail-localize looks at the page.
@hooks.register("before_edit_page", order=-10)
def translated_in_sentences(request, page):
    return page_translations.to_our_editor(request, page)


@hooks.register("before_edit_page")
def tell_approver(request, page):
    page_acts.tell_approver(request, page)


@hooks.register("before_publish_page")
def publish_by_approval_only(request, page):
    page_acts.refuse_direct_publication(request, page)


@hooks.register("construct_page_action_menu")
def no_publish_button(menu_items, request, context):
    page_acts.without_publish(menu_items, request.user)


@hooks.register("insert_global_admin_css")
def cms_css():
    return format_html('<link rel="stylesheet" href="{}">', static("cms/cms.css"))


@hooks.register("insert_global_admin_js")
def no_connection():
    return format_html(
        '<script src="{}" data-said="{}"></script>',
        static("cms/no-connection.js"),
        _("No connection, so nothing was sent. What you wrote stays on this page: save again when you are connected."),
    )


@hooks.register("insert_global_admin_js")
def typed_days():
    return format_html('<script src="{}"></script>', static("cms/typed-days.js"))


@hooks.register("insert_editor_js")
def readable_addresses():
    return format_html('<script src="{}"></script>', static("cms/readable-address.js"))


@hooks.register("construct_homepage_panels")
def waiting_panel(request, panels):
    # Who writes courses only has a panel of the training, and nothing waits for them here.
    alone = may(request.user, "courses.write") and not may(request.user, "campaigns.see_workbench")
    panels[:] = [] if alone else [WaitingPanel()]


@hooks.register("construct_homepage_summary_items")
def no_summary(request, items):
    items[:] = []


@hooks.register("construct_main_menu")
def trimmed_menu(request, items):
    """No entry a role cannot use. Wagtail hides pages, images and documents from people without rights to them by
    itself; reports and help speak of Wagtail, not of this work."""
    hidden = {"help", "reports"} if not request.user.is_superuser else {"help"}
    items[:] = [item for item in items if item.name not in hidden]


@hooks.register("register_log_actions")
def log_actions(actions):
    actions.register_action("campaigns.take_down", _("Taken down"), _("Taken off the site at once"))
    actions.register_action("campaigns.withdraw_consent", _("Consent withdrawn"), _("Consent to a picture withdrawn"))
    actions.register_action(
        "campaigns.media_approved", _("Sound or video approved"), _("Sound or video put on the page")
    )
    actions.register_action("campaigns.media_taken_off", _("Sound or video taken off"), _("Sound or video taken off"))
    actions.register_action(
        "campaigns.voice_fits", _("Voice checked"), _("Voice heard against the changed text: it fits")
    )
    actions.register_action("campaigns.verify_hotline", _("Hotline called"), _("Hotline called and its check recorded"))
