from typing import Any

from django.utils.translation import gettext_lazy as _

from clearance.models import VisitRule, VisitScript
from core.forms import HouseModelForm


class VisitScriptForm(HouseModelForm):
    submit_label = _("Save the edition")

    class Meta:
        model = VisitScript
        fields = ["version", "valid_from", "may_say", "may_not_say", "rights", "source"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("may_say", "may_not_say", "rights"):
            self.fields[name].widget.attrs["rows"] = 6
            self.fields[name].help_text = _("One sentence a line.")


class VisitRuleForm(HouseModelForm):
    submit_label = _("Save the rule")

    class Meta:
        model = VisitRule
        fields = ["valid_from", "per_week", "starts_at", "ends_at", "callback_percent", "source"]
