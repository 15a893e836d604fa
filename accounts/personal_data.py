"""Rules for the deletion of an account and the export of its data, one for each model.

RULES names every model of this project, so that neither an erasure nor an export can miss one. A test fails
for a model without a rule, and for a foreign key to the user that its rule does not name. The rules for
dj-stripe's models are in `billing/stripe_api/mirror_erasure.py`.

The erasure deletes rows in the order of RULES.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from django.apps import apps
from django.db.models import Model, QuerySet


class Erasure(Enum):
    """The effect of an erasure on a user's rows."""

    DELETE = "delete"  # the rows
    CLEAR = "clear"  # some columns; see `why`
    KEEP = "keep"  # `why` says what for


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule for the rows of one model.

    `path` leads from a row to the user; without a path, code finds the rows. `section` is the name of the
    rows in an export, `fields` are the exported fields, and `values` renames fields. Without a section, the
    export leaves the rows out, and `why` gives the reason. `also` are foreign keys to the user that do not
    make a row the user's data, such as that of the member of staff who wrote it.
    """

    erasure: Erasure
    path: str = "user"
    why: str = ""
    section: str = ""
    fields: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)  # name in the export → field

    def rows(self, label: str, *, user_id: Any) -> QuerySet[Any]:
        """Return the user's rows."""
        return model_of(label)._meta.base_manager.filter(**{self.path: user_id})


def model_of(label: str) -> type[Model]:
    """Return the model with this label. The rules name models of apps that this one does not import."""
    return apps.get_model(label)


