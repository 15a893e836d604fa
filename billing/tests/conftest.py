from billing.tests.fixtures import stripe_world, subscriber  # noqa: F401  (fixtures)
