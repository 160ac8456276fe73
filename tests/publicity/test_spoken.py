"""Texts for the loudspeakers: what is written in figures is heard in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publicity.models.spoken import Short, cardinal, seconds_of, spoken, unknown
from publicity.models.spoken_words import shipped

NUMBERS = {
    "0": "không",
    "5": "năm",
    "10": "mười",
    "14": "mười bốn",
    "15": "mười lăm",
    "21": "hai mươi mốt",
    "24": "hai mươi tư",
    "25": "hai mươi lăm",
    "40": "bốn mươi",
    "44": "bốn mươi tư",
    "101": "một trăm linh một",
    "104": "một trăm linh tư",
    "105": "một trăm linh năm",
    "110": "một trăm mười",
    "115": "một trăm mười lăm",
    "1005": "một nghìn không trăm linh năm",
    "1.005": "một nghìn không trăm linh năm",
    "1.250": "một nghìn hai trăm năm mươi",
    "2022": "hai nghìn không trăm hai mươi hai",
    "10.005": "mười nghìn không trăm linh năm",
    "65.885": "sáu mươi lăm nghìn tám trăm tám mươi lăm",
    "1.000.005": "một triệu không trăm linh năm",
    "1.005.000": "một triệu không trăm linh năm nghìn",
    "19.000.000.000": "mười chín tỷ",
    "2.000.000.005": "hai tỷ không trăm linh năm",
    "05": "năm",
    "3,5": "ba phẩy năm",
    "0,5": "không phẩy năm",
    "12,05": "mười hai phẩy không năm",
    "19,15": "mười chín phẩy mười lăm",
    "3,141": "ba phẩy một bốn một",
    "25%": "hai mươi lăm phần trăm",
    "12,5 %": "mười hai phẩy năm phần trăm",
    "5-10%": "năm đến mười phần trăm",
    "10%-15%": "mười phần trăm đến mười lăm phần trăm",
    "30 – 35": "ba mươi đến ba mươi lăm",
    "2021-2025": "hai nghìn không trăm hai mươi mốt đến hai nghìn không trăm hai mươi lăm",
    "26/58": "hai mươi sáu trên năm mươi tám",
    "5,6,7": "năm, sáu, bảy",
    "7, 8, 9": "bảy, tám, chín",
}
DAYS = {
    "15/8/2022": "ngày mười lăm tháng tám năm hai nghìn không trăm hai mươi hai",
    "ngày 15/8/2022": "ngày mười lăm tháng tám năm hai nghìn không trăm hai mươi hai",
    "ngày 30-4-2022": "ngày ba mươi tháng tư năm hai nghìn không trăm hai mươi hai",
    "sáng 5/12": "sáng ngày mùng năm tháng mười hai",
    "Ngày 2/9": "Ngày mùng hai tháng chín",
    "dịp 30/4 và 1/5": "dịp ngày ba mươi tháng tư và ngày mùng một tháng năm",
    "30/4": "ngày ba mươi tháng tư",
    "3/4 số hộ": "ba trên bốn số hộ",
    "từ ngày 01/12 đến 05/12": "từ ngày mùng một tháng mười hai đến ngày mùng năm tháng mười hai",
    "tháng 8/2022": "tháng tám năm hai nghìn không trăm hai mươi hai",
    "tháng 4/2026": "tháng tư năm hai nghìn không trăm hai mươi sáu",
    "quý 4/2026": "quý bốn năm hai nghìn không trăm hai mươi sáu",
    "quý III/2026": "quý ba năm hai nghìn không trăm hai mươi sáu",
    "khóa XV": "khóa mười lăm",
    "Đại hội XIV": "Đại hội mười bốn",
}
TIMES_AND_PHONES = {
    "7h30": "bảy giờ ba mươi phút",
    "7h": "bảy giờ",
    "07:30": "bảy giờ ba mươi phút",
    "19h05": "mười chín giờ năm phút",
    "từ 7h30 - 9h00": "từ bảy giờ ba mươi phút đến chín giờ",
    "0912 345 678": "không chín một hai, ba bốn năm, sáu bảy tám",
    "0912345678": "không chín một hai, ba bốn năm, sáu bảy tám",
    "024.3872.1234": "không hai bốn, ba tám bảy hai, một hai ba bốn",
    "+84 912 345 678": "không, chín một hai, ba bốn năm, sáu bảy tám",
    "tổng đài 1022": "tổng đài một không hai hai",
}
PAPERS_AND_MEASURES = {
    "UBND phường": "Ủy ban nhân dân phường",
    "công tác GPMB": "công tác giải phóng mặt bằng",
    "Kế hoạch số 82-KH/ĐU ngày 26/01/2022": (
        "Kế hoạch số tám mươi hai ngày hai mươi sáu tháng một năm hai nghìn không trăm hai mươi hai"
    ),
    "Nghị định 49/2024/NĐ-CP": "Nghị định bốn mươi chín năm hai nghìn không trăm hai mươi tư",
    "Luật 10/2022/QH15": "Luật mười năm hai nghìn không trăm hai mươi hai",
    "100 m2": "một trăm mét vuông",
    "500m": "năm trăm mét",
    "19,15 km2": "mười chín phẩy mười lăm ki lô mét vuông",
    "1.250.000 đ": "một triệu hai trăm năm mươi nghìn đồng",
    "dự án E6HT": "dự án E6HT",
    "Tổ 7, TP. Hà Nội": "Tổ bảy, thành phố Hà Nội",
}
EXAMPLES = [*NUMBERS.items(), *DAYS.items(), *TIMES_AND_PHONES.items(), *PAPERS_AND_MEASURES.items()]


@pytest.mark.parametrize("written, heard", EXAMPLES, ids=[written for written, _heard in EXAMPLES])
def test_what_is_written_is_heard(written: str, heard: str) -> None:
    assert spoken(written, shipped()) == heard


def test_a_whole_announcement_keeps_its_lines_and_signs() -> None:
    written = "UBND phường tổ chức tổng vệ sinh lúc 7h30, ngày 15/8/2022.\n\nMời 105 hộ tham gia (25%)!"
    assert spoken(written, shipped()) == (
        "Ủy ban nhân dân phường tổ chức tổng vệ sinh lúc bảy giờ ba mươi phút,"
        " ngày mười lăm tháng tám năm hai nghìn không trăm hai mươi hai."
        "\n\nMời một trăm linh năm hộ tham gia (hai mươi lăm phần trăm)!"
    )


def test_a_ward_reads_an_abbreviation_its_own_way_and_longer_ones_first() -> None:
    shorts = [Short("BQL", "ban quản lý"), Short("BQLDA", "ban quản lý dự án")]
    assert spoken("BQLDA và BQL", shorts) == "ban quản lý dự án và ban quản lý"
    assert unknown("Dự án E6HT của BQL, BQL khác") == ["E6HT", "BQL"]


def test_a_word_that_only_begins_like_an_abbreviation_stays() -> None:
    assert spoken("TPX và mm", [Short("TP", "thành phố"), Short("m", "mét", True)]) == "TPX và mm"


@given(st.integers(min_value=0, max_value=10**15 - 1))
def test_every_number_is_heard_as_one_and_two_are_never_heard_alike(value: int) -> None:
    assert value_of(cardinal(value)) == value


def value_of(words: str) -> int:
    """Reads the words back, by the plain rules of a listener."""
    ones = {w: n for n, w in enumerate(["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"])}
    ones |= {"mốt": 1, "tư": 4, "lăm": 5}
    billions, _tỷ, rest = words.rpartition(" tỷ")
    total = group = last = 0
    for word in rest.split():
        if word in ones:
            group, last = group + ones[word], ones[word]
        elif word == "trăm":
            group += last * 99
        elif word == "mươi":
            group += last * 9
        elif word == "mười":
            group += 10
        elif word in ("nghìn", "triệu"):
            total, group = total + group * {"nghìn": 10**3, "triệu": 10**6}[word], 0
    return (value_of(billions) * 10**9 if billions else 0) + total + group


@given(st.text())
def test_nothing_that_is_written_breaks_it(text: str) -> None:
    assert isinstance(spoken(text, shipped()), str)


def test_how_long_it_lasts_follows_from_its_syllables() -> None:
    assert seconds_of("") == 1
    assert seconds_of("một " * 180) == 60
