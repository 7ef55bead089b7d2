// SPDX-License-Identifier: BSD-3-Clause
import { ask, offered, refusal } from "./api.js";
import { by_id, element, on_send, shown, tell } from "./dom.js";

const look_ms = 1_000; // while a crawl is under way
const over = ["done", "failed", "canceled"];

const words = {
  waiting: "waits for its turn", running: "running", canceling: "being cancelled",
  done: "done", failed: "failed", canceled: "cancelled",
};

/// Returns: "17 pages, 2 failed, 1.2 MB".
function counts_of(crawl) {
  const parts = [`${shown(crawl.done)} pages`];
  if (crawl.failed) parts.push(`${shown(crawl.failed)} failed`);
  if (crawl.robots_denied) parts.push(`${shown(crawl.robots_denied)} kept off by robots.txt`);
  if (crawl.bytes) parts.push(`${shown(crawl.bytes / 1e6)} MB`);
  return parts.join(", ");
}

/// One crawl's place in the list. It is changed in place: who is at one of its buttons stays there.
class row {
  constructor(id, drop) {
    this.seed = element("span", { class: "seed" });
    this.state = element("span", { class: "tag" });
    this.bar = element("progress", { "aria-label": `Crawl ${id}` });
    this.counts = element("span", { class: "quiet" });
    this.link = element("a", { href: `/crawls/${id}/pages`, download: `crawl-${id}.jsonl` }, "Pages so far");
    this.button = element("button", { type: "button", class: "second" });
    this.button.addEventListener("click", () => drop(id));
    this.item = element("li", {}, element("div", { class: "row" }, this.seed, this.state), this.bar,
                        element("div", { class: "row" }, this.counts, element("span", { class: "row" }, this.link, this.button)));
  }
  show(crawl, pages_max) {
    const ended = over.includes(crawl.state);
    // How many pages there will be is not known: as many as were found, but no more than were asked for.
    const found = crawl.done + crawl.failed + crawl.in_flight + crawl.queued;
    const most = Math.min(found, pages_max.get(crawl.id) ?? Infinity);
    this.seed.textContent = crawl.urls[0] + (crawl.urls_given > 1 ? ` and ${crawl.urls_given - 1} more` : "");
    this.state.textContent = words[crawl.state] ?? crawl.state;
    this.state.className = `tag ${crawl.state === "failed" ? "wrong" : crawl.state === "running" ? "yes" : "no"}`;
    this.counts.textContent = [counts_of(crawl), crawl.detail ?? crawl.error].filter(Boolean).join(" – ");
    this.bar.hidden = ended;
    this.bar.max = Math.max(most, 1);
    this.bar.value = Math.min(crawl.done, most);
    this.link.hidden = by_id("token").value !== ""; // a link shows no token
    this.button.textContent = ended ? "Forget" : "Cancel";
    this.button.setAttribute("aria-label", `${this.button.textContent} crawl ${crawl.id}`);
    this.button.disabled = crawl.state === "canceling";
  }
}

export function crawls() {
  const section = by_id("crawls"), out = by_id("crawl-result"), list = by_id("crawl-list");
  section.hidden = !offered("POST /crawls");
  if (section.hidden) return;
  const rows = new Map(), pages_max = new Map();
  let timer = 0;

  async function look() {
    clearTimeout(timer);
    let all;
    try {
      all = (await ask("GET", "/crawls")).crawls;
    } catch (e) {
      // Without the token there is nothing to see yet; a server that has gone is told of elsewhere.
      if (!(e instanceof refusal)) timer = setTimeout(look, 5 * look_ms);
      return;
    }
    for (const [id, r] of rows)
      if (!all.some((c) => c.id === id)) {
        r.item.remove();
        rows.delete(id);
      }
    for (const crawl of all) {
      const { id } = crawl;
      if (!rows.has(id)) {
        rows.set(id, new row(id, drop));
        list.prepend(rows.get(id).item);
      }
      rows.get(id).show(crawl, pages_max);
    }
    if (all.some((c) => !over.includes(c.state))) timer = setTimeout(look, look_ms);
  }
  async function drop(id) {
    try {
      await ask("DELETE", `/crawls/${id}`);
      tell(out, "good", `Crawl ${id}: ${rows.get(id)?.button.textContent === "Forget" ? "forgotten" : "cancelled"}.`);
    } catch (e) {
      tell(out, "bad", e.message);
    }
    await look();
  }

  on_send(by_id("crawl-form"), out, async () => {
    const most = Number(by_id("pages").value);
    const crawl = await ask("POST", "/crawls", {
      url: by_id("seed").value.trim(), scope: by_id("scope").value,
      max_pages: most, max_depth: Number(by_id("depth").value),
    });
    pages_max.set(crawl.id, most);
    tell(out, "good", `Crawl ${crawl.id} has begun.`);
    await look();
  });
  by_id("token").addEventListener("change", look);
  look();
}
