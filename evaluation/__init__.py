"""`make eval`: score any question engine on the project's texts and labelled answers.

The package uses only the interface of engines. Nothing that runs in production imports it.
"""
