"""Base classes that the apps share. They do not depend on credits, Stripe or this project's user model."""
