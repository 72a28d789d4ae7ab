from django.db import migrations

# The duties the plan speaks of; administrators may add others. The first two are the posts whose holders the plan
# wants trained (target II-5).
DUTIES = [
    ("ho-tro-nan-nhan", "Hỗ trợ nạn nhân bị mua bán", "Support of trafficked persons", True),
    ("tiep-nhan-ban-dau", "Tiếp nhận, xác minh ban đầu", "First reception and verification", True),
    ("dau-moi", "Đầu mối phòng, chống mua bán người", "Focal officer against human trafficking", False),
    ("tuyen-truyen-vien", "Tuyên truyền viên cơ sở", "Grassroots communicator", False),
    ("truyen-thanh", "Truyền thanh cơ sở", "Local loudspeaker radio", False),
]


def add(apps, schema_editor):
    Duty = apps.get_model("people", "Duty")
    for code, name, name_en, supports in DUTIES:
        Duty.objects.get_or_create(
            code=code, defaults={"name": name, "name_en": name_en, "supports_victims": supports}
        )


class Migration(migrations.Migration):
    dependencies = [("people", "0002_invitation_mail_and_actors")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
