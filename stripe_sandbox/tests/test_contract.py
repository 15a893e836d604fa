"""Every response conforms to Stripe's OpenAPI description, by an independent validator."""

import json

import jsonschema
import pytest
import referencing
import stripe

from stripe_sandbox import contract
from stripe_sandbox.api import OPERATIONS
from stripe_sandbox.contract import validation

MONTHLY, YEARLY, PACK = "price_sandbox_pro_monthly", "price_sandbox_pro_yearly", "price_sandbox_pack_500"


def as_json_schema(node):
    """Stripe's OpenAPI 3.0 schema as JSON Schema, strict about fields that it does not list."""
    if isinstance(node, list):
        return [as_json_schema(child) for child in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        plain = {"$ref": f"sandbox:{node['$ref']}"}
    else:
        plain = {
            key: {name: as_json_schema(child) for name, child in value.items()}
            if key == "properties"
            else as_json_schema(value)
            for key, value in node.items()
            if key in {"anyOf", "enum", "items", "properties", "required", "type", "additionalProperties"}
        }
        if plain.get("properties") and "additionalProperties" not in plain:
            plain["additionalProperties"] = False
    return {"anyOf": [plain, {"type": "null"}]} if node.get("nullable") else plain


@pytest.fixture(scope="module")
def registry():
    resources = [
        (f"sandbox:{name}", referencing.jsonschema.DRAFT202012.create_resource(as_json_schema(schema)))
        for name, schema in contract.load()["schemas"].items()
    ]
    return referencing.Registry().with_resources(resources)


class Scenario:
    """Calls every operation once and keeps the responses."""

    def __init__(self, http, sandbox):
        self.http, self.sandbox = http, sandbox
        self.answers = {}

    def __call__(self, name, params=None, **path):
        method, template = name.split(" ")
        url = template.format(**path)
        if method in {"GET", "DELETE"}:
            response = self.http.request(method, url, params=params)
        else:
            response = self.http.request(method, url, data=params)
        assert response.status_code == 200, (name, response.text)
        self.answers[name] = response.json()
        return response.json()

    def run(self):
        self.catalog()
        customer = self.customers()
        subscription, session = self.checkout(customer)
        self.billing(customer, subscription)
        self.payments(session)
        self.account_events_and_portal(customer, subscription)

    def catalog(self):
        product = self("POST /v1/products", {"name": "Tea", "metadata[kind]": "leaf"})["id"]
        self("GET /v1/products")
        self("GET /v1/products/{id}", id=product)
        self("POST /v1/products/{id}", {"description": "Green"}, id=product)
        self("GET /v1/products/{product}/features", product=product)
        gone = self("POST /v1/products", {"name": "Gone"})["id"]
        self("DELETE /v1/products/{id}", id=gone)
        price = self("POST /v1/prices", {"currency": "usd", "unit_amount": "250", "product": product})["id"]
        self("GET /v1/prices")
        self("GET /v1/prices/{price}", {"expand[]": ["product", "tiers"]}, price=price)
        self("POST /v1/prices/{price}", {"nickname": "small"}, price=price)
        self.coupon = self("POST /v1/coupons", {"percent_off": "25", "duration": "forever"})["id"]
        self("GET /v1/coupons")
        self("GET /v1/coupons/{coupon}", coupon=self.coupon)
        spare = self("POST /v1/coupons", {"amount_off": "100", "currency": "usd"})["id"]
        self("DELETE /v1/coupons/{coupon}", coupon=spare)
        rate = {"display_name": "VAT", "inclusive": "false", "percentage": "19"}
        self.rate = self("POST /v1/tax_rates", rate)["id"]
        self("GET /v1/tax_rates/{tax_rate}", tax_rate=self.rate)

    def customers(self):
        customer = self("POST /v1/customers", {"email": "ada@example.com"})["id"]
        self("POST /v1/customers/{customer}", {"name": "Ada"}, customer=customer)
        self("GET /v1/customers", {"expand[]": "data.sources"})
        method = self("POST /v1/payment_methods", {"type": "card", "card[token]": "tok_visa"})["id"]
        self(
            "POST /v1/payment_methods/{payment_method}/attach", {"customer": customer}, payment_method=method
        )
        self("GET /v1/payment_methods/{payment_method}", payment_method=method)
        self("GET /v1/payment_methods", {"customer": customer, "type": "card"})
        self("GET /v1/customers/{customer}/payment_methods", customer=customer)
        self("GET /v1/customers/{customer}/sources", {"object": "source"}, customer=customer)
        self("POST /v1/payment_methods/{payment_method}/detach", payment_method=method)
        self.sandbox.discount_customer(customer, coupon=self.coupon)
        self("GET /v1/customers/{customer}", {"expand[]": ["sources", "subscriptions"]}, customer=customer)
        gone = self("POST /v1/customers", {"email": "gone@example.com"})["id"]
        self("DELETE /v1/customers/{customer}", customer=gone)
        return customer

    def checkout(self, customer):
        params = {
            "mode": "subscription",
            "customer": customer,
            "line_items[0][price]": MONTHLY,
            "line_items[0][quantity]": "2",
            "success_url": "http://shop.example/thanks",
            "discounts[0][coupon]": self.coupon,
            "subscription_data[default_tax_rates][0]": self.rate,
        }
        session = self("POST /v1/checkout/sessions", params)["id"]
        self("POST /v1/checkout/sessions/{session}", {"metadata[a]": "b"}, session=session)
        self("GET /v1/checkout/sessions", {"expand[]": "data.line_items"})
        self("GET /v1/checkout/sessions/{session}/line_items", session=session)
        forgotten = self("POST /v1/checkout/sessions", params)["id"]
        self("POST /v1/checkout/sessions/{session}/expire", session=forgotten)
        self.sandbox.pay(session)
        expand = [
            "line_items",
            "total_details.breakdown",
            "subscription",
            "invoice",
            "customer",
            "line_items.data.discounts",
        ]
        paid = self("GET /v1/checkout/sessions/{session}", {"expand[]": expand}, session=session)
        return paid["subscription"]["id"], session

    def billing(self, customer, subscription):
        one = {"subscription_exposed_id": subscription}
        expand = [
            "latest_invoice.payments.data.payment.payment_intent",
            "discounts",
            "default_payment_method",
        ]
        found = self("GET /v1/subscriptions/{subscription_exposed_id}", {"expand[]": expand}, **one)
        self("GET /v1/subscriptions", {"customer": customer, "status": "all", "expand[]": "data.customer"})
        item = found["items"]["data"][0]["id"]
        self("GET /v1/subscription_items", {"subscription": subscription})
        change = {"items[0][id]": item, "items[0][price]": YEARLY, "proration_behavior": "always_invoice"}
        self("POST /v1/subscriptions/{subscription_exposed_id}", change, **one)
        invoice = found["latest_invoice"]["id"]
        self(
            "GET /v1/invoices/{invoice}",
            {"expand[]": ["discounts", "lines.data.discounts", "payments"]},
            invoice=invoice,
        )
        self("POST /v1/invoices/{invoice}", {"metadata[a]": "b"}, invoice=invoice)
        self("GET /v1/invoices", {"subscription": subscription, "status": "paid"})
        self("GET /v1/invoices/{invoice}/lines", invoice=invoice)
        entry = self("GET /v1/invoice_payments", {"invoice": invoice})["data"][0]
        self("GET /v1/invoice_payments/{invoice_payment}", invoice_payment=entry["id"])
        items = self("GET /v1/invoiceitems", {"customer": customer})["data"]
        self("GET /v1/invoiceitems/{invoiceitem}", invoiceitem=items[0]["id"])
        self.unpaid(customer, subscription)
        self("DELETE /v1/subscriptions/{subscription_exposed_id}", **one)

    def unpaid(self, customer, subscription):
        """Invoices in every state: paid late, void, given up; and a paused trial that is resumed."""
        self.sandbox.decline_cards(customer)
        opened = []
        for _ in range(3):
            self.sandbox.renew(subscription)
            opened.append(self("GET /v1/invoices", {"customer": customer, "status": "open"})["data"][0]["id"])
        self("POST /v1/invoices/{invoice}/void", invoice=opened[0])
        self("POST /v1/invoices/{invoice}/mark_uncollectible", invoice=opened[1])
        self("POST /v1/invoices/{invoice}/pay", {"paid_out_of_band": "true"}, invoice=opened[2])
        self.sandbox.restore_cards(customer)
        pause = {"pause_collection[behavior]": "keep_as_draft"}
        self("POST /v1/subscriptions/{subscription_exposed_id}", pause, subscription_exposed_id=subscription)
        self.sandbox.renew(subscription)
        draft = self("GET /v1/invoices", {"customer": customer, "status": "draft"})["data"][0]["id"]
        self("POST /v1/invoices/{invoice}/finalize", invoice=draft)
        params = {
            "customer": customer,
            "items[0][price]": MONTHLY,
            "trial_period_days": "1",
            "trial_settings[end_behavior][missing_payment_method]": "pause",
        }
        trial = self("POST /v1/subscriptions", params)["id"]
        self.sandbox.advance(days=2)
        self("POST /v1/subscriptions/{subscription}/resume", subscription=trial)

    def payments(self, session):
        session = self("GET /v1/checkout/sessions/{session}", session=session)
        intent = self("GET /v1/invoice_payments", {"invoice": session["invoice"]})["data"][0]["payment"][
            "payment_intent"
        ]
        found = self("GET /v1/payment_intents/{intent}", {"expand[]": "latest_charge"}, intent=intent)
        self("GET /v1/payment_intents")
        charge = found["latest_charge"]["id"]
        refund = self("POST /v1/refunds", {"payment_intent": intent, "amount": "100"})["id"]
        self("GET /v1/refunds", {"charge": charge})
        self("GET /v1/refunds/{refund}", refund=refund)
        found = self(
            "GET /v1/charges/{charge}", {"expand[]": ["balance_transaction", "refunds"]}, charge=charge
        )
        self("GET /v1/balance_transactions/{id}", id=found["balance_transaction"]["id"])
        self("POST /v1/charges/{charge}", {"description": "Tea"}, charge=charge)
        self("GET /v1/charges")
        dispute = self.sandbox.dispute(charge)["id"]
        self("GET /v1/disputes")
        self("GET /v1/disputes/{dispute}", dispute=dispute)
        self("POST /v1/disputes/{dispute}/close", dispute=dispute)

    def account_events_and_portal(self, customer, _subscription):
        self("GET /v1/account")
        event = self("GET /v1/events", {"type": "invoice.*", "delivery_success": "true"})["data"][0]["id"]
        self("GET /v1/events/{id}", id=event)
        endpoint = self(
            "POST /v1/webhook_endpoints", {"url": "https://x.example/", "enabled_events[]": "invoice.paid"}
        )["id"]
        self("GET /v1/webhook_endpoints")
        self("GET /v1/webhook_endpoints/{webhook_endpoint}", webhook_endpoint=endpoint)
        self("POST /v1/webhook_endpoints/{webhook_endpoint}", {"disabled": "true"}, webhook_endpoint=endpoint)
        self("DELETE /v1/webhook_endpoints/{webhook_endpoint}", webhook_endpoint=endpoint)
        self("POST /v1/billing_portal/sessions", {"customer": customer, "return_url": "http://shop.example/"})
        settings = {"features[invoice_history][enabled]": "true"}
        made = self("POST /v1/billing_portal/configurations", settings)["id"]
        self("GET /v1/billing_portal/configurations")
        self("GET /v1/billing_portal/configurations/{configuration}", configuration=made)
        self(
            "POST /v1/billing_portal/configurations/{configuration}", {"active": "false"}, configuration=made
        )


def test_every_response_conforms_to_stripes_schema(http, sandbox, registry):
    scenario = Scenario(http, sandbox)
    scenario.run()
    assert set(scenario.answers) == set(OPERATIONS), "an operation is served but not called here"
    for name, answer in scenario.answers.items():
        schema = as_json_schema(contract.operation(name)["response"])
        jsonschema.Draft202012Validator(schema, registry=registry).validate(answer)


def test_every_event_conforms_to_stripes_schema(http, sandbox, registry):
    Scenario(http, sandbox).run()
    events = sandbox.events()
    assert len({event["type"] for event in events}) > 35
    for event in events:
        del event["deliveries"]
        for name, body in (("event", event), (event["data"]["object"]["object"], event["data"]["object"])):
            jsonschema.Draft202012Validator({"$ref": f"sandbox:{name}"}, registry=registry).validate(body)


def test_contract_has_the_pinned_version_and_the_served_operations():
    assert contract.load()["version"] == contract.API_VERSION
    assert set(contract.load()["operations"]) == set(OPERATIONS)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"email": 7}, "$.email is 7, not of type string"),
        ({"livemode": None}, "$.livemode is null"),
        ({"shoe_size": 43}, "$.shoe_size is not in the schema"),
        ({"tax_exempt": "maybe"}, "$.tax_exempt is 'maybe', not one of"),
        ({"created": True}, "$.created is True, not of type integer"),
        ({"preferred_locales": "en"}, "$.preferred_locales is not a list"),
        ({"invoice_settings": []}, "$.invoice_settings is not an object"),
    ],
)
def test_validation_reports_each_violation(api, change, complaint):
    customer = json.loads(str(api.customers.create({"email": "ada@example.com"})))
    found = list(validation.violations(contract.schema("customer"), customer | change))
    assert len(found) == 1
    assert found[0].startswith(complaint)
    del customer["id"]
    assert list(validation.violations(contract.schema("customer"), customer)) == ["$.id is missing"]


def test_stripes_library_parses_the_objects(api, subscription):
    assert isinstance(subscription, stripe.Subscription)
    assert isinstance(subscription["items"].data[0].price, stripe.Price)
    assert isinstance(
        api.invoices.retrieve(subscription.latest_invoice).lines.data[0], stripe.InvoiceLineItem
    )
