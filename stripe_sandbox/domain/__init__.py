"""What Stripe does: the rules of checkout, billing, payments and time."""
