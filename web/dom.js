// SPDX-License-Identifier: BSD-3-Clause
// Elements, numbers and outcomes, as all parts of the page write them. Text only: no markup is ever made of data.
export const by_id = (id) => document.getElementById(id);

const number = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });
/// Returns: 1234.5 as "1,234.5".
export const shown = (n) => number.format(n);

export function element(tag, attributes = {}, ...children) {
  const out = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) out.setAttribute(name, value);
  out.append(...children);
  return out;
}

/// Says how something ended. Takes: "good" or "bad".
export function tell(where, kind, ...what) {
  where.replaceChildren(element("p", { class: kind }, ...what));
}

/// Runs `work` when the form is sent, not again before it has ended; what it throws is told.
export function on_send(form, where, work) {
  const button = form.querySelector("button[type=submit]");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (button.getAttribute("aria-disabled") === "true") return;
    button.setAttribute("aria-disabled", "true"); // not disabled: it would lose the keyboard
    form.setAttribute("aria-busy", "true");
    try {
      await work();
    } catch (e) {
      tell(where, "bad", e.message);
    } finally {
      button.removeAttribute("aria-disabled");
      form.removeAttribute("aria-busy");
    }
  });
}
