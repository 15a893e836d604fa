"""The entitlement of an invoice, from Stripe's current and earlier JSON."""

from datetime import UTC, datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.models import Plan
from billing.rules.entitlements import Entitlement, invoice_entitlement
from billing.stripe_payments import Invoice, Part, TaxDetails


def terms(pk, **fields):
    return Plan(pk=pk, **fields).terms


BASIC = terms(1, slug="basic", credits_per_period=100)
PRO = terms(2, slug="pro", credits_per_period=2000, trial_credits=50)
PLANS = {"price_basic": BASIC, "price_pro": PRO}
UNITS = {"price_basic": 100, "price_pro": 1000}
START, END = 1_780_000_000, 1_782_592_000


def line(price="price_pro", amount=1000, *, quantity=1, proration=False, one_off=False, **changes):
    details = {"proration": proration, "subscription": "sub_1"}
    kind = "invoice_item_details" if proration or one_off else "subscription_item_details"
    return {
        "amount": amount,
        "quantity": quantity,
        "pricing": {"price_details": {"price": price, "product": "prod_1"}},
        "parent": {"type": kind, kind: details},
        "period": {"start": START, "end": END},
        **changes,
    }


def discounted(line, percent=50):
    """Return the line with a discount. The amount of a proration line is after discounts already."""
    return {**line, "discount_amounts": [{"amount": line["amount"] * percent // 100, "discount": "di_1"}]}


def discount_of(line):
    return sum(one["amount"] for one in line.get("discount_amounts", ()))


def taxed(line, percent=20, *, inclusive=False):
    """Return the line with a tax, in the shape of Stripe's current version."""
    amount = (line["amount"] - discount_of(line)) * percent // (100 + percent if inclusive else 100)
    behavior = "inclusive" if inclusive else "exclusive"
    return {**line, "taxes": [{"amount": amount, "tax_behavior": behavior, "type": "tax_rate_details"}]}


def total_of(lines):
    taxes = [tax for one in lines for tax in one.get("taxes", ())]
    added = sum(tax["amount"] for tax in taxes if tax["tax_behavior"] == "exclusive")
    return sum(one["amount"] - discount_of(one) for one in lines) + added


def invoice(*lines, reason="subscription_cycle", number=1, **changes):
    total = changes.pop("total") if "total" in changes else total_of(lines)
    return {
        "id": f"in_{number}",
        "number": f"ABC-{number:04d}",
        "status": "paid",
        "billing_reason": reason,
        "total": total,
        "amount_due": max(0, total),
        "amount_paid": max(0, total),
        "currency": "usd",
        "created": START,
        "status_transitions": {"paid_at": START + 9, "finalized_at": START + 5},
        "lines": {"data": list(lines)},
        "payments": {"data": []},
        **changes,
    }


def entitlement(*lines, plans=PLANS, history=(), **changes):
    history = [Invoice.from_stripe(one) for one in history]
    parsed = Invoice.from_stripe(invoice(*lines, **changes))
    return invoice_entitlement(parsed, plans=plans, unit_amounts=UNITS, history=history)


class TestPeriods:
    @pytest.mark.parametrize(
        ("reason", "action"),
        [
            ("subscription_create", "subscription_start"),
            ("subscription_cycle", "subscription_renewal"),
            ("subscription_update", "subscription_change"),
        ],
    )
    def test_a_paid_period_grants_the_plans_credits(self, reason, action):
        given_ = entitlement(line(), reason=reason)
        assert given_ == Entitlement(
            plan_id=PRO.id,
            price_id="price_pro",
            credits=2000,
            action_type=action,
            period_start=datetime.fromtimestamp(START, UTC),
            period_end=datetime.fromtimestamp(END, UTC),
        )

    @pytest.mark.parametrize(
        "reason", ["manual", "subscription_threshold", "quote_accept", "upcoming", "new_in_2031", None]
    )
    def test_other_billing_reasons_grant_nothing(self, reason):
        given_ = entitlement(line(), reason=reason)
        assert (given_.credits, given_.action_type) == (0, "payment")

    def test_quantity_multiplies_the_credits(self):
        assert entitlement(line(amount=3000, quantity=3)).credits == 6000

    def test_a_trial_line_grants_the_trial_credits(self):
        assert entitlement(line(amount=0), reason="subscription_create").credits == 50

    @pytest.mark.parametrize("reason", ["subscription_update", "subscription_cycle"])
    def test_a_later_invoice_of_a_trial_grants_nothing_more(self, reason):
        """Stripe makes another invoice of 0 when a trial is extended."""
        assert entitlement(line(amount=0), reason=reason).credits == 0

    def test_a_paid_line_beside_one_of_an_extended_trial_grants_its_credits(self):
        lines = line(amount=0), line("price_basic", 100)
        assert entitlement(*lines, reason="subscription_update").credits == 100

    def test_a_full_discount_is_not_a_trial(self):
        assert entitlement(line(amount=1000), total=0).credits == 2000

    def test_taxes_do_not_change_the_credits(self):
        assert entitlement(line(), total=1190).credits == 2000

    def test_several_lines_add_up(self):
        assert entitlement(line(), line("price_basic", 100)).credits == 2100

    def test_an_unmapped_line_beside_a_mapped_one_is_ignored(self):
        given_ = entitlement(line("price_addon", 500), line())
        assert (given_.credits, given_.plan_id, given_.price_id) == (2000, PRO.id, "price_pro")

    def test_only_unmapped_lines_make_the_payment_unmapped(self):
        given_ = entitlement(line("price_addon", 500))
        assert (given_.credits, given_.plan_id, given_.price_id) == (None, None, "price_addon")

    def test_one_off_items_grant_nothing(self):
        assert entitlement(line("price_pro", 700, one_off=True)).credits == 0

    def test_an_invoice_without_lines_grants_nothing(self):
        assert entitlement().credits == 0

    @pytest.mark.parametrize(
        ("policy", "cap", "expires"),
        [("rollover", None, False), ("expire", None, True), ("rollover_capped", 500, True)],
    )
    def test_expiry_and_cap_follow_the_plans_policy(self, policy, cap, expires):
        plan = terms(2, slug="pro", credits_per_period=2000, unspent_credits=policy, rollover_cap=cap)
        given_ = entitlement(line(), plans={"price_pro": plan})
        assert given_.expires_at == (datetime.fromtimestamp(END, UTC) if expires else None)
        assert given_.rollover_cap == cap


class TestShapes:
    def test_invoices_in_the_shape_before_2025_are_parsed(self):
        old = {
            "amount": 1000,
            "quantity": 1,
            "price": {"id": "price_pro"},
            "type": "subscription",
            "proration": False,
            "period": {"start": START, "end": END},
        }
        body = invoice(old, payment_intent="pi_1", payments=None)
        read = Invoice.from_stripe(body)
        assert read.parts == (Part(id="pi_1", amount=read.amount_paid),)
        assert entitlement(old).credits == 2000

    @pytest.mark.parametrize("price", ["price_pro", {"id": "price_pro", "object": "price"}])
    def test_a_price_is_parsed_as_an_id_or_expanded(self, price):
        assert entitlement(line(price)).credits == 2000

    @pytest.mark.parametrize("intent", ["pi_1", {"id": "pi_1", "object": "payment_intent"}])
    def test_the_payment_intent_is_parsed(self, intent):
        payments = {
            "data": [
                {"status": "canceled", "payment": {"payment_intent": "pi_0"}},
                {"status": "paid", "payment": {"type": "payment_intent", "payment_intent": intent}},
            ]
        }
        read = Invoice.from_stripe(invoice(line(), payments=payments))
        assert read.parts == (Part(id="pi_1", amount=read.amount_paid),)

    def test_every_payment_of_an_invoice_is_parsed(self):
        payments = [
            {"payment": {"payment_intent": "pi_1"}, "amount_paid": 300, "is_default": True},
            {"payment": {"payment_intent": "pi_2"}, "amount_paid": 200, "is_default": False},
            {"payment": {"charge": "ch_3"}, "amount_paid": 100, "is_default": False},
            {"payment": {"payment_record": "pr_4"}, "amount_paid": 50, "is_default": False},
        ]
        paid = [{**one, "status": "paid"} for one in payments]
        read = Invoice.from_stripe(invoice(line(), payments={"data": paid, "has_more": True}))
        assert read.parts == (
            Part(id="pi_1", amount=300),
            Part(id="pi_2", amount=200, is_attached=True),
            Part(id="ch_3", amount=100, is_attached=True),
        )
        assert read.has_more_parts

    def test_taxes_are_parsed_in_both_shapes(self):
        taxes = [{"amount": 19}, {"amount": 2}]
        address = {"customer_address": {"country": "DE"}, "customer_tax_exempt": "reverse"}
        for name in ("total_taxes", "total_tax_amounts"):
            read = Invoice.from_stripe(invoice(line(), **{name: taxes}, **address))
            assert read.tax == TaxDetails(amount=21, country="DE", exempt="reverse")

    @pytest.mark.parametrize(
        ("taxes", "total"),
        [
            ({}, 1000),
            ({"taxes": None, "tax_amounts": None}, 1000),
            ({"taxes": []}, 1000),
            ({"taxes": [{"amount": 200, "tax_behavior": "exclusive"}]}, 1200),
            ({"taxes": [{"amount": 167, "tax_behavior": "inclusive"}]}, 1000),
            ({"taxes": [{"amount": n, "tax_behavior": "exclusive"} for n in (50, 99)]}, 1149),
            ({"taxes": [{"amount": None, "tax_behavior": "exclusive"}]}, 1000),
            ({"taxes": [{"amount": 200, "tax_behavior": "a_new_one"}]}, 1000),
            ({"tax_amounts": [{"amount": 200, "inclusive": False}]}, 1200),
            ({"tax_amounts": [{"amount": 167, "inclusive": True}]}, 1000),
            ({"tax_amounts": [{"amount": 200}]}, 1000),
        ],
    )
    def test_exclusive_taxes_of_a_line_are_parsed_in_both_shapes(self, taxes, total):
        (read,) = Invoice.from_stripe(invoice(line(**taxes), total=total)).lines
        assert (read.amount, read.total) == (1000, total)

    @pytest.mark.parametrize(
        ("discounts", "total"),
        [(None, 1000), ([], 1000), ([{"amount": 300}, {"amount": 200}], 500), ([{"amount": None}], 1000)],
    )
    def test_discounts_of_a_line_are_parsed(self, discounts, total):
        (read,) = Invoice.from_stripe(invoice(line(discount_amounts=discounts), total=total)).lines
        assert (read.amount, read.total) == (1000, total)

    def test_a_one_off_item_in_the_old_shape_is_ignored(self):
        assert entitlement({"amount": 5, "type": "invoiceitem", "price": {"id": "price_pro"}}).credits == 0

    def test_a_minimal_invoice_is_parsed(self):
        read = Invoice.from_stripe({"id": "in_1", "created": START})
        assert (read.status, read.lines, read.parts) == ("", (), ())
        assert read.paid_at == datetime.fromtimestamp(START, UTC)


UPGRADE = (line("price_basic", -50, proration=True), line("price_pro", 500, proration=True))
DOWNGRADE = (line("price_pro", -500, proration=True), line("price_basic", 50, proration=True))


def plans_with(policy):
    return {
        "price_basic": BASIC,
        "price_pro": terms(2, slug="pro", credits_per_period=2000, upgrade_credits=policy),
    }


class TestChanges:
    @pytest.mark.parametrize(("policy", "credits_given"), [("prorated", 950), ("full", 1900), ("none", 0)])
    def test_an_upgrade_follows_the_plans_policy(self, policy, credits_given):
        given_ = entitlement(*UPGRADE, reason="subscription_update", plans=plans_with(policy))
        assert (given_.credits, given_.action_type) == (credits_given, "subscription_change")
        assert given_.plan_id == PRO.id

    @pytest.mark.parametrize("policy", ["prorated", "full", "none"])
    def test_a_downgrade_claws_back_nothing(self, policy):
        assert entitlement(*DOWNGRADE, reason="subscription_update", plans=plans_with(policy)).credits == 0

    def test_an_upgrade_billed_with_the_renewal_is_granted_with_it(self):
        assert entitlement(*UPGRADE, line()).credits == 2950

    def test_a_higher_quantity_is_an_upgrade(self):
        more = (line("price_pro", -500, proration=True), line("price_pro", 1000, quantity=2, proration=True))
        assert entitlement(*more, reason="subscription_update").credits == 1000

    def test_a_change_to_an_unmapped_price_is_unmapped(self):
        lines = (line("price_basic", -50, proration=True), line("price_x", 500, proration=True))
        assert entitlement(*lines, reason="subscription_update").credits is None

    def test_a_price_without_an_amount_is_not_prorated(self):
        parsed = Invoice.from_stripe(invoice(*UPGRADE, reason="subscription_update"))
        found = invoice_entitlement(parsed, plans={"price_pro": PRO}, unit_amounts={}, history=())
        assert found.credits == 0

    def test_a_change_to_a_longer_interval_grants_a_whole_period(self):
        lines = (line("price_basic", -50, proration=True), line("price_pro", 1000))
        given_ = entitlement(*lines, reason="subscription_update", total=950)
        assert given_.credits == 1900  # 950 of 1000 is new cash


class TestChangesThatCostNothing:
    """A user could repeat them, so they grant nothing before the next renewal."""

    @pytest.mark.parametrize("policy", ["full", "prorated"])
    @pytest.mark.parametrize(
        ("old", "new"),
        [(-1, 1), (-500, 500), (-550, 500)],
        ids=["rounded to one cent", "of one price", "to a cheaper plan with more credits"],
    )
    def test_examples(self, policy, old, new):
        change = line("price_basic", old, proration=True), line("price_pro", new, proration=True)
        given_ = entitlement(*change, reason="subscription_update", plans=plans_with(policy), total=old + new)
        assert given_.credits == 0

    def test_a_line_in_another_currency_grants_the_whole_difference_at_most(self):
        change = line("price_basic", -50_000, proration=True), line("price_pro", 500_000, proration=True)
        given_ = entitlement(*change, reason="subscription_update", total=450_000)
        assert given_.credits == 2000 - BASIC.credits_per_period


class TestProrationBalance:
    """Repeated downgrades and upgrades never grant more than was paid for."""

    def test_proration_credit_of_a_downgrade_buys_no_credits(self):
        down = invoice(*DOWNGRADE, reason="subscription_update", number=1)
        given_ = entitlement(*UPGRADE, reason="subscription_update", number=2, amount_due=0, history=[down])
        assert given_.credits == 0

    def test_cash_on_top_of_proration_credit_buys_credits(self):
        down = invoice(*DOWNGRADE, reason="subscription_update", number=1)
        assert entitlement(line(), number=2, amount_due=550, history=[down]).credits == 1100

    def test_proration_credit_buys_nothing_in_its_own_invoice(self):
        given_ = entitlement(*DOWNGRADE, line("price_basic", 100), total=-350)
        assert given_.credits == 0

    def test_proration_credit_is_used_up(self):
        down = invoice(*DOWNGRADE, reason="subscription_update", number=1)
        used = invoice(line(), number=2, amount_due=550)
        third = entitlement(line(), number=3, amount_due=0, history=[used, down])
        assert third.credits == 2000  # other balance, such as goodwill

    def test_other_balance_pays_like_cash(self):
        assert entitlement(line(), amount_due=0).credits == 2000

    def test_later_and_unpaid_invoices_are_ignored(self):
        later = invoice(*DOWNGRADE, reason="subscription_update", number=3)
        void = invoice(*DOWNGRADE, reason="subscription_update", number=1, status="void")
        assert entitlement(line(), number=2, amount_due=0, history=[later, void]).credits == 2000

    def test_proration_credit_in_another_currency_pays_nothing(self):
        """Stripe keeps one balance for each currency of a customer."""
        down = invoice(*DOWNGRADE, reason="subscription_update", number=1, currency="eur")
        assert entitlement(line(), number=2, amount_due=0, history=[down]).credits == 2000

    def test_proration_credit_with_tax_buys_no_credits(self):
        """The tax of the unused time is on the balance, too."""
        down = invoice(*map(taxed, DOWNGRADE), reason="subscription_update", number=1)
        up = [taxed(one) for one in UPGRADE]
        assert (down["total"], total_of(up)) == (-540, 540)
        given_ = entitlement(*up, reason="subscription_update", number=2, amount_due=0, history=[down])
        assert given_.credits == 0

    def test_renewals_paid_from_proration_credit_with_tax_grant_nothing(self):
        history = [invoice(*map(taxed, DOWNGRADE), reason="subscription_update", number=1)]
        for number in range(2, 6):  # 540 on the balance pays 120 each time
            renewal = taxed(line("price_basic", 100))
            assert entitlement(renewal, number=number, amount_due=0, history=history).credits == 0
            history.append(invoice(renewal, number=number, amount_due=0))
        # The last 60 pay for half of the next renewal.
        assert entitlement(renewal, number=6, amount_due=60, history=history).credits == 50

    def test_proration_credit_with_tax_buys_nothing_in_its_own_invoice(self):
        """A year's unused time pays for a month. The rest, with its tax, pays for the next year."""
        plans = PLANS | {"price_year": terms(2, slug="pro", credits_per_period=24_000)}
        month, year = line("price_pro", 1000), line("price_year", 10_000)
        to_month = [taxed(line("price_year", -10_000, proration=True)), taxed(month)]
        to_year = [taxed(line("price_pro", -1000, proration=True)), taxed(year)]
        changes = {"reason": "subscription_update", "amount_due": 0}
        assert entitlement(*to_month, plans=plans, **changes).credits == 0
        history = [invoice(*to_month, **changes)]
        assert entitlement(*to_year, plans=plans, number=2, history=history, **changes).credits == 0

    def test_proration_credit_with_a_discount_buys_nothing_in_its_own_invoice(self):
        """A month costs half its price. The rest of the year's unused time pays for the next year."""
        plans = PLANS | {"price_year": terms(2, slug="pro", credits_per_period=24_000)}
        month, year = discounted(line("price_pro", 1000)), discounted(line("price_year", 10_000))
        to_month = [line("price_year", -5000, proration=True), month]
        to_year = [line("price_pro", -500, proration=True), year]
        changes = {"reason": "subscription_update", "amount_due": 0}
        assert entitlement(*to_month, plans=plans, **changes).credits == 0
        history = [invoice(*to_month, **changes)]
        assert (history[0]["total"], total_of(to_year)) == (-4500, 4500)
        assert entitlement(*to_year, plans=plans, number=2, history=history, **changes).credits == 0

    def test_a_period_with_a_full_discount_needs_no_proration_credit(self):
        """The whole credit of the unused time goes to the balance."""
        down = invoice(line("price_pro", -500, proration=True), discounted(line("price_basic", 100), 100))
        assert down["total"] == -500
        assert entitlement(line(), number=2, amount_due=500, history=[down]).credits == 1000

    def test_cash_on_top_of_proration_credit_with_tax_buys_credits(self):
        down = invoice(*map(taxed, DOWNGRADE), reason="subscription_update", number=1)
        given_ = entitlement(taxed(line()), number=2, amount_due=660, history=[down])
        assert given_.credits == 1100  # 660 of 1200 is cash

    def test_inclusive_tax_is_part_of_the_amount(self):
        down = invoice(*(taxed(one, inclusive=True) for one in DOWNGRADE), reason="subscription_update")
        assert down["total"] == -450
        renewal = taxed(line(), inclusive=True)
        assert entitlement(renewal, number=2, amount_due=550, history=[down]).credits == 1100

    def test_lines_without_tax_information_are_untaxed(self):
        """One invoice may be older than the other, or of a country without the tax."""
        down = invoice(*DOWNGRADE, reason="subscription_update", number=1)
        given_ = entitlement(taxed(line()), number=2, amount_due=750, history=[down])
        assert given_.credits == 1250  # 450 of 1200 is credit for unused time

    def test_tax_on_some_lines_of_an_invoice(self):
        """The old plan's unused time is taxed, the new plan is not."""
        old, new = DOWNGRADE
        down = invoice(taxed(old), new, reason="subscription_update", number=1)
        assert down["total"] == -550
        assert entitlement(line(), number=2, amount_due=450, history=[down]).credits == 900

    def test_tax_on_unused_time_of_part_of_the_quantity(self):
        """Two of three units stay. The credit for the third one, with its tax, buys nothing."""
        fewer = (
            line("price_pro", -1500, quantity=3, proration=True),
            line("price_pro", 1000, quantity=2, proration=True),
        )
        down = invoice(*map(taxed, fewer), reason="subscription_update", number=1)
        assert down["total"] == -600
        given_ = entitlement(taxed(line()), number=2, amount_due=600, history=[down])
        assert given_.credits == 1000

    def test_tax_on_goodwill_pays_like_cash(self):
        down = invoice(*map(taxed, DOWNGRADE), reason="subscription_update", number=1)
        given_ = entitlement(taxed(line()), number=2, amount_due=0, history=[down])
        assert given_.credits == 1100  # 540 of 1200 is credit for unused time, the rest a goodwill credit

    @pytest.mark.parametrize(
        ("percent", "inclusive", "off"),
        [(0, False, 0), (10, False, 0), (20, False, 0), (20, True, 0), (0, False, 50), (20, False, 50)],
    )
    @given(turns=st.lists(st.sampled_from(["up", "down", "renew"]), max_size=12), data=st.data())
    def test_no_history_grants_more_than_the_cash_buys(self, percent, inclusive, off, turns, data):
        """With one rate for both plans, credits never exceed what the cash buys at it.

        Before taxes and discounts, a cent buys 2 credits. No amount needs rounding.
        """
        rate = Fraction(2 * 100 * 100, (100 if inclusive else 100 + percent) * (100 - off))
        plans = {
            "price_basic": terms(1, slug="basic", credits_per_period=200),
            "price_pro": terms(2, slug="pro", credits_per_period=2000),
        }
        units, on = {"price_basic": 100, "price_pro": 1000}, "price_basic"
        cash, credits_given, balance, history = 0, 0, 0, []
        for number, turn in enumerate(turns, start=1):
            left = Fraction(data.draw(st.integers(0, 10)), 10) * (100 - off) / 100
            ends = turn == "renew" or data.draw(st.sampled_from(["no", "renewed", "restarted"]))
            lines = []
            if turn != "renew":
                to = "price_pro" if turn == "up" else "price_basic"
                if to == on:
                    continue
                lines = [line(on, -round(units[on] * left), proration=True)]
                if ends != "restarted":  # another interval starts a new period at once
                    lines.append(line(to, round(units[to] * left), proration=True))
                on = to
            if ends != "no":
                lines.append(discounted(line(on, units[on]), off))
            lines = [taxed(one, percent, inclusive=inclusive) for one in lines]
            total = total_of(lines)
            due = max(0, total - balance)
            balance = balance - total + due
            body = invoice(
                *lines,
                number=number,
                amount_due=due,
                reason="subscription_cycle" if turn == "renew" else "subscription_update",
            )
            found = invoice_entitlement(
                Invoice.from_stripe(body),
                plans=plans,
                unit_amounts=units,
                history=[Invoice.from_stripe(one) for one in history],
            )
            credits_given += found.credits
            history.append(body)
            cash += due
            assert credits_given <= rate * cash
