// SPDX-License-Identifier: BSD-3-Clause
// Samples from /ui/events: the charts, the table of actors, and which services are there.
const points_max = 60;

// A chart shows the sum of the rates of these counters of one service.
const sum = (list, field) => list.reduce((n, x) => n + x[field], 0);
const counters = (service, names) => (sample) => {
  const found = sample.services.find((s) => s.name === service);
  return found ? sum(found.counters.filter((c) => names.includes(c.name)), "per_s") : null;
};
const series = [
  { title: "Requests/s", color: "--c1", read: (s) => s.http.requests_per_s },
  { title: "Messages/s", color: "--c2", read: (s) => sum(s.services.flatMap((x) => x.actors), "messages_per_s") },
  { title: "Primes checked/s", color: "--c3", read: counters("primes", ["numbers_checked"]) },
  { title: "Transfers/s", color: "--c4", read: counters("bank", ["transfers_committed"]) },
  { title: "Pages crawled/s", color: "--c5", read: counters("crawls", ["pages_fetched"]) },
];

const number = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });
export const shown = (n) => number.format(n);
const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

export function element(tag, attributes = {}, ...children) {
  const out = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) out.setAttribute(name, value);
  out.append(...children);
  return out;
}

function make_chart(s) {
  const now = element("p", { class: "now" }, "–");
  const canvas = element("canvas", { role: "img", "aria-label": s.title + ", the last minute" });
  const box = element("div", { class: "card chart idle" }, element("h3", {}, s.title), now,
                      element("div", { class: "plot" }, canvas));
  document.getElementById("charts").append(box);
  const chart = new Chart(canvas, {
    type: "line",
    data: {
      labels: Array.from({ length: points_max }, (_, i) => points_max - 1 - i),
      datasets: [{ data: Array(points_max).fill(null), borderWidth: 2, pointRadius: 0, tension: 0.25, fill: true }],
    },
    options: {
      animation: false, responsive: true, maintainAspectRatio: false, events: [],
      plugins: { legend: { display: false }, tooltip: { enabled: false } },
      scales: {
        x: { display: false },
        y: { beginAtZero: true, suggestedMax: 1, border: { display: false }, grid: { drawBorder: false },
             ticks: { maxTicksLimit: 3, font: { size: 11 }, callback: (v) => compact.format(v) } },
      },
    },
  });
  return { ...s, now, canvas, box, chart };
}
const compact = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });

function paint({ chart, color }) {
  const line = css(color);
  Object.assign(chart.data.datasets[0], { borderColor: line, backgroundColor: line + "26" });
  const y = chart.options.scales.y;
  y.grid.color = css("--line");
  y.ticks.color = css("--quiet");
}

function show_actors(sample) {
  const rows = sample.services.flatMap((s) => s.actors.map((a) => element("tr", {},
    element("td", {}, s.name), element("th", { scope: "row" }, a.kind),
    ...[a.alive, a.mailbox, a.messages, a.messages_per_s].map((v) => element("td", { class: "n" }, shown(v))))));
  if (rows.length === 0)
    rows.push(element("tr", {}, element("td", { colspan: 6, class: "quiet" }, "no actors: this engine answers without any")));
  document.querySelector("#actors tbody").replaceChildren(...rows);
  const h = sample.http;
  document.getElementById("http-line").textContent =
    `${shown(h.requests)} requests so far, ${shown(h.connections)} connections open, ` +
    `${shown(h.in_flight)} requests in flight, ${shown(h.streams)} pages watching.`;
}

function show_services(sample) {
  for (const section of document.querySelectorAll("[data-service]")) {
    const service = sample.services.find((s) => s.name === section.dataset.service);
    const why = service ? service.not_ready : "this server was started without it";
    const note = section.querySelector(".off");
    note.hidden = why === "";
    note.textContent = why === "" ? "" : `Not available: ${why}.`;
    for (const button of section.querySelectorAll("form button")) button.disabled = why !== "";
  }
}

export function watch() {
  const charts = series.map(make_chart);
  const repaint = () => charts.forEach((c) => { paint(c); c.chart.update(); });
  repaint();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaint);

  const link = document.getElementById("link");
  const say = (state, text) => {
    if (link.dataset.state === state) return; // said once, not once a second
    link.dataset.state = state;
    link.textContent = text;
  };
  const source = new EventSource("events");
  source.addEventListener("sample", (event) => {
    const sample = JSON.parse(event.data);
    say("live", "live");
    for (const c of charts) {
      const value = c.read(sample);
      const points = c.chart.data.datasets[0].data;
      points.push(value);
      points.splice(0, points.length - points_max);
      c.now.textContent = value === null ? "off" : shown(value);
      c.box.classList.toggle("idle", !value);
      c.canvas.setAttribute("aria-label", `${c.title}: now ${value === null ? "off" : shown(value)}; the last minute`);
      c.chart.update("none");
    }
    show_actors(sample);
    show_services(sample);
  });
  source.addEventListener("error", () => {
    if (source.readyState === EventSource.CLOSED) {
      say("off", "not live; trying again in 10 s");
      setTimeout(() => { link.dataset.state = ""; location.hash; reopen(); }, 10000);
    } else say("wait", "connection lost; trying again");
  });
  function reopen() { source.close(); charts.forEach((c) => { c.chart.destroy(); c.box.remove(); }); watch(); }
}
