"""Invented content for the components' page."""

import datetime
from dataclasses import dataclass
from typing import Any

from django import forms

from core.agenda import Item
from core.figures import FigureValue
from core.filters import CodeFilter, ListFilter, WordsFilter
from core.forms import ChoiceBoxes, DateField, HouseForm, ManyChoiceBoxes, UploadField, WholeNumberField

STATES = [
    ("draft", "Bản nháp"),
    ("submitted", "Chờ duyệt"),
    ("returned", "Cần bổ sung"),
    ("todo", "Chưa bắt đầu"),
    ("doing", "Đang thực hiện"),
    ("late", "Chậm"),
    ("done", "Hoàn thành"),
    ("cancelled", "Đã hủy"),
    ("sent", "Đã gửi"),
    ("archived", "Lưu trữ"),
]
SQUARES = [
    ("todo", "Chưa thăm"),
    ("reached", "Đã thăm, chưa giao giấy mời"),
    ("done", "Đã giao giấy mời"),
    ("reached", "Đã thăm, chưa giao giấy mời", "ward_owes_answer", "Phường còn nợ trả lời"),
    ("done", "Đã giao giấy mời", "follow_up", "Đã hẹn gặp lại"),
    ("todo", "Chưa thăm", "paused_on_request", "Tạm dừng theo đề nghị của hộ"),
]


@dataclass(frozen=True)
class Square:
    number: int
    state: str
    label: str
    mark: str = ""
    mark_label: str = ""
    url: str = "#households"


class SampleForm(HouseForm):
    submit_label = "Lưu mô hình mẫu"
    other_submits = [("draft", "Lưu nháp")]
    cancel_label = "Quay lại"

    title = forms.CharField(label="Tên mô hình", max_length=120, help_text="Ngắn, nói rõ việc làm")
    subject = forms.ChoiceField(
        label="Người đăng ký", choices=[("collective", "Tập thể"), ("individual", "Cá nhân")], widget=ChoiceBoxes()
    )
    met = forms.ChoiceField(
        label="Gặp ai?",
        choices=[("head", "Chủ hộ"), ("family", "Người nhà"), ("nobody", "Vắng nhà")],
        widget=ChoiceBoxes(icons={"head": "user", "family": "users-group", "nobody": "user-off"}, columns=3),
    )
    decision = forms.ChoiceField(
        label="Ý kiến của phường",
        choices=[("approve", "Duyệt"), ("return", "Đề nghị bổ sung")],
        widget=ChoiceBoxes(hints={"approve": "Lập 5 bước", "return": "Trả lại kèm nội dung cần sửa"}, columns=1),
    )
    unit = forms.ChoiceField(label="Đơn vị", choices=[("", "---------"), ("7", "Chi bộ 7"), ("8", "Chi bộ 8")])
    due_on = DateField(label="Hạn")
    people = WholeNumberField(label="Số người", min_value=1, required=False)
    topics = forms.MultipleChoiceField(
        label="Ý kiến nêu",
        required=False,
        choices=[("price", "Đơn giá"), ("home", "Tái định cư"), ("line", "Ranh giới"), ("date", "Bàn giao")],
        widget=ManyChoiceBoxes(),
    )
    approach = forms.CharField(label="Cách làm", widget=forms.Textarea, required=False)
    paper = UploadField(label="Văn bản kèm theo", required=False)
    password = forms.CharField(label="Mật khẩu", widget=forms.PasswordInput, required=False)
    stay = forms.BooleanField(
        label="Giữ đăng nhập 30 ngày", help_text="Chỉ chọn khi đây là máy của anh/chị.", required=False
    )


class SampleFilter(ListFilter):
    q = WordsFilter("search_key", label="Tìm theo tên, đơn vị")
    state = CodeFilter(label="Tình trạng", choices=STATES)
    unit = CodeFilter(label="Đơn vị", choices=[("7", "Chi bộ 7")])


def samples(today: datetime.date) -> dict[str, Any]:
    def on(days: int) -> datetime.date:
        return today + datetime.timedelta(days=days)

    return {
        "today": today,
        "states": STATES,
        "dues": [on(-4), on(-1), on(0), on(1), on(2), on(5), on(30)],
        "done_on": on(-3),
        "turnout": FigureValue(100, url="#columns", as_of=on(-3), exactness="nearly"),
        "reached": FigureValue(29, url="#households", as_of=today),
        "nothing": FigureValue(None),
        "fields": [
            {"label": "Chỉnh trang đô thị", "value": 6, "url": "#bars", "note": "1 chậm"},
            {"label": "Giải phóng mặt bằng", "value": 6, "url": "#bars"},
            {"label": "Thu thuế nợ đọng", "value": 2, "url": "#bars"},
            {"label": "Giảm đàn", "value": 1, "url": "#bars"},
        ],
        "weeks": [
            *({"label": f"{on(7 * n - 45):%d/%m}", "value": v} for n, v in enumerate([84, 91, 88, 96, 93, 97])),
            {"label": f"{on(4):%d/%m}", "value": None},
        ],
        "five_steps": [
            {
                "title": "Ban hành nghị quyết lãnh đạo",
                "kind": "done",
                "done": on(-40),
                "text": "Hội nghị chi bộ.",
                "files": [{"url": "#timeline", "name": "Nghị quyết 05-NQ-CB.pdf", "size": 212_000}],
            },
            {"title": "Phân công từng đảng viên", "kind": "done", "done": on(-20)},
            {
                "title": "Phổ biến tới nhân dân",
                "kind": "late",
                "due": on(-4),
                "text": "Còn thiếu biên bản họp tổ dân phố.",
            },
            {"title": "Thực hiện vận động", "kind": "", "due": on(60)},
            {"title": "Sơ kết, đề nghị biểu dương", "kind": "", "due": on(200)},
        ],
        "squares": [Square(n + 1, *SQUARES[(n * 7 + n // 5) % len(SQUARES)]) for n in range(29)],
        "agenda": [
            Item("Nộp báo cáo tháng", on(-2), "#agenda", note="Chi bộ 7"),
            Item(
                "Tổng vệ sinh phố Trạm",
                on(4),
                "#agenda",
                kind="event",
                at=datetime.time(7),
                note="Hội Phụ nữ phụ trách",
            ),
        ],
        "saturdays": [
            {"on": on(-17), "kind": "done", "value": 93, "unit": "người", "url": "#weeks"},
            {"on": on(-10), "kind": "done", "value": 97, "unit": "người", "url": "#weeks"},
            {"on": on(-3), "kind": "next", "text": "Hội Phụ nữ", "url": "#weeks"},
            {"on": on(4), "kind": "plan", "text": "Đoàn TN", "url": "#weeks"},
            {"on": on(11), "kind": "off", "text": "Nghỉ lễ?", "url": "#weeks"},
        ],
        "log": [
            {"at": datetime.datetime.combine(on(-1), datetime.time(8)), "text": "Gửi thư nhắc bí thư chi bộ"},
            {
                "at": datetime.datetime.combine(on(-2), datetime.time(16, 20)),
                "by": "Nguyễn Thị Hường",
                "text": "ghi kết quả",
            },
        ],
    }
