import datetime
from decimal import Decimal

import pytest
from crispy_forms.utils import render_crispy_form
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict

from campaigns.models import Task
from core.forms import ChoiceBoxes, DateField, HouseForm, HouseModelForm, NumberField, UploadField, WholeNumberField


class SampleForm(HouseForm):
    submit_label = "Lưu"

    name = forms.CharField(label="Tên mô hình", max_length=10)
    kind = forms.ChoiceField(label="Lĩnh vực", choices=[("a", "A"), ("b", "B")], widget=ChoiceBoxes)
    on = DateField(label="Hạn", required=False)
    people = WholeNumberField(label="Số người", min_value=1, required=False)
    share = NumberField(label="Tỷ lệ", required=False)
    secret = forms.CharField(label="Mật khẩu", widget=forms.PasswordInput, required=False)


class TaskForm(HouseModelForm):
    class Meta:
        model = Task
        fields = ["title", "due_on", "target_value"]


class PaperForm(HouseForm):
    paper = UploadField(label="Tệp", required=False)


def form(**typed: str) -> SampleForm:
    data = QueryDict(mutable=True)
    data.update({"name": "Tên", "kind": "a"} | typed)
    return SampleForm(data)


def test_typed_text_is_stored_in_one_form_but_a_password_as_typed() -> None:
    bound = form(name="Tra\u0323m", secret="Tra\u0323m ")

    assert bound.is_valid()
    assert bound.cleaned_data["name"] == "Trạm"
    assert bound["secret"].data == "Tra\u0323m "


def test_what_is_missing_is_named() -> None:
    bound = form(name="", kind="")

    assert bound.errors == {"name": ["Nhập tên mô hình"], "kind": ["Chọn lĩnh vực"]}


def test_a_question_left_open_and_a_number_out_of_bounds_are_told_in_plain_words() -> None:
    class CountForm(HouseForm):
        how = forms.ChoiceField(label="Giao như thế nào?", choices=[("a", "A")])
        opinion = forms.CharField(label="Ý kiến")

        def __init__(self, *args: object, **kwargs: object) -> None:
            super().__init__(*args, **kwargs)
            self.fields["people"] = WholeNumberField(label="Người", min_value=0, max_value=9999)
            self.fields["length"] = NumberField(label="Dài", min_value=Decimal("0.01"), max_value=9999)

    bound = CountForm({"people": "-5", "length": "0"})
    assert bound.errors["how"] == ["Trả lời câu “Giao như thế nào?”"]
    assert bound.errors["opinion"] == ["Nhập ý kiến"]
    assert bound.errors["people"] == ["Nhập số từ 0 trở lên."]
    assert bound.errors["length"] == ["Nhập số từ 0,01 trở lên."], "as the field reads it"
    assert CountForm({"people": "10.000"}).errors["people"] == ["Nhập số không quá 9.999."]


def test_too_many_digits_and_an_empty_file_are_told_in_the_house_s_words() -> None:
    class AreaForm(HouseForm):
        file = forms.FileField(label="Tệp")

        def __init__(self, *args: object, **kwargs: object) -> None:
            super().__init__(*args, **kwargs)
            self.fields["area"] = NumberField(label="Diện tích", max_digits=6, decimal_places=2)

    empty = {"file": SimpleUploadedFile("thua.geojson", b"")}
    assert AreaForm({"area": "1234567"}, empty).errors == {
        "file": ["Tệp này trống. Chọn tệp khác."],
        "area": ["Nhập số có không quá 6 chữ số."],
    }
    assert AreaForm({"area": "1,234"}).errors["area"] == ["Viết không quá 2 chữ số sau dấu phẩy."]
    assert AreaForm({"area": "12345"}).errors["area"] == ["Viết không quá 4 chữ số trước dấu phẩy."]


