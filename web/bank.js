// SPDX-License-Identifier: BSD-3-Clause
// Amounts go to the ledger as whole minor units, written as text: nothing is ever rounded here.
import { ask, no_answer, offered } from "./api.js";
import { by_id, element, on_send, tell } from "./dom.js";

const accounts_max = 20; // shown; the oldest go
const minor_digits_usual = 2;

function minor_digits(currency) {
  try {
    return new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits;
  } catch {
    return minor_digits_usual; // four letters: no currency that the browser knows
  }
}

/// Returns: "12.50" as "1250".
export function to_minor(text, currency) {
  const digits = minor_digits(currency);
  const found = /^([0-9]{1,16})(?:\.([0-9]+))?$/.exec(text.trim());
  if (!found || (found[2] ?? "").length > digits)
    throw new Error(`${text.trim() || "Nothing"} is no amount of ${currency}: ` +
                    (digits > 0 ? `at most ${digits} digits may follow the point.` : "it has no smaller unit."));
  return String(BigInt(found[1] + (found[2] ?? "").padEnd(digits, "0")));
}

/// Returns: 1250 as "12.50".
export function from_minor(amount, currency) {
  const digits = minor_digits(currency);
  const value = BigInt(amount);
  const text = String(value < 0n ? -value : value).padStart(digits + 1, "0");
  const whole = text.slice(0, text.length - digits).replace(/\B(?=(\d{3})+$)/g, ",");
  return (value < 0n ? "−" : "") + whole + (digits > 0 ? "." + text.slice(-digits) : "");
}

// A key makes an operation the same one when it is sent again: keys are kept until an answer came for the last of
// the steps, as long as the form says the same.
const kept_keys = new Map();
async function do_once(...steps) {
  const what = JSON.stringify(steps);
  const keys = kept_keys.get(what) ?? steps.map(() => crypto.randomUUID());
  kept_keys.set(what, keys);
  try {
    for (const [i, [path, body]] of steps.entries()) await ask("POST", path, body, { "Idempotency-Key": keys[i] });
    kept_keys.delete(what);
  } catch (e) {
    const known = !(e instanceof no_answer) && e.status < 500;
    if (known) kept_keys.delete(what);
    else if (e.status !== undefined) e.message += " Sent again, it is done only once all the same.";
    throw e;
  }
}

const accounts = new Map();

async function show_account(id) {
  const state = await ask("GET", `/bank/accounts/${id}`);
  accounts.delete(id);
  accounts.set(id, state);
  if (accounts.size > accounts_max) accounts.delete(accounts.keys().next().value);
  show_all();
  return state;
}

function show_all() {
  const rows = [...accounts].reverse().map(([id, a]) => element("tr", {},
    element("th", { scope: "row" }, id), element("td", {}, a.currency + (a.closed ? ", closed" : "")),
    ...[a.balance, a.held].map((x) => element("td", { class: "n" }, from_minor(x ?? 0, a.currency)))));
  by_id("balances").hidden = rows.length === 0;
  by_id("balances").tBodies[0].replaceChildren(...rows);
  by_id("known").replaceChildren(...[...accounts.keys()].map((id) => element("option", { value: id })));
}

const text_of = (id) => by_id(id).value.trim();

export function bank() {
  const section = by_id("bank"), out = by_id("bank-result");
  section.hidden = !offered("POST /bank/transfers");
  if (section.hidden) return;

  on_send(by_id("open-form"), out, async () => {
    const account = text_of("account"), currency = text_of("currency").toUpperCase();
    const opening = to_minor(text_of("opening") || "0", currency);
    const steps = [["/bank/accounts", { account, currency }]];
    if (opening !== "0") steps.push(["/bank/deposits", { to: account, amount: opening, currency }]);
    await do_once(...steps);
    await show_account(account);
    tell(out, "good", `Account ${account} is open with ${from_minor(opening, currency)} ${currency}.`);
    for (const [id, also] of [["from", "to"], ["to", "from"]])
      if (!text_of(id) && text_of(also) !== account) {
        by_id(id).value = account;
        break;
      }
  });
  on_send(by_id("transfer-form"), out, async () => {
    const from = text_of("from"), to = text_of("to");
    const { currency } = accounts.get(from) ?? await show_account(from);
    const amount = to_minor(text_of("amount"), currency);
    try {
      await do_once(["/bank/transfers", { from, to, amount, currency }]);
    } catch (e) {
      if (e.code === "insufficient_funds") { // the ledger tells minor units; the table does not
        const { balance, held } = await show_account(from);
        e.message = `Account ${from} has not enough that is free: ${from_minor(balance, currency)} ${currency}, ` +
                    `of which ${from_minor(held, currency)} is held.`;
      }
      throw e;
    }
    tell(out, "good", `${from_minor(amount, currency)} ${currency} went from ${from} to ${to}.`);
    await show_account(to);
    await show_account(from);
  });
  on_send(by_id("show-form"), out, async () => {
    const account = text_of("look");
    await show_account(account);
    tell(out, "good", `Account ${account} is in the table below.`);
  });
}
