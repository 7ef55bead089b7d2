// SPDX-License-Identifier: BSD-3-Clause
// The processes that work for this server: the coordinator in the middle, its nodes around it, and a table of them.
import { by_id, element } from "./dom.js";

const svg = "http://www.w3.org/2000/svg";
const drawn_max = 24; // more would cover each other; the table has them all
const name_max = 16;  // letters of a name in the picture

const tags = { up: "yes", suspect: "late", draining: "late", down: "wrong", left: "no" };

function shape(kind, attributes, ...children) {
  const out = document.createElementNS(svg, kind);
  for (const [name, value] of Object.entries(attributes)) out.setAttribute(name, value);
  out.append(...children);
  return out;
}

/// Returns: 3725000 as "1 h 2 min".
function lasting(ms) {
  const s = Math.max(0, Math.floor(ms / 1000));
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min`;
  if (s < 86400) return `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min`;
  return `${Math.floor(s / 86400)} d ${Math.floor((s % 86400) / 3600)} h`;
}

const cut = (name) => (name.length > name_max ? name.slice(0, name_max - 1) + "…" : name);

function ball(x, y, radius, state, name, below) {
  return shape("g", { transform: `translate(${x.toFixed(1)} ${y.toFixed(1)})`, "data-state": state },
               shape("title", {}, `${name}: ${below}`), shape("circle", { r: radius }),
               shape("text", { y: radius + 14 }, cut(name)), shape("text", { y: 4, class: "quiet" }, below));
}

function draw(nodes, connected) {
  const map = by_id("cluster-map");
  const shown = nodes.slice(0, drawn_max);
  const spokes = [], balls = [];
  shown.forEach((n, i) => {
    const turn = (2 * Math.PI * i) / shown.length - Math.PI / 2 + (shown.length === 2 ? Math.PI / 2 : 0);
    const x = 150 * Math.cos(turn), y = 98 * Math.sin(turn);
    spokes.push(shape("g", { "data-state": n.state }, shape("line", { x1: 0, y1: 0, x2: x, y2: y })));
    balls.push(ball(x, y, shown.length > 10 ? 18 : 24, n.state, n.name, n.state));
  });
  map.replaceChildren(...spokes, ball(0, 0, 30, connected ? "up" : "down", "coordinator", connected ? "found" : "lost"), ...balls);
  const half = shown.length > 2 ? 150 : 62;
  map.setAttribute("viewBox", `-210 ${-half} 420 ${2 * half}`);
  map.classList.toggle("old", !connected);
  map.setAttribute("aria-label", `The coordinator and ${nodes.length} nodes; the table beside it tells the same.`);
}

function fill(nodes) {
  const rows = nodes.map((n) => element("tr", {},
    element("th", { scope: "row" }, n.name),
    element("td", { title: n.why }, element("span", { class: `tag ${tags[n.state] ?? "no"}` }, n.state)),
    element("td", {}, lasting(Date.now() - n.since_unix_ms)), element("td", {}, n.roles),
    element("td", { class: "n" }, n.processors), element("td", {}, n.address)));
  if (rows.length === 0)
    rows.push(element("tr", {}, element("td", { colspan: 6, class: "quiet" }, "No node has come yet.")));
  document.querySelector("#nodes tbody").replaceChildren(...rows);
}

/// Takes: the sample of the service `cluster`, or nothing where the server works by itself.
export function show_cluster(service) {
  by_id("cluster").hidden = !service;
  document.querySelector('nav a[data-section="cluster"]').hidden = !service;
  if (!service) return;
  const why = by_id("cluster-why"), text = service.not_ready ? `${service.not_ready}; what is below was last heard before.` : "";
  if (why.textContent !== text) why.textContent = text;
  why.hidden = text === "";
  draw(service.nodes, !service.not_ready);
  fill(service.nodes);
}
