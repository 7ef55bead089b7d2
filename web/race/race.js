// SPDX-License-Identifier: BSD-3-Clause
// Shows the story that `troupe-compare race --json` tells (domain/race/report_json.cpp). Text only: no markup is ever
// made of data.
"use strict";
(() => {
  const by_id = (id) => document.getElementById(id);
  const number = new Intl.NumberFormat("en");
  const shown = (n) => number.format(n).replace("-", "−");

  function element(tag, attributes, ...children) {
    const out = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) out.setAttribute(name, value);
    out.append(...children);
    return out;
  }

  let report, story, at = 0; // at: how many steps are done

  const world_at = (n) => (n === 0 ? story.begin : story.steps[n - 1].world);
  const total = () => story.begin.accounts.reduce((sum, a) => sum + a.balance, 0);

  function show_heading() {
    const counted = report.counted;
    by_id("model").textContent = `${report.model}, ${report.engine}`;
    by_id("heading").textContent = report.heading;
    document.title = `${report.model}, ${report.engine}: ${story.verdict}`;
    const parts = [];
    if (report.drawn)
      parts.push(`${shown(report.drawn.fail)} of ${shown(report.drawn.schedules)} schedules of seed ${report.drawn.seed} fail.`);
    if (counted) {
      const least = counted.at_least ? "at least " : "";
      parts.push(counted.fail === 0 ? `All ${least}${shown(counted.orders)} orders hold.`
                                    : `${least}${shown(counted.fail)} of ${least}${shown(counted.orders)} orders fail.`);
    }
    const name = story.number === undefined ? `order ${story.word}` : `order ${shown(story.number)} (${story.word})`;
    parts.push(`This is ${name}${story.shortest ? "; none that fails so is shorter" : ""}.`);
    by_id("counted").textContent = parts.join(" ");
    by_id("again").textContent = report.again ?? "";
  }

  function show_steps() {
    const rows = [];
    story.steps.forEach((step, i) => {
      const button = element("button", { type: "button" }, step.text);
      button.addEventListener("click", () => go(i + 1));
      rows.push(element("li", { "data-step": i + 1 }, button));
      if (story.lost_after === i + 1 && i + 1 < story.steps.length)
        rows.push(element("li", { class: "lost" }, "From here on no order holds any more"));
    });
    by_id("steps").replaceChildren(...rows);
    const ending = by_id("ending");
    ending.className = story.verdict === "holds" ? "good" : "bad";
    ending.textContent = story.ending;
    by_id("slider").max = story.steps.length;
  }

  function show_account(account, least, most) {
    const below = account.balance < 0;
    const percent = (amount) => `${(100 * amount) / (most - least)}%`;
    const bar = element("span", {});
    bar.style.left = percent(Math.min(account.balance, 0) - least);
    bar.style.width = percent(Math.abs(account.balance));
    const zero = element("i", {});
    zero.style.left = percent(-least);
    return element("div", { class: "account" },
      element("div", { class: "line" }, element("span", {}, `Account ${account.name}`),
        element("span", { class: below ? "balance bad" : "balance" }, shown(account.balance))),
      element("div", { class: below ? "track below" : "track", "aria-hidden": "true" }, bar, zero));
  }

  function show_money(world) {
    by_id("money-card").hidden = world.accounts.length === 0;
    if (world.accounts.length === 0) return;
    const all = [story.begin, ...story.steps.map((s) => s.world)].flatMap((w) => w.accounts.map((a) => a.balance));
    const least = Math.min(0, ...all), most = Math.max(1, ...all);
    by_id("accounts").replaceChildren(...world.accounts.map((a) => show_account(a, least, most)));
    const kept = world.accounts.reduce((sum, a) => sum + a.balance, 0);
    const hands = world.people.reduce((sum, p) => sum + p.has, 0);
    const off = kept + hands - total();
    const below = world.accounts.some((a) => a.balance < 0);
    const sum = by_id("sum");
    sum.className = off !== 0 || below ? "bad" : "quiet";
    sum.textContent = `${shown(kept)} in accounts and ${shown(hands)} in hands make ${shown(kept + hands)}; at first there were ` +
      `${shown(total())}. ` + (off > 0 ? `${shown(off)} came from nowhere.` : off < 0 ? `${shown(-off)} are lost.`
        : below ? "The account paid out more than it had." : "No money is lost.");
  }

  function show_locks(world) {
    const rows = world.locks.map((lock) => element("li", {}, element("span", {}, lock.name),
      element("span", { class: lock.holder ? "tag held" : "tag" }, lock.holder ?? "free")));
    if (world.places !== undefined)
      rows.push(element("li", {}, element("span", {}, "places at the table"), element("span", { class: "tag" }, `${world.places} left`)));
    by_id("locks-card").hidden = rows.length === 0;
    by_id("locks").replaceChildren(...rows);
  }

  function person_words(person, part, runs) {
    const words = [];
    if (runs) words.push("just acted");
    if (person.through) words.push("is through");
    else if (person.waits_for) words.push(`waits for ${person.waits_for}`);
    if (!part.serves && person.saw !== 0) words.push(`saw ${shown(person.saw)}`);
    if (person.has !== 0) words.push(`has ${shown(person.has)} in hand`);
    return words.length > 0 ? words.join(", ") : part.serves ? "serves the others" : person.begun ? "can go on" : "has not begun";
  }

  function show_people(world) {
    const who = at === 0 ? "" : story.steps[at - 1].who;
    by_id("people").replaceChildren(...world.people.map((person, i) => {
      const part = story.cast[i], runs = part.name === who;
      const kind = runs ? "runs" : person.waits_for ? "stuck" : "";
      const row = element("li", { class: kind }, element("span", { class: "name" }, part.name), ` ${person_words(person, part, runs)}`);
      if (person.mail.length > 0)
        row.append(element("p", { class: "mail" }, `In its mailbox: ${person.mail.join(", ")}`));
      return row;
    }));
  }

  function show_ways() {
    const ways = at === 0 ? report.counted : story.steps[at - 1].ways_on;
    by_id("ways-card").hidden = !ways;
    if (!ways) return;
    const hold = ways.orders - ways.fail;
    by_id("ways-bar").firstElementChild.style.width = `${(100 * hold) / ways.orders}%`;
    const many = (ways.at_least ? "at least " : "") + shown(ways.orders);
    const over = at === story.steps.length && story.ended;
    by_id("ways").textContent = over ? (story.verdict === "holds" ? "Yes: it is over, and it held." : "No: this is where it shows.")
      : ways.orders === 1 ? (hold === 1 ? "Yes: the one way on from here holds." : "No: the one way on from here fails.")
        : hold === 0 ? `No: each of the ${many} ways on from here fails.`
          : ways.fail === 0 ? `Yes: each of the ${many} ways on from here holds.`
            : `${shown(hold)} of ${many} ways on from here hold.`;
  }

  function go(step) {
    at = Math.max(0, Math.min(story.steps.length, step));
    const world = world_at(at);
    by_id("now").textContent = at === 0 ? "Before the first step"
      : `Step ${at} of ${story.steps.length}: ${story.steps[at - 1].text}`;
    by_id("slider").value = at;
    by_id("first").disabled = by_id("back").disabled = at === 0;
    by_id("last").disabled = by_id("next").disabled = at === story.steps.length;
    for (const row of document.querySelectorAll("#steps li[data-step]")) {
      const n = Number(row.dataset.step);
      row.className = [n < at ? "past" : n === at ? "here" : "", story.steps[n - 1].wrong !== "holds" ? "wrong" : ""].join(" ").trim();
      if (n === at) row.firstElementChild.setAttribute("aria-current", "step");
      else row.firstElementChild.removeAttribute("aria-current");
    }
    show_money(world);
    show_locks(world);
    show_people(world);
    show_ways();
  }

  function show(what) {
    if (!what?.shown?.steps) throw new Error("That is no story of troupe-compare race --json.");
    report = what;
    story = what.shown;
    by_id("open").hidden = true;
    by_id("story").hidden = false;
    show_heading();
    show_steps();
    go(Number(location.hash.slice(1)) || 0); // page.html#3 opens at step 3
    document.documentElement.dataset.ready = "yes";
  }

  function listen() {
    by_id("first").addEventListener("click", () => go(0));
    by_id("back").addEventListener("click", () => go(at - 1));
    by_id("next").addEventListener("click", () => go(at + 1));
    by_id("last").addEventListener("click", () => go(story.steps.length));
    by_id("slider").addEventListener("input", (event) => go(Number(event.target.value)));
    document.addEventListener("keydown", (event) => {
      const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: story?.steps.length }[event.key];
      if (to === undefined || !story || event.ctrlKey || event.altKey || event.metaKey) return;
      event.preventDefault();
      go(to);
    });
    by_id("file").addEventListener("change", async (event) => {
      try {
        show(JSON.parse(await event.target.files[0].text()));
      } catch (e) {
        by_id("open-why").textContent = e.message;
      }
    });
  }

  async function load(name) {
    const why = by_id("choose-why");
    why.textContent = "";
    try {
      const answer = await fetch(`/races/${name}`);
      if (!answer.ok) throw new Error(`The server answered ${answer.status}.`);
      show(await answer.json());
    } catch (e) {
      why.textContent = e.message;
    }
  }

  // Takes: a server's list of races. Shows the one that the address names (race.html?account/actor), or the first.
  async function choose(races) {
    const select = by_id("races");
    const name_of = (race) => `${race.model}/${race.engine}`;
    select.replaceChildren(...races.map((race) =>
      element("option", { value: name_of(race) }, `${race.model}, ${race.engine}: ${race.what}`)));
    const asked = decodeURIComponent(location.search.slice(1));
    if (races.some((race) => name_of(race) === asked)) select.value = asked;
    select.addEventListener("change", () => {
      history.replaceState(null, "", `?${select.value}`);
      load(select.value);
    });
    by_id("choose").hidden = false;
    await load(select.value);
  }

  async function begin() {
    const data = by_id("data").textContent.trim();
    if (data !== "") return show(JSON.parse(data));
    try {
      if (!location.protocol.startsWith("http")) throw new Error("no server");
      const answer = await fetch("/races");
      if (!answer.ok) throw new Error(`The server answered ${answer.status}.`);
      await choose((await answer.json()).races);
    } catch {
      by_id("open").hidden = false;
    }
  }

  listen();
  begin();
})();