def test_dates_and_numbers_are_read_leniently() -> None:
    bound = SampleForm({"name": "Tên", "kind": "a", "on": "5/4", "people": "1.234", "share": "1,5"}, year=2022)

    assert bound.is_valid(), bound.errors
    assert bound.cleaned_data["on"] == datetime.date(2022, 4, 5)
    assert bound.cleaned_data["people"] == 1234
    assert bound.cleaned_data["share"] == Decimal("1.5")


def test_a_wrong_value_stays_in_its_field_with_a_sentence() -> None:
    bound = form(on="31/4", people="1,5", name="x" * 11)
    html = render_crispy_form(bound)

    assert bound.errors["people"] == ["Nhập số nguyên bằng chữ số, ví dụ 12."]
    assert bound.errors["name"] == ["Viết tối đa 10 ký tự; đang có 11."]
    assert 'value="31/4"' in html


def test_a_saved_number_is_shown_so_that_it_reads_back_the_same() -> None:
    shown = SampleForm(initial={"share": Decimal("1.500"), "on": datetime.date(2022, 4, 5), "people": 1234})

    assert shown["share"].value() == "1,5"
    assert shown["on"].value() == "05/04/2022"
    assert form(share="1,500").fields["share"].clean("1,500") == Decimal("1.5")


def test_errors_are_summed_up_with_links_and_stand_above_their_fields() -> None:
    html = render_crispy_form(form(name="", kind=""))

    assert 'role="alert"' in html
    assert 'href="#id_name"' in html
    assert 'href="#id_kind_0"' in html
    assert html.index("id_name_error") < html.index('name="name"')
    assert "novalidate" in html
    assert "asteriskField" not in html


def test_optional_fields_are_marked_instead_of_required_ones() -> None:
    html = render_crispy_form(SampleForm())

    assert html.count("(không bắt buộc)") == 4


def test_a_form_of_a_model_reads_dates_and_numbers_the_same_way() -> None:
    fields = TaskForm().fields

    assert isinstance(fields["due_on"], DateField)
    assert isinstance(fields["target_value"], NumberField | WholeNumberField)


@pytest.mark.parametrize("content", [b"MZ program", b"PK\x03\x04 broken", b"<html>"])
def test_a_file_is_judged_by_its_content(content: bytes) -> None:
    bound = PaperForm({}, {"paper": SimpleUploadedFile("plan.pdf", content)})

    assert not bound.is_valid()
    assert "PDF" in bound.errors["paper"][0]


def test_a_file_over_the_limit_is_told_its_size(settings: object) -> None:
    settings.UPLOAD_MAX_BYTES = 100  # type: ignore[attr-defined]
    bound = PaperForm({}, {"paper": SimpleUploadedFile("plan.pdf", b"%PDF-1.7" + b"x" * 200)})

    assert bound.errors["paper"][0].startswith("Tệp 208")


def test_a_checked_file_comes_with_its_facts() -> None:
    bound = PaperForm({}, {"paper": SimpleUploadedFile("plan.pdf", b"%PDF-1.7 text")})

    assert bound.is_valid(), bound.errors
    assert bound.cleaned_data["paper"].mime == "application/pdf"
    assert PaperForm({}).is_valid()


def test_a_file_of_another_kind_than_asked_for_is_refused_with_the_kinds() -> None:
    class PhotoForm(HouseForm):
        photo = UploadField(label="Ảnh", accept_kinds="image/jpeg,image/png")

    paper = SimpleUploadedFile("giay.pdf", b"%PDF-1.7\n%%EOF", "application/pdf")
    bound = PhotoForm({}, {"photo": paper})
    assert bound.errors == {
        "photo": ["Chọn tệp thuộc một trong các loại: JPG, PNG. Tệp này không thuộc loại nào trong số đó."]
    }
    assert str(bound.fields["photo"].help_text).startswith("JPG, PNG, tối đa")
    assert PaperForm({}, {"paper": SimpleUploadedFile("giay.pdf", b"%PDF-1.7\n%%EOF")}).is_valid()
