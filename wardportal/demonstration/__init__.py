"""The demonstration ward: the closed year 2022 with only its facts, and an open invented year counted from today.

The two never share a row of work: each has its own undertakings, documents, models and households. Units and people
serve both and are invented, as are all names, addresses and answers.
"""

from accounts.choices import Role

PASSWORD = "dan-van-kheo"
# role -> user name, full name, position. Invented people.
PEOPLE = {
    Role.ADMINISTRATOR: ("quantri", "Đinh Quốc Bảo", "Quản trị cổng"),
    Role.LEADERSHIP: ("lanhdao", "Phạm Minh Đức", "Bí thư Đảng ủy"),
    Role.CAMPAIGN_OFFICER: ("dieuphoi", "Lê Thu Hà", "Chuyên trách dân vận"),
    Role.RECORDS_CLERK: ("vanthu", "Vũ Thị Ngọc Lan", "Văn thư"),
    Role.CLEARANCE_OFFICER: ("gpmb", "Hoàng Văn Lâm", "Cán bộ giải phóng mặt bằng"),
    Role.GRIEVANCE_OFFICER: ("tiepdan", "Bùi Thị Tâm", "Tiếp công dân"),
    Role.MEDIA_OFFICER: ("truyenthong", "Ngô Gia Huy", "Ban biên tập"),
    Role.UNIT_HEAD: ("chibo7", "Nguyễn Thị Hường", "Bí thư chi bộ"),
    Role.FIELD_MEMBER: ("todanvan", "Đỗ Quang Vinh", "Tổ viên tổ dân vận"),
    Role.SUPERVISOR: ("mattran", "Trần Thị Bích Thủy", "Phó Chủ tịch Mặt trận"),
    Role.SUPERIOR_VIEWER: ("captren", "Lý Hải Nam", "Chuyên viên theo dõi"),
}


def logins() -> list[tuple[str, str, str]]:
    """Role, user name and password of each demonstration person, for the start message and the README."""
    return [(str(role.label), PEOPLE[role][0], PASSWORD) for role in PEOPLE]
