// SPDX-License-Identifier: BSD-3-Clause
// Samples from /ui/events: the charts, the tables of actors and counters, and who cannot work.
import { show_cluster } from "./cluster.js";
import { by_id, element, shown } from "./dom.js";

const points_max = 60;
const again_ms = 10_000; // after a refusal, which a browser does not ask again about by itself

const sum = (list, field) => list.reduce((n, x) => n + x[field], 0);
/// Returns: how to read the rate of one service's counters, null where there is no such service.
const rate_of = (service, names) => (sample) => {
  const found = sample.services.find((s) => s.name === service);
  return found ? sum(found.counters.filter((c) => names.test(c.name)), "per_s") : null;
};
const actors_of = (sample) => sample.services.flatMap((s) => s.actors);
const series = [
  { title: "Requests/s", color: "--c1", read: (s) => s.http.requests_per_s },
  { title: "Messages/s", color: "--c2", read: (s) => sum(actors_of(s), "messages_per_s") },
  { title: "In mailboxes", color: "--c6", read: (s) => sum(actors_of(s), "mailbox") },
  { title: "Numbers asked/s", color: "--c3", read: rate_of("primes", /^numbers_/) },
  { title: "Bank transfers/s", color: "--c4", read: rate_of("bank", /^bank_transfers/) },
  { title: "Pages crawled/s", color: "--c5", read: rate_of("crawls", /^crawl_pages$/) },
];

const compact = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });
const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

class live_chart {
  constructor(what) {
    this.what = what;
    this.now = element("p", { class: "now" }, "–");
    this.canvas = element("canvas", { role: "img", "aria-label": what.title });
    this.box = element("div", { class: "card chart idle" }, element("h3", {}, what.title), this.now,
                       element("div", { class: "plot" }, this.canvas));
    this.box.hidden = what.read({ http: {}, services: [] }) === null; // until its service is there
    by_id("charts").append(this.box);
    this.chart = new Chart(this.canvas, {
      type: "line",
      data: {
        labels: Array.from({ length: points_max }, (_, i) => points_max - 1 - i),
        datasets: [{ data: Array(points_max).fill(null), borderWidth: 2, pointRadius: 0, cubicInterpolationMode: "monotone", fill: true }],
      },
      options: {
        animation: false, responsive: true, maintainAspectRatio: false, events: [],
        plugins: { legend: { display: false }, tooltip: { enabled: false } },
        scales: {
          x: { display: false },
          y: { beginAtZero: true, suggestedMax: 1, grid: { drawBorder: false },
               ticks: { maxTicksLimit: 3, font: { size: 11 }, callback: (v) => compact.format(v) } },
        },
      },
    });
    this.paint();
  }
  paint() {
    const line = css(this.what.color);
    Object.assign(this.chart.data.datasets[0], { borderColor: line, backgroundColor: line + "26" });
    const y = this.chart.options.scales.y;
    y.grid.color = css("--line");
    y.ticks.color = css("--quiet");
    this.chart.update("none");
  }
  add(sample) {
    const value = this.what.read(sample);
    this.box.hidden = value === null;
    const points = this.chart.data.datasets[0].data;
    points.push(value);
    points.splice(0, points.length - points_max);
    if (value === null) return;
    this.now.textContent = shown(value);
    this.box.classList.toggle("idle", value === 0);
    this.canvas.setAttribute("aria-label", `${this.what.title}: now ${shown(value)}; the line is the last minute`);
    this.chart.update("none");
  }
}

const cells = (values) => values.map((v) => element("td", { class: "n" }, v));
const plain = (name) => name.replaceAll("_", " ");

function show_actors(sample) {
  const rows = sample.services.flatMap((s) => s.actors.map((a) => element("tr", {},
    element("td", {}, s.name), element("th", { scope: "row" }, a.kind),
    ...cells([a.alive, a.mailbox, a.messages, a.messages_per_s].map(shown)))));
  if (rows.length === 0)
    rows.push(element("tr", {}, element("td", { colspan: 6, class: "quiet" }, "This engine answers without actors.")));
  document.querySelector("#actors tbody").replaceChildren(...rows);
  const h = sample.http;
  by_id("http-line").textContent =
    `Requests so far: ${shown(h.requests)}; in flight: ${shown(h.in_flight)}; ` +
    `open connections: ${shown(h.connections)}; streams: ${shown(h.streams)}.`;
}

function show_counters(sample) {
  const rows = sample.services.flatMap((s) => s.counters.map((c) => element("tr", {},
    element("td", {}, s.name), element("th", { scope: "row" }, plain(c.name)),
    ...cells([shown(c.value), c.total ? shown(c.per_s) : "–"]))));
  by_id("counters-card").hidden = rows.length === 0;
  document.querySelector("#counters tbody").replaceChildren(...rows);
}

function show_faults(sample) {
  const out = by_id("not-ready");
  const text = sample.services.filter((s) => s.not_ready).map((s) => `${s.name}: ${s.not_ready}`).join("; ");
  if (out.textContent === text) return;
  out.textContent = text;
  out.hidden = text === "";
}

function say(state, text) {
  const link = by_id("link");
  if (link.dataset.state === state) return; // said once, not once a second
  link.dataset.state = state;
  link.textContent = text;
}

function listen(charts) {
  const source = new EventSource("events");
  source.addEventListener("sample", (event) => {
    const sample = JSON.parse(event.data);
    say("live", "live");
    for (const c of charts) c.add(sample);
    show_actors(sample);
    show_counters(sample);
    show_faults(sample);
    show_cluster(sample.services.find((s) => s.name === "cluster"));
  });
  source.addEventListener("error", () => {
    if (source.readyState !== EventSource.CLOSED) return say("wait", "connection lost; trying again");
    say("off", "not live; trying again");
    setTimeout(listen, again_ms, charts);
  });
}

export function watch() {
  const charts = series.map((s) => new live_chart(s));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => charts.forEach((c) => c.paint()));
  listen(charts);
}
