from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "tests.standalone_project.project.people"
    label = "people"
