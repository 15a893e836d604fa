"""The tables of the ledger, as its SQL names them."""

from django.apps.registry import Apps
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.state import StateApps

MODELS = {
    "ledger": "AiCreditLog",
    "holds": "CreditHold",
    "grants": "CreditGrant",
    "consumptions": "CreditConsumption",
    "prices": "ActionPrice",
    "claims": "CreditClaim",
    "limits": "SpendingLimit",
}


def table_names(
    *, user_model: str, apps: Apps | StateApps, connection: BaseDatabaseWrapper
) -> dict[str, str]:
    """Return the quoted name for each placeholder of the ledger's SQL.

    {users} and {pk} are the table and the primary key of `user_model`, such as "accounts.User", and
    {pk_type} is the type of a column that refers to it. The other placeholders are the tables of MODELS that
    exist at this point of the migrations.
    """
    users = apps.get_model(user_model)._meta
    quote = connection.ops.quote_name
    return {
        "users": quote(users.db_table),
        "pk": quote(str(users.pk.column)),
        "pk_type": str(users.pk.rel_db_type(connection)),
        **{
            name: quote(apps.get_model("credits", model)._meta.db_table)
            for name, model in MODELS.items()
            if model.lower() in apps.all_models["credits"]
        },
    }
