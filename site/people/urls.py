from django.urls import path

from people.views import account, communes, corrections, imports, invitations, members, organisations

app_name = "people"
urlpatterns = [
    path("", members.members, name="members"),
    path("me/", account.account, name="account"),
    path("me/data.json", account.my_data, name="my_data"),
    path("me/correction/", corrections.ask, name="ask_correction"),
    path("corrections/", corrections.corrections, name="corrections"),
    path("corrections/<int:pk>/", corrections.settle, name="settle_correction"),
    path("roles/<int:pk>/", members.member, name="member"),
    path("roles/<int:pk>/end/", members.end, name="end_membership"),
    path("roles/<int:pk>/transfer/", members.transfer, name="transfer_membership"),
    path("roles/<int:pk>/lock/", members.lock, name="lock_account"),
    path("organisations/", organisations.organisations, name="organisations"),
    path("organisations/new/", organisations.organisation, name="new_organisation"),
    path("organisations/<int:pk>/", organisations.organisation, name="organisation"),
    path("organisations/<int:pk>/close/", organisations.close, name="close_organisation"),
    path("invitations/", invitations.invitation_list, name="invitations"),
    path("invitations/new/", invitations.new_invitation, name="new_invitation"),
    path("invitations/<int:pk>/resend/", invitations.resend, name="resend_invitation"),
    path("invitations/<int:pk>/cancel/", invitations.cancel, name="cancel_invitation"),
    path("join/<str:key>/", invitations.join, name="join"),
    path("import/", imports.officer_import, name="officer_import"),
    path("import/form.xlsx", imports.officer_form_file, name="officer_form"),
    path("communes/", communes.communes, name="communes"),
    path("communes/<int:pk>/", communes.commune, name="commune"),
    path("communes/<int:pk>/settlements/new/", communes.settlement, name="new_settlement"),
    path("communes/<int:pk>/settlements/<int:settlement_pk>/", communes.settlement, name="settlement"),
    path("communes/<int:pk>/settlements/<int:settlement_pk>/close/", communes.close, name="close_settlement"),
    path("settlements/", imports.settlement_import, name="settlement_import"),
    path("settlements/form.xlsx", imports.settlement_form_file, name="settlement_form"),
]