RULES: dict[str, Rule] = {
    "ai.AnswerEvaluation": Rule(
        erasure=Erasure.DELETE,
        section="evaluations",
        fields=(
            *("id", "question_id", "user_answer", "marks_available", "marks_achieved", "feedback"),
            *("engine", "created_at"),
        ),
    ),
    "ai.Question": Rule(
        erasure=Erasure.DELETE,
        path="question_set__user",
        section="questions",
        fields=(
            *("id", "question_set_id", "position", "text", "question_type", "options", "answer"),
            *("accepted_answers", "marks_available", "topic", "excerpt"),
        ),
    ),
    "ai.QuestionSet": Rule(
        erasure=Erasure.DELETE,
        section="questionSets",
        fields=("id", "name", "engine", "language", "created_at"),
    ),
    "ai.ModelCallRecord": Rule(
        erasure=Erasure.KEEP,
        why="The operator's costs. They contain no text, and the user's row has no personal data.",
        section="modelCalls",
        fields=("id", "action", "model", "outcome", "input_tokens", "output_tokens", "created_at"),
    ),
    "jobs.Job": Rule(
        erasure=Erasure.DELETE,
        section="jobs",
        fields=(
            *("id", "action", "state", "units", "body", "partial", "response_body", "error"),
            *("created_at", "started_at", "finished_at"),
        ),
    ),
    "accounts.Session": Rule(
        erasure=Erasure.DELETE,
        section="sessions",
        fields=(
            "id",
            "created_at",
            "last_used_at",
            "expires_at",
            "user_agent",
            "address",
        ),  # not the tokens' ids
    ),
    "accounts.ApiKey": Rule(
        erasure=Erasure.DELETE,
        section="apiKeys",
        fields=(  # not the hash
            *("id", "name", "prefix", "can_read", "can_spend", "created_at", "last_used_at", "expires_at"),
            "revoked_at",
        ),
    ),
    "accounts.EmailChange": Rule(
        erasure=Erasure.DELETE,
        section="emailChanges",
        fields=("id", "old_email", "new_email", "requested_at", "confirmed_at"),
    ),
    "accounts.RecoveryCode": Rule(erasure=Erasure.DELETE, why="Secrets are not exported."),
    "otp_totp.TOTPDevice": Rule(erasure=Erasure.DELETE, why="Secrets are not exported."),
    "credits.SpendingLimit": Rule(
        erasure=Erasure.DELETE,
        section="spendingLimits",
        fields=("id", "subject", "period", "amount", "held", "used", "period_start"),
    ),
    "accounts.User_groups": Rule(erasure=Erasure.DELETE, section="groups", values={"name": "group__name"}),
    "accounts.User_user_permissions": Rule(
        erasure=Erasure.DELETE, section="permissions", values={"codename": "permission__codename"}
    ),
    "credits.CreditHold": Rule(
        erasure=Erasure.CLEAR,
        why="Keys, request ids and stored responses are erased. Amounts stay: ledger entries name their hold.",
        section="holds",
        fields=(
            *("id", "action_type", "amount", "captured_amount", "state", "endpoint", "idempotency_key"),
            *("request_id", "response_body", "created_at", "closed_at"),
        ),
    ),
    "credits.AiCreditLog": Rule(
        erasure=Erasure.KEEP,
        why="Accounting: the ledger is append-only. Reasons that staff entered stay.",
        section="ledger",
        fields=(
            *("id", "kind", "action_type", "amount", "balance_after", "reference_type", "reference_id"),
            *("reason", "created_at"),
        ),
        also=("actor",),
    ),
    "credits.CreditGrant": Rule(
        erasure=Erasure.KEEP,
        why="Accounting.",
        section="grants",
        fields=("id", "entry_id", "amount", "remaining", "expires_at"),
    ),
    "credits.CreditClaim": Rule(
        erasure=Erasure.KEEP,
        why="Accounting.",
        section="claims",
        fields=("id", "entry_id", "open_amount", "collected_amount", "written_off_amount"),
    ),
    "credits.CreditConsumption": Rule(
        erasure=Erasure.KEEP,
        path="entry__user",
        why="Accounting.",
        section="consumptions",
        fields=("id", "entry_id", "grant_id", "amount"),
    ),
    "billing.Payment": Rule(
        erasure=Erasure.KEEP,
        why="Accounting. It contains Stripe's ids and amounts, but no name and no address.",
        section="payments",
        fields=(
            *("stripe_id", "invoice_id", "billing_reason", "credits", "subtotal", "tax", "total"),
            *("tax_country", "amount_paid", "currency", "period_start", "period_end", "paid_at"),
            *("amount_returned", "credits_clawed_back"),
        ),
    ),
    "billing.PaymentPart": Rule(
        erasure=Erasure.KEEP,
        path="payment__user",
        why="Accounting.",
        section="paymentParts",
        fields=("stripe_id", "payment_id", "amount", "amount_refunded", "amount_disputed"),
    ),
    "billing.CustomerDeletion": Rule(
        erasure=Erasure.KEEP,
        why="It prevents later events from storing the customer again. It exists only after the deletion.",
    ),
    "accounts.User": Rule(
        erasure=Erasure.CLEAR,
        path="pk",
        why="Address, name, password and privileges are erased. The row stays for the ledger. Exported as `profile`.",
    ),
    "admin.LogEntry": Rule(
        erasure=Erasure.CLEAR,
        why="Entries about the user lose the address. The actions and texts of staff stay, and are not exported.",
        also=("user",),
        path="",
    ),
    "credits.ActionPrice": Rule(
        erasure=Erasure.KEEP,
        why="The work of a member of staff, and accounting.",
        also=("created_by",),
        path="",
    ),
    "limits.KnownAddress": Rule(
        erasure=Erasure.CLEAR,
        path="",
        why="Found by hashes of the email address and of the id, and deleted. A hash would be useless in an export.",
    ),
}

# Models whose rows are not a user's data, with the reason.
IMPERSONAL: dict[str, str] = {
    "accounts.FormerMailbox": "a keyed hash of a mailbox, which does not reveal the address",
    "auth.Group": "a set of permissions",
    "auth.Group_permissions": "a set of permissions",
    "auth.Permission": "a permission",
    "billing.CreditPack": "the catalog",
    "billing.Plan": "the catalog",
    "billing.Price": "the catalog",
    "contenttypes.ContentType": "the models",
    "jobs.ScheduledCommand": "the runs of a command",
    "limits.RequestCount": "a keyed hash, until its window ends",
    "procrastinate.ProcrastinateEvent": "a task of the queue",
    "procrastinate.ProcrastinateJob": "a task of the queue, with the id of a job",
    "procrastinate.ProcrastinatePeriodicDefer": "the schedule",
    "procrastinate.ProcrastinateWorker": "a worker",
    "sessions.Session": "a session of the admin; a deleted account cannot use it, and it expires within two weeks",
}
