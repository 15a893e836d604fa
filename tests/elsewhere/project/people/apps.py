from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "tests.elsewhere.project.people"
    label = "people"
