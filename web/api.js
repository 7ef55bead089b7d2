// SPDX-License-Identifier: BSD-3-Clause
// Requests to the gateway: what it offers, and how it says no.
import { by_id } from "./dom.js";

const answer_ms_max = 60_000;
let paths = {};

/// Reads which routes there are. Returns: whether that could be had.
export async function load_offer() {
  try {
    const answer = await fetch("/openapi.json", { signal: AbortSignal.timeout(answer_ms_max) });
    if (!answer.ok) return false;
    paths = (await answer.json()).paths ?? {};
    return true;
  } catch {
    return false;
  }
}

/// Takes: "POST /crawls". Returns: does this server have that route?
export function offered(route) {
  const [method, path] = route.split(" ");
  return Boolean(paths[path]?.[method.toLowerCase()]);
}

// Whole numbers above 2^53 are kept exactly, where the browser tells their digits.
const exact = (_, value, context) =>
  typeof value === "number" && context?.source && !Number.isSafeInteger(value) && /^-?[0-9]+$/.test(context.source)
    ? BigInt(context.source)
    : value;

export class refusal extends Error {
  constructor(status, problem) {
    super(problem?.detail ?? `The server answered ${status}.`);
    this.status = status;
    this.code = problem?.code ?? "";
  }
}
/// No answer came: whether it was done is not known.
export class no_answer extends Error {}

/// Returns: the answer's JSON, or null. Throws: refusal, no_answer.
export async function ask(method, path, body, fields = {}) {
  const headers = { Accept: "application/json", ...fields };
  const token = by_id("token").value.trim();
  if (token) headers.Authorization = `Bearer ${token}`;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let answer, text;
  try {
    answer = await fetch(path, {
      method, headers, body: body === undefined ? undefined : JSON.stringify(body),
      cache: "no-store", signal: AbortSignal.timeout(answer_ms_max),
    });
    text = await answer.text();
  } catch {
    const harmless = method === "GET" || "Idempotency-Key" in headers;
    throw new no_answer("No answer came. The server may have stopped; "
      + (harmless ? "it is safe to try again." : "look whether it was done before you try again."));
  }
  let value = null;
  try {
    value = text === "" ? null : JSON.parse(text, exact);
  } catch {
    if (answer.ok) throw new refusal(answer.status, { detail: "The answer is no JSON." });
  }
  if (answer.ok) return value;
  if (answer.status === 401) throw new refusal(401, { detail: "This needs the bearer token; it can be given at the end of the page." });
  throw new refusal(answer.status, value);
}
