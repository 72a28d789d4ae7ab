"""The terms the platform starts with. Loaded once by `setup_site`; what people change afterwards stays changed.

Sources: audiences, integrated programmes and objectives from the province's plan of 2021 (II, III-1c, III-5a); topics and
forms from article 7 of law 53/2024/QH15.
"""

from campaigns.models import Term

LAW, PLAN = "Luật 53/2024/QH15, Điều 7", "Kế hoạch 4215/KH-UBND, 09/7/2021"

_TERMS = {
    Term.Kind.AUDIENCE: (
        PLAN,
        [
            ("nhom-nguy-co-cao", "Nhóm nguy cơ cao", "High-risk groups"),
            ("phu-nu", "Phụ nữ", "Women"),
            ("tre-em", "Trẻ em", "Children"),
            ("hoc-sinh", "Học sinh, sinh viên", "Students"),
            ("nguoi-di-lam-xa", "Người đi làm xa, đi nước ngoài", "People leaving for work, also abroad"),
            ("vung-bien-gioi", "Người dân vùng biên giới", "People in border areas"),
            ("vung-sau-vung-xa", "Người dân vùng sâu, vùng xa", "People in remote areas"),
            ("dan-toc-thieu-so", "Đồng bào dân tộc thiểu số", "Ethnic minorities"),
            ("can-bo", "Cán bộ cơ sở", "Local officers"),
        ],
    ),
    Term.Kind.TOPIC: (
        LAW,
        [
            ("phap-luat", "Chính sách, pháp luật", "Policy and law"),
            ("thu-doan", "Thủ đoạn của tội phạm", "Methods of traffickers"),
            ("ky-nang-ung-pho", "Kỹ năng ứng phó", "How to respond"),
            ("phong-ngua", "Biện pháp phòng ngừa", "Prevention"),
            ("trach-nhiem", "Trách nhiệm của cá nhân, cơ quan", "Duties of people and bodies"),
            ("chong-ky-thi", "Chống kỳ thị, phân biệt đối xử", "Against stigma"),
            ("bao-ve-ho-tro", "Bảo vệ, hỗ trợ nạn nhân", "Protection and support"),
        ],
    ),
    Term.Kind.FORM: (
        LAW,
        [
            ("noi-chuyen", "Gặp gỡ, nói chuyện trực tiếp", "Direct talks"),
            ("tai-lieu-in", "Tài liệu in", "Printed material"),
            ("truyen-thong", "Báo chí, thông tin cơ sở", "Mass media and local information"),
            ("ngoai-khoa", "Hoạt động ngoại khoá", "Extracurricular activity"),
        ],
    ),
    Term.Kind.PROGRAMME: (
        PLAN,
        [
            ("ma-tuy", "Phòng, chống ma tuý", "Drug prevention"),
            ("mai-dam", "Phòng, chống mại dâm", "Prevention of prostitution"),
            (
                "nong-thon-moi",
                "Toàn dân đoàn kết xây dựng nông thôn mới, đô thị văn minh",
                "Everybody builds the new countryside",
            ),
            ("giam-ngheo", "Giảm nghèo", "Poverty reduction"),
            ("day-nghe", "Dạy nghề", "Vocational training"),
            ("viec-lam", "Giải quyết việc làm", "Jobs"),
        ],
    ),
    Term.Kind.OBJECTIVE: (
        PLAN,
        [
            ("ii-1", "Mục tiêu 1: Truyền thông nâng cao nhận thức", "Objective 1: Raise awareness"),
            ("ii-2", "Mục tiêu 2: Phối hợp, chuyển tuyến", "Objective 2: Work together, refer onwards"),
            ("ii-3", "Mục tiêu 3: Tiếp cận dịch vụ hỗ trợ", "Objective 3: Access to support"),
            ("ii-4", "Mục tiêu 4: Cơ sở vật chất", "Objective 4: Facilities"),
            ("ii-5", "Mục tiêu 5: Tập huấn cán bộ", "Objective 5: Train officers"),
        ],
    ),
}


def load_terms() -> int:
    """Adds what is missing; returns how many were added. Two queries when nothing is."""
    there = set(Term.objects.values_list("kind", "code"))
    missing = [
        Term(kind=kind, code=code, name=name, name_en=name_en, source=source, position=10 * number)
        for kind, (source, rows) in _TERMS.items()
        for number, (code, name, name_en) in enumerate(rows, start=1)
        if (kind, code) not in there
    ]
    Term.objects.bulk_create(missing)
    return len(missing)
