// SPDX-License-Identifier: BSD-3-Clause
// Shows what `troupe-compare ... --json` tells (domain/compare/report_json.cpp). Text only: no markup is ever made of data.
"use strict";
(() => {
  const by_id = (id) => document.getElementById(id);
  const svg_space = "http://www.w3.org/2000/svg";
  const dashes = ["", "6 3", "2 3", "9 3 2 3", "", "6 3", "2 3", "9 3 2 3"];

  function fill(out, attributes, children) {
    for (const [name, value] of Object.entries(attributes)) out.setAttribute(name, value);
    out.append(...children);
    return out;
  }
  const element = (tag, attributes, ...children) => fill(document.createElement(tag), attributes, children);
  const drawn = (tag, attributes, ...children) => fill(document.createElementNS(svg_space, tag), attributes, children);

  // Three digits that count, never in powers of ten.
  function short(n) {
    if (n === 0) return "0";
    const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(n))));
    return n >= 1000 ? Math.round(n).toLocaleString("en") : n.toFixed(Math.min(digits, 4));
  }
  const time = (s) => (s < 1 ? `${short(1000 * s)} ms` : `${short(s)} s`);
  const mib = (kib) => `${(kib / 1024).toFixed(1)}`;

  function engines_of(workload) {
    return [...new Set(workload.cells.map((c) => c.engine))];
  }

  function show_head(report) {
    const m = report.machine;
    by_id("machine").textContent =
      `${m.date}, ${m.cores} processors (${m.processor}), ${m.kernel}, ${m.build} build, Troupe ${m.version}`;
    by_id("how").textContent = `${report.runs} runs of each after ${report.warmups} to warm up, in an order drawn from seed ${report.seed}. `
      + `Load ${m.load_before.toFixed(2)} before and ${m.load_after.toFixed(2)} after. `
      + `Bars are medians, lines in them ranges; others is how many processors all other programs kept busy meanwhile.`;
    by_id("again").textContent = report.command;
    by_id("warnings").replaceChildren(...report.warnings.map((w) => element("p", { class: "note" }, w)));
    by_id("contents").replaceChildren(...report.workloads.map((w, i) =>
      element("a", { href: `#w${i}` }, `${w.scenario}, ${w.name}`)));
  }

  function show_overhead(report) {
    const rows = report.workloads.flatMap((w) => w.contrasts.filter((c) => c.locks).map((c) => ({ w, c })));
    by_id("overhead").hidden = rows.length === 0;
    const count = { locks: 0, actors: 0, nobody: 0 };
    const body = rows.map(({ w, c }) => {
      const who = c.ahead === null ? "nobody" : c.ahead === c.against ? "locks" : "actors";
      ++count[who];
      return element("tr", {}, element("td", {}, `${w.scenario}, ${w.name}`), element("td", {}, `${c.engine} / ${c.against}`),
        element("td", { class: "value" }, c.wall_ratio.toFixed(2)), element("td", { class: "value" }, c.cpu_ratio.toFixed(2)),
        element("td", { class: who }, who === "nobody" ? "no winner" : `${who} win`));
    });
    by_id("overhead-sum").textContent =
      `Locks win ${count.locks} times, actors ${count.actors}, and ${count.nobody} times there is no winner.`;
    const head = element("tr", {}, element("th", {}, "Workload"), element("th", {}, "Actors / locks"),
      element("th", { class: "value" }, "Time"), element("th", { class: "value" }, "CPU"), element("th", {}, "Which"));
    by_id("overhead-table").replaceChildren(element("thead", {}, head), element("tbody", {}, ...body));
  }

  function bars(workload, engines) {
    const most = Math.max(...workload.cells.map((c) => c.wall_s.high));
    const x = (s) => (1000 * s) / most;
    const rows = workload.cells.map((c) => {
      const w = c.wall_s;
      const what = `${c.label}: median ${time(w.median)}, from ${time(w.low)} to ${time(w.high)}`;
      const mark = (at) => drawn("line", { class: "whisker", x1: x(at), x2: x(at), y1: 6, y2: 14 });
      const picture = drawn("svg", { viewBox: "0 0 1000 20", preserveAspectRatio: "none", role: "img", "aria-label": what },
        drawn("rect", { class: "bar", x: 0, y: 2, width: Math.max(1, x(w.median)), height: 16 }),
        drawn("line", { class: "whisker", x1: x(w.low), x2: x(w.high), y1: 10, y2: 10 }), mark(w.low), mark(w.high));
      return element("div", { class: `row c${engines.indexOf(c.engine) % 8}` },
        element("span", { class: "label" }, c.label), element("span", { class: "track" }, picture),
        element("span", { class: "value" }, time(w.median)));
    });
    return element("div", { class: "bars" }, ...rows);
  }

  const legend = (engines) => element("ul", { class: "legend" }, ...engines.map((e) => element("li", { class: `c${e.color}` },
    drawn("svg", { viewBox: "0 0 32 14", "aria-hidden": "true" },
      drawn("line", { class: "curve", x1: 0, x2: 32, y1: 7, y2: 7, "stroke-dasharray": e.dash })), e.name)));

  // A chart with two axes. Takes: series of points {x, y, low, high}, the places of ticks, words for them.
  function chart(width, series, x_ticks, x_text, y_text, title, x_title) {
    const height = 240, left = 62, right = 12, top = 10, bottom = 42;
    const points = series.flatMap((s) => s.points);
    const y_most = Math.max(...points.map((p) => p.high ?? p.y)) * 1.05 || 1;
    const [x_low, x_high] = [x_ticks[0], x_ticks[x_ticks.length - 1]];
    const x = (v) => left + (x_high > x_low ? ((v - x_low) / (x_high - x_low)) * (width - left - right) : 0);
    const y = (v) => height - bottom - (v / y_most) * (height - top - bottom);
    const out = drawn("svg", { viewBox: `0 0 ${width} ${height}`, height, role: "img", "aria-label": title });
    for (let i = 0; i <= 4; ++i) {
      const v = (y_most * i) / 4;
      out.append(drawn("line", { class: i ? "grid" : "axis", x1: left, x2: width - right, y1: y(v), y2: y(v) }),
        drawn("text", { x: left - 6, y: y(v) + 4, "text-anchor": "end" }, y_text(v)));
    }
    for (const v of x_ticks)
      out.append(drawn("text", { x: x(v), y: height - bottom + 17, "text-anchor": v === x_high ? "end" : "middle" }, x_text(v)));
    out.append(drawn("text", { x: left, y: height - 6 }, x_title));
    for (const s of series) {
      const group = drawn("g", { class: `c${s.color}` });
      group.append(drawn("polyline", { class: "curve", "stroke-dasharray": s.dash, points: s.points.map((p) => `${x(p.x)},${y(p.y)}`).join(" ") }));
      for (const p of s.points)
        if (p.low !== undefined)
          group.append(drawn("line", { class: "range", x1: x(p.x), x2: x(p.x), y1: y(p.low), y2: y(p.high) }),
            drawn("circle", { class: "dot", cx: x(p.x), cy: y(p.y), r: 3.5 }));
      out.append(group);
    }
    return out;
  }

  function series_of(workload, engines, points_of) {
    return engines.map((name, i) => ({ name, color: i % 8, dash: dashes[i % 8], points: points_of(name) }))
      .filter((s) => s.points.length > 0);
  }

  function curves(workload, engines, width) {
    const counts = [...new Set(workload.cells.filter((c) => c.takes_workers).map((c) => c.workers))].sort((a, b) => a - b);
    if (counts.length < 2) return null;
    const series = series_of(workload, engines, (name) => {
      const cells = workload.cells.filter((c) => c.engine === name);
      const at = (c, workers) => ({ x: Math.log2(workers), y: c.wall_s.median, low: c.wall_s.low, high: c.wall_s.high });
      return cells[0].takes_workers ? cells.map((c) => at(c, c.workers)) : [];
    });
    const title = "Time by number of workers";
    return element("div", { class: "chart" }, element("h3", {}, title),
      chart(width, series, counts.map(Math.log2), (v) => String(Math.round(2 ** v)), time, title, "workers (doubling to the right)"),
      legend(series));
  }

  // By how many nines: the last hundredth has as much room as what is before it.
  function latencies(workload, engines, width) {
    const place = (share) => -Math.log10(Math.max(1 - share, 0.0005));
    const series = workload.cells.filter((c) => c.latency_ms).map((c) => ({ c, i: engines.indexOf(c.engine) }))
      .filter(({ c }) => c.workers === Math.max(...workload.cells.filter((o) => o.engine === c.engine).map((o) => o.workers)))
      .map(({ c, i }) => ({ name: c.label, color: i % 8, dash: dashes[i % 8],
        points: c.latency_ms.quantiles.filter(([share]) => share <= 0.999).map(([share, ms]) => ({ x: place(share), y: ms })) }));
    if (series.length === 0) return null;
    const title = "Latency: what share of answers came within";
    return element("div", { class: "chart" }, element("h3", {}, title),
      chart(width, series, [0.01, 0.5, 0.9, 0.99, 0.999].map(place), (v) => `${Number((100 * (1 - 10 ** -v)).toFixed(1))}%`,
        (v) => `${short(v)} ms`, title, "share of answers"), legend(series));
  }

  // What each did when, in one run more with little work. All engines of a workload share one scale.
  function timeline(run, most, width) {
    const left = Math.min(190, Math.round(width * 0.3)), line = 17, low = 20;
    const x = (us) => left + ((width - left - 4) * us) / most;
    const tops = [];
    let y = 0;
    for (const row of run.rows) {
      tops.push(y);
      y += line + 3;
    }
    const height = y + low;
    const out = drawn("svg", { viewBox: `0 0 ${width} ${height}`, height, role: "img",
      "aria-label": `Timeline of ${run.label}: ${run.rows.length} rows, ${time(run.took_us / 1e6)}` });
    run.rows.forEach((row, i) => {
      out.append(drawn("text", { x: left - 6, y: tops[i] + 13, "text-anchor": "end" }, row.name.length > 26 ? `${row.name.slice(0, 25)}\u2026` : row.name),
        drawn("line", { class: "grid", x1: left, x2: width - 4, y1: tops[i] + line + 1, y2: tops[i] + line + 1 }));
      for (const [begin, us, name, kind, depth] of [...row.slices].sort((a, b) => a[4] - b[4])) {
        const inset = Math.min(depth * 4, 10);
        out.append(drawn("rect", { class: `slice k${kind}${depth ? " in" : ""}`, x: x(begin), y: tops[i] + inset, width: Math.max(0.7, x(begin + us) - x(begin)), height: line - inset },
          drawn("title", {}, `${run.names[name]}: ${time(us / 1e6)}, from ${time(begin / 1e6)}`)));
      }
    });
    const middle = (i) => tops[i] + line / 2;
    for (const [from, sent, to, taken] of run.letters)
      out.append(drawn("line", { class: "letter", x1: x(sent), x2: x(taken), y1: middle(from), y2: middle(to) }));
    for (const share of [0, 0.5, 1])
      out.append(drawn("text", { x: x(most * share), y: height - 5, "text-anchor": share === 0 ? "start" : share === 1 ? "end" : "middle" }, time((most * share) / 1e6)));
    return out;
  }

  function timelines(runs, width) {
    const most = Math.max(...runs.map((r) => r.took_us), 1);
    const parts = runs.flatMap((run) => {
      const more = [];
      if (run.rows_more) more.push(`${run.rows_more} rows that had less to do`);
      const slices = run.rows.reduce((n, r) => n + r.more, 0);
      if (slices) more.push(`${slices} shorter slices`);
      if (run.letters_more) more.push(`${run.letters_more} later letters`);
      if (run.left_out) more.push(`${run.left_out} later events`);
      return [element("h3", {}, run.label), timeline(run, most, width),
        ...(more.length ? [element("p", { class: "quiet" }, `Not drawn: ${more.join(", ")}.`)] : [])];
    });
    const key = element("ul", { class: "legend keys" }, ...["works", "waits", "holds a lock"].map((words, i) =>
      element("li", {}, drawn("svg", { viewBox: "0 0 32 14", "aria-hidden": "true" }, drawn("rect", { class: `slice k${i}`, x: 0, y: 0, width: 32, height: 14 })), words)),
      element("li", {}, drawn("svg", { viewBox: "0 0 32 14", "aria-hidden": "true" }, drawn("line", { class: "letter", x1: 0, x2: 32, y1: 2, y2: 12 })), "a letter, from its sending to its handling"));
    return element("details", { class: "timelines" }, element("summary", {}, "Timelines"),
      element("p", { class: "quiet" }, "From one run more of each with little work, under the eyes of --trace. All on one scale; the busiest rows of each."),
      key, ...parts);
  }

  function figures(workload) {
    const heads = ["Engine", "Median", "From", "To", "CPU", "CPU/wall", "Others", "Switches", "Peak MiB", "Reads as", "Command"];
    const numeric = (i) => i > 0 && i < 9;
    const rows = workload.cells.map((c) => {
      const row = [c.label, time(c.wall_s.median), time(c.wall_s.low), time(c.wall_s.high), time(c.cpu_s.median), c.cpu_per_wall.toFixed(2), c.others.toFixed(2),
        Math.round(c.switches.median).toLocaleString("en"), mib(c.rss_kib), c.limit];
      return element("tr", {}, ...row.map((t, i) => element("td", numeric(i) ? { class: "value" } : {}, t)),
        element("td", { class: "command" }, element("code", {}, c.command)));
    });
    const head = element("tr", {}, ...heads.map((h, i) => element("th", numeric(i) ? { class: "value" } : {}, h)));
    const name = `Figures of ${workload.scenario}, ${workload.name}`;
    return element("details", {}, element("summary", {}, "All figures and commands"),
      element("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": name },
        element("table", {}, element("thead", {}, head), element("tbody", {}, ...rows))));
  }

  function card(workload, i, width, full, traced) {
    const engines = engines_of(workload);
    const answer = `Input: ${workload.input}. All engines gave the same answer: ${workload.answer_hash}, `
      + `${workload.answer_lines} ${workload.answer_lines === 1 ? "line" : "lines"}. `
      + `A peak memory of ${mib(workload.rss_floor_kib)} MiB or less says nothing: it is that of the measuring program.`;
    const charts = [element("div", {}, element("h3", {}, "Time"), bars(workload, engines)),
      curves(workload, engines, width), latencies(workload, engines, width)].filter(Boolean);
    return element("section", { class: "card", id: `w${i}`, "aria-labelledby": `t${i}` },
      element("div", { class: "title" }, element("h2", { id: `t${i}` }, `${workload.scenario}, ${workload.name}`),
        element("span", { class: "limit" }, workload.limit)),
      element("p", {}, `${workload.what[0].toUpperCase()}${workload.what.slice(1)}.`), element("p", { class: "quiet" }, answer),
      element("ul", { class: "says" }, ...workload.sentences.map((s) => element("li", {}, s))),
      element("div", { class: "charts" }, ...charts), ...(traced ? [timelines(traced.runs, full)] : []), figures(workload));
  }

  function show(report) {
    const room = by_id("workloads").clientWidth - 34;
    const width = Math.max(260, Math.round(room > 820 ? (room - 24) / 2 : room));
    const open = [...document.querySelectorAll("details")].map((d) => d.open);
    by_id("workloads").replaceChildren(...report.workloads.map((w, i) => card(w, i, width, Math.max(260, room), (report.timelines ?? []).find((t) => t.workload === i))));
    [...document.querySelectorAll("details")].forEach((d, i) => (d.open = open[i] ?? false));
  }

  const text = by_id("data").textContent;
  if (!text) {
    by_id("nothing").hidden = false;
    return;
  }
  const report = JSON.parse(text);
  show_head(report);
  show_overhead(report);
  show(report);
  let last = window.innerWidth;
  window.addEventListener("resize", () => {
    if (window.innerWidth === last) return;
    last = window.innerWidth;
    show(report);
  });
  document.documentElement.dataset.ready = "yes";
})();
