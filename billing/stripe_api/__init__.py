"""Access to Stripe: `client` sends requests, `fetch` returns snapshots, `mirror` writes dj-stripe's tables."""
