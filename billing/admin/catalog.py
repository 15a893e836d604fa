"""Admin pages of the catalog: plans and packs, with their prices."""

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db import models, transaction
from django.http import HttpRequest
from django.utils.safestring import SafeString
from unfold.admin import TabularInline

from billing.admin.formatting import money
from billing.checkout_fields import MAX_INTEGER
from billing.exceptions import BillingError
from billing.models import CreditPack, Payment, Plan, Price, UnspentCredits
from billing.rules.catalog import FREE, prices_on_sale
from billing.services.catalog import check_price, save_prices
from billing.stripe_api.client import deadline
from billing.stripe_objects import Price as StripePrice
from common.admin import StrictAdmin, badge, column


class PlanForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at runtime
    def clean(self) -> dict[str, Any]:
        """Report a missing or superfluous cap before the table's constraint does."""
        data: dict[str, Any] = super().clean() or {}
        capped = data.get("unspent_credits") == UnspentCredits.ROLLOVER_CAPPED
        if capped and data.get("rollover_cap") is None:
            self.add_error("rollover_cap", "Required for a rollover up to a cap.")
        if not capped and data.get("rollover_cap") is not None:
            self.add_error("rollover_cap", "Only for a rollover up to a cap.")
        return data


PRICE_FIELD = re.compile(r"prices-\d+-stripe_id")  # in the form, one for each price
PRICE_ID = re.compile(r"[A-Za-z0-9_]{1,255}")


def period_text(price: Price) -> str:
    """Return a price's period, such as month or 3 months, or an empty string for a one-time price."""
    if price.interval_count == 1:
        return price.interval
    return f"{price.interval_count} {price.interval}s"


class PriceForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at runtime
    """A price of a plan or a pack. A new price gets the fields that Stripe returned earlier."""

    checked: ClassVar[Mapping[str, StripePrice | BillingError]] = {}  # by Stripe id

    class Meta:
        model = Price
        fields = ("stripe_id", "is_default", "credits_per_period", "instalments")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["stripe_id"].disabled = True

    def _get_validation_exclusions(self) -> set[str]:
        """Leave the rule of one default to the formset: the other price may give it up in the same form."""
        excluded: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]  # not in the stubs
        return excluded | {"plan", "pack"}

    def clean_stripe_id(self) -> str:
        price_id: str = self.cleaned_data["stripe_id"]
        if self.instance.pk or Price.objects.filter(stripe_id=price_id).exists():
            return price_id  # known, or refused as a duplicate
        found = self.checked.get(price_id)
        if isinstance(found, StripePrice):
            self.instance.copy_from_stripe(found)
            return price_id
        raise forms.ValidationError(str(found or "The price has not been checked with Stripe. Save again."))


class PriceFormSet(forms.BaseInlineFormSet):  # type: ignore[type-arg]  # not generic at runtime
    def clean(self) -> None:
        """Require at most one default, credits that fit, and own credits for a new price of another period."""
        super().clean()
        kept = [form for form in self.forms if form.has_changed() or form.instance.pk]
        kept = [form for form in kept if not form.cleaned_data.get("DELETE") and form.instance.currency]
        if sum(bool(form.cleaned_data.get("is_default")) for form in kept) > 1:
            raise forms.ValidationError("Only one price can be the default.")
        periods = {form.instance.period[1:] for form in kept if form.instance.credits_per_period is None}
        for form in kept:
            added = not form.instance.pk and "credits_per_period" in form.fields
            if added and form.instance.credits_per_period is None and len(periods) > 1:
                form.add_error(
                    "credits_per_period",
                    "Enter the credits of a period at this price: other prices of this plan have another "
                    "interval.",
                )
            if (form.instance.credits_per_period or 0) * (self.instance.max_quantity or 0) > MAX_INTEGER:
                form.add_error("credits_per_period", "Too many credits at the largest quantity.")
        for form in self.deleted_forms:
            if Payment.objects.filter(stripe_price_id=form.instance.stripe_id).exists():
                raise forms.ValidationError(
                    f"{form.instance.stripe_id} has payments, so it cannot be removed. "
                    "Archive it in Stripe to stop selling at it."
                )


class PriceInline(TabularInline):
    """The prices of a plan or a pack. The permission to change the item includes its prices."""

    model = Price
    form = PriceForm
    formset = PriceFormSet
    extra = 1
    max_num = 20
    tab = False
    readonly_fields = ["amount", "period", "state"]

    amount = column("Amount", lambda price: money(price.unit_amount, price.currency) if price.pk else None)

    @admin.display(description="Period")
    def period(self, price: Price) -> str | None:
        return period_text(price) if price.pk else None

    @admin.display(description="Status")
    def state(self, price: Price) -> SafeString | None:
        if not price.pk:
            return None
        return badge("active", "success") if price.is_active else badge("archived", "default")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(self.admin_site.get_model_admin(self.parent_model).has_view_permission(request))

    def _may_write(self, request: HttpRequest, obj: Any = None) -> bool:
        parent = self.admin_site.get_model_admin(self.parent_model)
        return bool(
            parent.has_change_permission(request) if obj is not None else parent.has_add_permission(request)
        )

    has_add_permission = has_change_permission = has_delete_permission = _may_write

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """Give the forms the prices that Stripe returned for this request."""
        formset = super().get_formset(request, obj, **kwargs)
        formset.form.checked = getattr(request, "checked_prices", {})
        return formset


