"""The form that takes a surveyor's file of lines or areas (GeoJSON)."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.forms import HouseForm
from core.geo import WGS84, Shape, in_degrees, read, zones


class DrawingForm(HouseForm):
    """shapes: what the file holds, in its own coordinates, once the file is read. lines: areas otherwise."""

    lines = False

    file = forms.FileField(
        label=_("GeoJSON file"),
        widget=forms.FileInput(attrs={"accept": ".geojson,.json"}),
    )
    epsg = forms.TypedChoiceField(label=_("System of coordinates"), required=False, coerce=int, empty_value=None)
    north_first = forms.BooleanField(label=_("x stands for north (as on Vietnam's maps), before y"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [(zone["epsg"], zone["name"]) for zone in zones()]
        self.fields["epsg"].choices = [("", _("As the file says; degrees where it says nothing")), *known]

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > settings.UPLOAD_MAX_BYTES:
            most = filesizeformat(settings.UPLOAD_MAX_BYTES)
            words = gettext("The file is larger than %(most)s. Choose a smaller one.")
            raise ValidationError(words % {"most": most})
        self.shapes, self.named = read(file.read(), lines=self.lines)
        return file

    def system(self, data: dict[str, Any]) -> int:
        """The EPSG code of the system that the file is in."""
        epsg = data["epsg"] or self.named or WGS84
        if epsg not in {zone["epsg"] for zone in zones()}:
            words = gettext("The file says coordinates EPSG:%(code)d, which are not known here. Choose the system.")
            raise ValidationError({"epsg": words % {"code": epsg}})
        return epsg

    def in_degrees(self, shapes: Iterable[Shape], epsg: int, data: dict[str, Any]) -> list[dict[str, Any]]:
        try:
            return in_degrees(shapes, epsg, north_first=data["north_first"])
        except ValidationError as error:
            raise ValidationError({"epsg": error.messages}) from error
