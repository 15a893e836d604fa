"""Random requests never get a 500, which would be a bug of the sandbox.

The requests come from Stripe's description, their ids from earlier responses.
"""

import random
import re

import pytest

from stripe_sandbox import contract
from stripe_sandbox.api import OPERATIONS

PRICES = ["price_sandbox_pro_monthly", "price_sandbox_pro_yearly", "price_sandbox_pack_500"]
PREFIXES = {
    "charge": "ch_",
    "configuration": "bpc_",
    "customer": "cus_",
    "default_payment_method": "pm_",
    "discount": "di_",
    "dispute": "du_",
    "intent": "pi_",
    "invoice": "in_",
    "item": "si_",
    "payment_intent": "pi_",
    "payment_method": "pm_",
    "product": "prod_",
    "refund": "re_",
    "session": "cs_",
    "subscription": "sub_",
    "subscription_exposed_id": "sub_",
    "tax_rate": "txr_",
    "webhook_endpoint": "we_",
}
WORDS = [
    "",
    "usd",
    "x",
    "ada@example.com",
    "http://shop.example/",
    "pm_card_visa",
    "now",
    "0",
    "\x00",
    "é" * 10,
]
NUMBERS = ["0", "1", "2", "100", "999", "1800000000", "-3", "1000000000000"]
EXPANDS = ["customer", "data.customer", "latest_invoice.payments", "subscription.latest_invoice", "items.data.price.product", "data.object", "discounts"]  # fmt: skip
EXTRAS = {
    "POST /v1/checkout/sessions": {"line_items[0][quantity]": "2", "success_url": "http://shop.example/"},
    "POST /v1/subscriptions": {"default_payment_method": "pm_card_visa"},
    "POST /v1/payment_methods": {"type": "card", "card[token]": "tok_visa"},
    "POST /v1/prices": {"unit_amount": "500", "currency": "usd"},
}
COMMANDS = {
    "subscriptions/{subscription}/renew": [{}],
    "subscriptions/{subscription}/cancel": [{}, {"at_period_end": True}],
    "checkout/{session}/pay": [
        {},
        {"card": "4000000000000341"},
        {"card": "4000000000000002"},
        {"later": True},
    ],
    "checkout/{session}/settle": [{}, {"succeeds": False}],
    "refund/{charge}": [{}, {"amount": 10}],
    "dispute/{charge}": [{}],
    "disputes/{dispute}/close": [{}, {"won": True}],
    "customers/{customer}/card": [{}, {"decline_code": "generic_decline"}],
    "invoices/{invoice}/retry": [{}],
    "clock/advance": [{"days": 1}, {"days": 10}, {"days": 40}],
}


class Draw:
    """Random requests that use the ids of earlier responses."""

    def __init__(self, seed):
        self.random, self.known = random.Random(seed), list(PRICES)

    def pick(self, name):
        if name == "price":
            return self.random.choice(PRICES)
        found = [one for one in self.known if one.startswith(PREFIXES.get(name, "nothing"))]
        return self.random.choice(found[-6:]) if found and self.random.random() < 0.95 else "nothing"

    def path(self, template):
        return re.sub(r"\{(\w+)\}", lambda match: self.pick(match[1]), template)

    def form(self, name):
        out, self.density = {}, self.random.choice([0.5, 0.1, 0.02])
        self.add(contract.operation(name)["params"], "", out)
        if self.random.random() < 0.7:
            out |= EXTRAS.get(name, {})
        return out

    def add(self, node, name, out):
        node = contract.resolve(node)
        if "anyOf" in node:
            self.add(self.random.choice(node["anyOf"]), name, out)
        elif node.get("type") == "object":
            for key, child in node.get("properties", {}).items():
                if key in node.get("required", ()) or key in PREFIXES or self.random.random() < self.density:
                    self.add(child, f"{name}[{key}]" if name else key, out)
        elif node.get("type") == "array":
            for index in range(self.random.choice([0, 1, 1, 2])):
                self.add(node["items"], f"{name}[{index}]", out)
        else:
            out[name] = self.value(node, re.findall("[a-z_]+", name)[-1])

    def value(self, node, leaf):
        if "enum" in node:
            return self.random.choice(node["enum"])
        if node.get("type") == "boolean":
            return self.random.choice(["true", "false"])
        if node.get("type") in {"integer", "number"}:
            return self.random.choice(NUMBERS)
        if leaf == "expand":
            return self.random.choice(EXPANDS)
        return self.pick(leaf) if leaf in PREFIXES or leaf == "price" else self.random.choice(WORDS)

    def learn(self, value):
        if isinstance(value, dict):
            if isinstance(value.get("id"), str):
                self.known.append(value["id"])
            value = list(value.values())
        if isinstance(value, list):
            for child in value:
                self.learn(child)


@pytest.mark.parametrize("seed", range(2))
def test_no_request_gets_a_500(http, seed):
    draw = Draw(seed)
    names = sorted(OPERATIONS)
    succeeded = set()
    for _ in range(600):
        if draw.random.random() < 0.25:
            name, bodies = draw.random.choice(list(COMMANDS.items()))
            answer = http.post(f"/_sandbox/{draw.path(name)}", json=draw.random.choice(bodies))
        else:
            name = draw.random.choice(names)
            method, template = name.split(" ")
            where = "data" if method == "POST" else "params"
            answer = http.request(method, draw.path(template), **{where: draw.form(name)})
        assert answer.status_code < 500, (name, str(answer.request.url), answer.request.content, answer.text)
        if answer.status_code == 200:
            succeeded.add(name)
            draw.learn(answer.json())
    assert len(succeeded) > 15, "most of these requests were refused"
