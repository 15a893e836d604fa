// The README's walk-through with a client that is typed by docs/openapi.yaml.
// Usage: node build/walk-through.js http://127.0.0.1:8000 path/to/source.txt

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

import createClient from "openapi-fetch";

import type { components, paths } from "./build/schema.js";

type ApiError = components["schemas"]["Error"];

const [baseUrl = "http://127.0.0.1:8000", sourceFile = ""] = process.argv.slice(2);
const sourceText = await readFile(sourceFile, "utf8");
const api = createClient<paths>({ baseUrl });

function fail(error: ApiError): never {
  throw new Error(`${error.code}: ${error.message}`);
}

// Sign up, and sign in.
const credentials = { email: `ada-${crypto.randomUUID()}@example.com`, password: "correct horse battery" };
const signUp = await api.POST("/api/auth/register", { body: { ...credentials, name: "Ada" } });
if (signUp.error) fail(signUp.error);
assert.equal(signUp.data.user.aiCredits, 100);
const signIn = await api.POST("/api/auth/login", { body: credentials });
if (signIn.error) fail(signIn.error);
const token: string = signIn.data.token;
api.use({
  onRequest({ request }) {
    request.headers.set("Authorization", `Bearer ${token}`);
    return request;
  },
});

// A validation error has its messages by field.
const invalid = await api.POST("/api/ai/generate-from-source", { body: { sourceText: "too short" } });
assert(invalid.error?.code === "invalid");
const messages: string[] | undefined = invalid.error.errors["sourceText"];
assert(messages?.length);

// Generate questions, and answer the first one correctly, then wrongly.
const generate = (questionCount: number, key: string) =>
  api.POST("/api/ai/generate-from-source", {
    body: { sourceText, questionCount },
    params: { header: { "Idempotency-Key": key } },
  });
const generated = await generate(5, crypto.randomUUID());
if (generated.error) fail(generated.error);
assert("questions" in generated.data);
assert(Number(generated.response.headers.get("X-Credits-Charged")) > 5);
const question = generated.data.questions[0];
assert(question);
const evaluate = async (userAnswer: string): Promise<number> => {
  const { data, error } = await api.POST("/api/ai/evaluate-answer", {
    body: { questionId: question.id, userAnswer },
  });
  if (error) fail(error);
  assert("marksAchieved" in data);
  return data.marksAchieved;
};
assert.equal(await evaluate(question.answer), question.marksAvailable);
assert.equal(await evaluate("I do not remember."), 0);

// Use up the credits: the 402 says what the call would cost and what is left.
let refusal: { required: number; available: number } | undefined;
for (let turn = 0; turn < 10 && !refusal; turn++) {
  const { error } = await generate(20, crypto.randomUUID());
  if (error?.code === "insufficient_credits") {
    refusal = { required: error.required, available: error.available };
  } else if (error) {
    fail(error);
  }
}
assert(refusal);
assert.equal(refusal.required, 25);
assert(refusal.available < refusal.required);

// Buy the Pro plan, pay on Stripe's page, and wait for the webhooks.
const checkout = await api.POST("/api/payments/create-checkout-session", { body: { plan: "pro" } });
if (checkout.error) fail(checkout.error);
const paid = await fetch(checkout.data.url, { method: "POST", redirect: "manual" });
assert.equal(paid.status, 303);
let aiCredits = 0;
for (let second = 0; second < 120; second++) {
  const profile = await api.GET("/api/users/profile");
  if (profile.error) fail(profile.error);
  aiCredits = profile.data.aiCredits;
  // The plan may change a moment before the credits arrive: they are two events of Stripe's.
  if (profile.data.plan === "pro" && aiCredits > refusal.available) break;
  await sleep(1000);
}
assert.equal(aiCredits, refusal.available + 1000);
const again = await generate(5, crypto.randomUUID());
if (again.error) fail(again.error);

// The ledger, page by page, adds up to the balance.
let sum = 0;
let cursor: string | undefined;
do {
  const page = await api.GET("/api/credits/log", { params: { query: { pageSize: 3, ...(cursor && { cursor }) } } });
  if (page.error) fail(page.error);
  for (const entry of page.data.results) sum += entry.amount;
  cursor = page.data.next ? (new URL(page.data.next).searchParams.get("cursor") ?? undefined) : undefined;
} while (cursor);
const balance = await api.GET("/api/credits");
if (balance.error) fail(balance.error);
assert.equal(sum, balance.data.aiCredits);

console.log(`402: ${refusal.required} required, ${refusal.available} available. Balance: ${sum}.`);
