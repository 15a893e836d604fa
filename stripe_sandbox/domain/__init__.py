"""The rules of Stripe: catalog, checkout, subscriptions, invoices, payments and time."""
