"""Foreign keys between two rows of one ward: whatever Django fetches along them asks for the ward too.

The database already refuses a row of one ward that points into another (core.operations.SameWardKeys), so the ward in
the query changes no answer. It tells a database that is spread by ward where to look.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models.fields.related_descriptors import ReverseManyToOneDescriptor
from django.utils.functional import cached_property

if TYPE_CHECKING:  # of what its two classes are beside it
    _ForeignKey = models.ForeignKey[Any, Any]
else:
    _ForeignKey = object


class ChildrenInWard(ReverseManyToOneDescriptor):
    """`task.progress`: the children of a row, looked for in the row's ward."""

    @cached_property
    def related_manager_cls(self) -> type[Any]:
        plain: Any = super().related_manager_cls

        class Children(plain):
            def _apply_rel_filters(self, queryset: models.QuerySet) -> Any:
                return super()._apply_rel_filters(queryset.filter(ward_id=self.instance.ward_id))

            def get_prefetch_querysets(self, instances: Sequence, querysets: Sequence | None = None) -> Any:
                rows = querysets[0] if querysets else self.model._default_manager.all()
                wards = {instance.ward_id for instance in instances}
                return super().get_prefetch_querysets(instances, [rows.filter(ward_id__in=wards)])

        return Children


class _InWard(_ForeignKey):
    plain: str

    def deconstruct(self) -> tuple:
        """To a migration it is the plain key: the columns are the same."""
        name, _path, args, kwargs = super().deconstruct()
        return name, f"django.db.models.{self.plain}", args, kwargs

    def get_extra_descriptor_filter(self, instance: Any) -> dict[str, Any]:
        """`task.campaign`: the row that is pointed at, looked for in the ward of the row that points."""
        return {} if instance.ward_id is None else {"ward_id": instance.ward_id}

    def get_forward_related_filter(self, obj: Any) -> dict[str, Any]:
        return super().get_forward_related_filter(obj) | {"ward_id": obj.ward_id}


class WardKey(_InWard, models.ForeignKey):
    plain = "ForeignKey"
    related_accessor_class = ChildrenInWard


class WardOneToOneKey(_InWard, models.OneToOneField):
    plain = "OneToOneField"
