"""A local Stripe: its HTTP API, hosted pages and webhooks, in one small process."""
