"""The base of the abstract models that a User model composes."""

from typing import Any

from django.db import models


class ServiceManagedModel(models.Model):
    """Base of abstract models whose fields only services write. `save()` leaves those fields alone."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, but do not overwrite what services write: the row in memory may be stale.

        This covers `asave()` and admin forms too. A field that `update_fields` names is written.
        """
        kwargs.update(zip(("force_insert", "force_update", "using", "update_fields"), args, strict=False))
        if not self._state.adding and not kwargs.get("force_insert") and kwargs.get("update_fields") is None:
            parts = [part for part in type(self).__mro__ if issubclass(part, ServiceManagedModel)]
            managed = {
                field.name for part in parts if part._meta.abstract for field in part._meta.local_fields
            }
            excluded = managed | self.get_deferred_fields()
            kwargs["update_fields"] = [
                field.name
                for field in self._meta.concrete_fields
                if not field.primary_key and not excluded & {field.name, field.attname}
            ]
        super().save(**kwargs)
