"""What is kept about a person, for the person."""

from django.db.models import Q

from people.models import Invitation, User


def kept_about(user: User) -> dict:
    """Account, ways to sign in, invitations, roles and corrections asked for, as plain values."""
    return {
        "name": user.name, "email": user.email, "phone": user.phone, "language": user.language,
        "joined": user.date_joined.isoformat(),
        "last_login": user.last_login.isoformat() if user.last_login else None,
        "addresses": list(user.emailaddress_set.values("email", "verified", "primary")),
        "second_factors": list(user.authenticator_set.values_list("type", flat=True)),
        "invitations": [
            {
                "email": i.email, "role": i.role, "area": i.area.name, "invited_by": i.invited_by.name,
                "created": i.created_at.isoformat(), "accepted": i.accepted_at.isoformat() if i.accepted_at else None,
            }
            for i in Invitation.objects.filter(Q(accepted_by=user) | Q(email=user.email)).select_related(
                "area", "invited_by"
            )
        ],
        "memberships": [
            {
                "role": m.role, "organisation": m.organisation.name, "area": m.area.name, "post": m.post,
                "from": m.starts_on.isoformat(), "until": m.ends_on.isoformat() if m.ends_on else None,
                "duties": [duty.name for duty in m.duties.all()],
            }
            for m in user.memberships.select_related("organisation", "area").prefetch_related("duties")
        ],
        "corrections": [
            {
                "what": c.what, "wanted": c.wanted, "reason": c.reason, "at": c.at.isoformat(), "done": c.is_done,
                "settled": c.settled_at.isoformat() if c.settled_at else None, "note": c.note,
            }
            for c in user.corrections.all()
        ],
    }  # fmt: skip
