"""The smallest user model that can hold credits."""

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models

from credits.holders import CreditHolder


class PersonManager(BaseUserManager):
    def create_user(self, handle, password=None, **fields):
        person = self.model(handle=handle, **fields)
        person.set_password(password)
        person.save()
        return person


class Person(CreditHolder, AbstractBaseUser):
    handle = models.CharField(max_length=50, unique=True)

    USERNAME_FIELD = "handle"
    objects = PersonManager()

    class Meta:
        constraints = (*CreditHolder.Meta.constraints,)