class PlanPriceInline(PriceInline):
    fields = [
        *("stripe_id", "amount", "period", "state", "is_default"),
        *("credits_per_period", "instalments"),
    ]


class PackPriceInline(PriceInline):
    fields = ["stripe_id", "amount", "state", "is_default"]


class CatalogAdmin(StrictAdmin):
    """Base of plans and packs. An edit applies to later payments only.

    Django opens a transaction for the whole form. So the new prices of a form are requested from Stripe
    before it.
    """

    search_fields = ["name", "slug", "prices__stripe_id"]
    actions = None
    recurring = False

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("prices")

    def get_urls(self) -> list[Any]:
        """Exempt the pages from ATOMIC_REQUESTS, since they call Stripe."""
        urls = super().get_urls()
        for pattern in urls:
            if pattern.callback:
                pattern.callback = transaction.non_atomic_requests(pattern.callback)
        return urls

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: Any = None,
    ) -> Any:
        may_save = self.has_change_permission(request) if object_id else self.has_add_permission(request)
        if request.method == "POST" and may_save:
            request.checked_prices = self._check_prices(request)  # type: ignore[attr-defined]  # for get_formset
        return super().changeform_view(request, object_id, form_url, extra_context)

    def _check_prices(self, request: HttpRequest) -> dict[str, StripePrice | BillingError]:
        """Return Stripe's responses about the form's new prices: a price, or the reason of a refusal."""
        ids = [str(value).strip() for name, value in request.POST.items() if PRICE_FIELD.fullmatch(name)]
        ids = [price_id for price_id in ids if PRICE_ID.fullmatch(price_id)]
        known = set(Price.objects.filter(stripe_id__in=ids).values_list("stripe_id", flat=True))
        checked: dict[str, StripePrice | BillingError] = {}
        with deadline():
            for price_id in list(dict.fromkeys(ids))[: PriceInline.max_num]:
                if price_id in known:
                    continue
                try:
                    checked[price_id] = check_price(price_id, recurring=self.recurring)
                except BillingError as error:
                    checked[price_id] = error
        return checked

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: Any) -> None:
        """Save the prices together, so that one of them is the default."""
        prices = formset.save(commit=False)
        for price in formset.deleted_objects:
            price.delete()
        save_prices(prices, item=form.instance)
        formset.save_m2m()

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["slug"] if obj else []  # users and API clients refer to it

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Keep a row that a payment refers to."""
        if obj is not None and obj.payments.exists():
            return False
        return bool(super().has_delete_permission(request, obj))

    @admin.display(description="Prices")
    def prices_on_sale(self, item: Plan | CreditPack) -> SafeString | str | None:
        """Return the prices on sale as text, or a note that there are none."""
        if isinstance(item, Plan) and item.slug == FREE:
            return None
        on_sale = prices_on_sale(item.prices.all())
        if not on_sale:
            return badge("no active price", "warning" if item.is_active else "default")
        return ", ".join(
            " per ".join(filter(None, [money(price.unit_amount, price.currency), period_text(price)]))
            for price in on_sale
        )


@admin.register(Plan)
class PlanAdmin(CatalogAdmin):
    form = PlanForm
    recurring = True
    inlines = [PlanPriceInline]
    list_display = ["name", "slug", "prices_on_sale", "granted", "unspent_credits", "is_active"]
    fieldsets = [
        (None, {"fields": ["name", "slug", "is_active"]}),
        ("Credits granted", {"fields": ["credits_per_period", "trial_credits", "upgrade_credits"]}),
        ("Instalments", {"fields": ["instalments"]}),
        ("Unused credits", {"fields": ["unspent_credits", "rollover_cap"]}),
        (
            "Checkout",
            {"fields": ["trial_days", "max_quantity", "promotion_codes", "automatic_tax"]},
        ),
    ]

    granted = column(
        "Credits per period", lambda plan: f"{plan.credits_per_period:,}", ordering="credits_per_period"
    )

    def has_delete_permission(self, request: HttpRequest, obj: Plan | None = None) -> bool:
        """Keep `free`, the plan of every user without a subscription."""
        return not (obj and obj.slug == FREE) and super().has_delete_permission(request, obj)


@admin.register(CreditPack)
class CreditPackAdmin(CatalogAdmin):
    inlines = [PackPriceInline]
    list_display = ["name", "slug", "prices_on_sale", "granted", "is_active"]
    fieldsets = [
        (None, {"fields": ["name", "slug", "is_active"]}),
        ("Credits granted", {"fields": ["credits"]}),
        ("Checkout", {"fields": ["max_quantity", "promotion_codes", "automatic_tax", "invoice"]}),
    ]

    granted = column("Credits", lambda pack: f"{pack.credits:,}", ordering="credits")
