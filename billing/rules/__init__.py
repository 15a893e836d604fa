"""Pure functions that compute entitlements, clawbacks and subscription fields.

Their inputs are Stripe's objects, the catalog and the time. They use no database, network or clock; an
import contract checks this.
"""
