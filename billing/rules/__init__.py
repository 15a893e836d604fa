"""What should be: pure functions of Stripe's objects, of what is on sale and of the time.

No database, no network and no clock; an import contract checks it.
"""
