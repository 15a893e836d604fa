"""`make eval`: the figures of any question engine, on texts and answers of the project's own.

It stands beside the apps, as `benchmarks` does: it judges what is behind the engines' interface, and nothing
that runs in production imports it.
"""
