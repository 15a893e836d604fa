"""The order in which credits are consumed: the grant that expires first, then the oldest.

Grants without an expiry come last. To change the order, change COLUMNS, run `makemigrations` (for the index
`credits_consumption_order`), and write the order into a new version of the ledger's SQL
(credits/ledger_sql.py).
"""

from django.db.models import F

COLUMNS = (("expires_at", "nulls last"), ("id", ""))

CONSUMPTION_ORDER = tuple(F(name).asc(nulls_last=True) if nulls else F(name) for name, nulls in COLUMNS)
