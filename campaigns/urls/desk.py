from django.urls import path, re_path
from django.utils.translation import gettext_lazy as _

from campaigns.views import audio, desk, offline, proofs, source_log, stations

app_name = "campaigns"
urlpatterns = [
    path("", desk.desk, name="desk"),
    path("sync/", offline.sync, name="sync"),
    path("worker.js", offline.worker, name="worker"),
    path("app.webmanifest", offline.manifest, name="manifest"),
    path(_("history/"), desk.history, name="history"),
    path(_("not-aired/"), desk.missed, name="missed"),
    path(_("void/<int:pk>/"), desk.void, name="void"),
    path(_("proofs/"), proofs.kept, name="kept_proofs"),
    path(_("proofs/<uuid:key>/"), proofs.airing_proofs, name="proofs"),
    path(_("proofs/<uuid:key>/photo/"), proofs.add, {"kind": "photo"}, name="add_photo"),
    path(_("proofs/<uuid:key>/clip/"), proofs.add, {"kind": "clip"}, name="add_clip"),
    path(_("proofs/file/<int:pk>/"), proofs.proof_file, name="proof_file"),
    path(_("proofs/file/<int:pk>/remove/"), proofs.remove, name="remove_proof"),
    path(_("stations/"), stations.register, name="stations"),
    path(_("stations/new/"), stations.station, name="new_station"),
    path(_("stations/<int:pk>/"), stations.station, name="station"),
    path(_("stations/<int:station_pk>/new-cluster/"), stations.cluster, name="new_cluster"),
    path(_("stations/<int:station_pk>/new-hour/"), stations.new_slot, name="new_slot"),
    path(_("stations/<int:station_pk>/keys/"), stations.keys, name="keys"),
    path(_("keys/<int:pk>/revoke/"), stations.revoke_key, name="revoke_key"),
    path(_("hours/<int:pk>/delete/"), stations.delete_slot, name="delete_slot"),
    path(_("clusters/<int:pk>/"), stations.cluster, name="cluster"),
    path(_("source-log/"), source_log.deliveries, name="source_log"),
    path(_("source-log/<int:pk>/again/"), source_log.resend, name="source_resend"),
    re_path(r"^source-log\.(?P<kind>json|csv)$", source_log.export, name="source_export"),
    path(_("repairs/"), stations.repair_list, name="repairs"),
    path(_("repairs/new/"), stations.new_repair, name="new_repair"),
    path(_("repairs/<int:pk>/mended/"), stations.close_repair, name="close_repair"),
    path("<int:pk>/", desk.version_page, name="version"),
    path("<int:pk>/log/", desk.log, name="log"),
    re_path(r"^(?P<pk>\d+)/script\.(?P<kind>pdf|txt)$", audio.script, name="script"),
]
