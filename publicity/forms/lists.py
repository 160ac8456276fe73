from typing import Any

from django.utils.translation import gettext_lazy as _

from core.forms import HouseModelForm, WholeNumberField
from publicity.models import ArticleCategory, Channel

MOST = 1000


class _ListedForm(HouseModelForm):
    order = WholeNumberField(label=_("Place in the list"), min_value=1, max_value=MOST, help_text=_("1 stands first."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance._state.adding:
            rows = type(self.instance)._base_manager.filter(ward_id=self.instance.ward_id)
            self.initial["order"] = rows.count() + 1


class ChannelForm(_ListedForm):
    submit_label = _("Save the channel")

    class Meta:
        model = Channel
        fields = ["label", "legal_ref", "order", "valid_from", "valid_to"]
        help_texts = {
            "legal_ref": _("For example: Decree 49/2024/NĐ-CP."),
            "valid_to": _("Only when it is no official channel any more: what was noted for it stays."),
        }


class CategoryForm(_ListedForm):
    submit_label = _("Save the category")

    class Meta:
        model = ArticleCategory
        fields = ["label", "order", "valid_to"]
        help_texts = {"valid_to": _("Only when no more articles are written in it: those that are there stay in it.")}
