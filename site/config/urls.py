"""Every address of the platform, by face (README: "The map of the house")."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path
from django.utils.translation import gettext_lazy as _
from django.views.generic import RedirectView
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from campaigns.broadcast.api import api
from campaigns.views import machines, pictures, reader
from campaigns.views.pages_api import pages_api
from core.views import healthz, quick_exit
from courses.views import badges
from courses.views.certificates import verify
from courses.views.packages import package_file

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("lich/", quick_exit, name="quick_exit"),
    path("cms/login/", RedirectView.as_view(pattern_name="account_login", query_string=True)),
    path("cms/logout/", RedirectView.as_view(pattern_name="account_logout")),
    path("cms/password_reset/", RedirectView.as_view(pattern_name="account_reset_password")),
    # Wagtail's own account page writes a first and a last name that nobody has here.
    path("cms/account/", RedirectView.as_view(pattern_name="people:account")),
    path("cms/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("accounts/", include("allauth.urls")),
    path("people/", include("people.urls")),
    path("places/", include("places.urls")),
    path("c/<str:code>", verify, name="verify_certificate"),
    # The QR on the paper is written in capitals: so it needs fewer squares.
    path("C/<str:code>", verify),
    path(".well-known/did.json", badges.did_document, name="did_document"),
    path("badges/status/<slug:purpose>-<int:place>.<slug:form>", badges.status_list, name="badge_status"),
    path("packages/<str:token>/<path:path>", package_file, name="package_file"),
    path("media/", include("media.urls")),
    path("audio/", include("campaigns.urls.audio")),
    path("listen/", include("campaigns.urls.listening")),
    path("uploads/images/<str:name>", pictures.rendition, name="picture"),
    path("uploads/original_images/<str:name>", pictures.original, name="picture_original"),
    path("packs/", include("campaigns.urls.packs")),
    path("studio/", include("campaigns.urls.studio")),
    path("api/v1/", api.urls),
    path("api/v2/", pages_api.urls),
    path("robots.txt", machines.robots, name="robots"),
    path("sitemap.xml", machines.sitemap, name="sitemap"),
    path("feeds/", include("campaigns.urls.feeds")),
]

urlpatterns += i18n_patterns(
    path(_("courses/"), include("courses.urls")),
    path(_("broadcasts/"), include("campaigns.urls.desk")),
    path(_("events/"), include("campaigns.urls.events")),
    path(_("sessions/"), include("campaigns.urls.sessions")),
    path(_("villages/"), include("campaigns.urls.village")),
    path(_("reports/"), include("reports.urls")),
    path(_("search/"), include("campaigns.urls.search")),
    path(_("print/"), include("campaigns.urls.share")),
    path(_("two-questions/"), include("campaigns.urls.reach")),
    path("reader.js", reader.worker, name="reader_worker"),
    path("", include(wagtail_urls)),
)
