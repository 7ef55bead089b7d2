// SPDX-License-Identifier: BSD-3-Clause
import { load_offer } from "./api.js";
import { bank } from "./bank.js";
import { crawls } from "./crawls.js";
import { by_id } from "./dom.js";
import { watch } from "./live.js";
import { primes } from "./primes.js";

watch();
by_id("token-form").addEventListener("submit", (event) => event.preventDefault());
by_id("no-offer").hidden = await load_offer();
primes();
crawls();
bank();
by_id("token-card").hidden = by_id("crawls").hidden && by_id("bank").hidden;
for (const link of document.querySelectorAll("nav a[data-section]"))
  link.hidden = by_id(link.dataset.section).hidden;
document.documentElement.dataset.ready = "yes";
