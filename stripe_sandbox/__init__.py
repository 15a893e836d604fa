"""A local Stripe: HTTP API, hosted pages, webhooks and a clock, in one process."""
