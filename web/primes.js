// SPDX-License-Identifier: BSD-3-Clause
import { ask, offered } from "./api.js";
import { by_id, element, on_send, shown } from "./dom.js";

/// Reads a JSON object's keys in the order in which they stand: a browser's own objects put small numbers first.
function verdicts(numbers, answer) {
  const asked = numbers.map((n) => String(BigInt(n)));
  return [...new Set(asked)].map((n) => [n, answer[n]]);
}

export function primes() {
  const section = by_id("primes"), out = by_id("primes-result");
  section.hidden = !offered("POST /is_prime");
  on_send(by_id("primes-form"), out, async () => {
    const numbers = by_id("numbers").value.split(/[\s,;]+/).filter(Boolean);
    const wrong = numbers.filter((n) => !/^-?[0-9]+$/.test(n));
    if (wrong.length > 0) throw new Error(`No whole number: ${wrong.slice(0, 5).join(", ")}`);
    if (numbers.length === 0) throw new Error("Give at least one number.");
    const begin = performance.now();
    const answer = await ask("POST", "/is_prime", numbers);
    const took = performance.now() - begin;
    const rows = verdicts(numbers, answer).map(([n, prime]) => element("li", {},
      element("span", { class: "number" }, n),
      element("span", { class: prime ? "tag yes" : "tag no" }, prime ? "prime" : "not prime")));
    out.replaceChildren(element("ul", { class: "verdicts" }, ...rows),
                        element("p", { class: "quiet" }, `Answered in ${shown(took)} ms.`));
  });
}
