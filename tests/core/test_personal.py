"""Who is named in a text, found by how names are written and by no register."""

import pytest

from core.personal import people_named, personal_numbers


@pytest.mark.parametrize(
    "text, named",
    [
        ("Ông Nguyễn Văn An đã góp đất.", ["Nguyễn Văn An"]),
        ("bà Trần Bình và bà Trần Bình", ["Trần Bình"]),
        ("Đồng chí Vũ Thị Ngọc Lan phát biểu", ["Vũ Thị Ngọc Lan"]),
        ("Tổng vệ sinh phố Nguyễn Văn Cừ, đường Trần Hưng Đạo", []),
        ("Học tập và làm theo Chủ tịch Hồ Chí Minh", []),
        ("Phường Long Biên, Ủy ban nhân dân, Mặt trận Tổ quốc", []),
        ("Mai tổng vệ sinh lúc 7h30", []),
    ],
)
def test_people_are_found_and_streets_are_not(text: str, named: list[str]) -> None:
    assert people_named(text) == named


def test_numbers_of_people_are_found_and_sums_are_not() -> None:
    assert personal_numbers("Gọi 0912 345 678, CCCD 001099012345; 1.250.000 đồng, năm 2022") == [
        "0912 345 678",
        "001099012345",
    ]
