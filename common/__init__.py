"""What the apps share: base classes that know nothing of credits, Stripe or this project's user."""
