"""What talks to Stripe: `client` sends, `fetch` asks, `mirror` keeps dj-stripe's tables, which it patches."""
