"""The base class of the abstract models that a User model inherits."""

from typing import Any

from django.db import models


class ServiceManagedModel(models.Model):
    """Base of abstract models whose fields only services write. `save()` leaves those fields alone."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save without the service-managed fields, because the row in memory may be outdated.

        This also applies to `asave()` and admin forms. A field in `update_fields` is written.
        """
        kwargs.update(zip(("force_insert", "force_update", "using", "update_fields"), args, strict=False))
        if not self._state.adding and not kwargs.get("force_insert") and kwargs.get("update_fields") is None:
            bases = [base for base in type(self).__mro__ if issubclass(base, ServiceManagedModel)]
            managed = {
                field.name for base in bases if base._meta.abstract for field in base._meta.local_fields
            }
            excluded = managed | self.get_deferred_fields()
            kwargs["update_fields"] = [
                field.name
                for field in self._meta.concrete_fields
                if not field.primary_key and not excluded & {field.name, field.attname}
            ]
        super().save(**kwargs)
