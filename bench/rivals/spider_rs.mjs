// SPDX-License-Identifier: BSD-3-Clause
// spider-rs, a crawler written in Rust, through its binding for Node.
//
// usage: SPIDER_RS_DIR=DIR spider_rs.mjs graph BASE PAGES CONCURRENCY
// DIR is where "npm install @spider-rs/spider-rs" was run. It chooses its own concurrency (the
// argument is ignored), follows redirects itself, and knows no list of seeds, so that there is no
// list mode.
import { createRequire } from "node:module";
import path from "node:path";

const [mode, base] = process.argv.slice(2);
if (mode !== "graph" || !base || !process.env.SPIDER_RS_DIR) {
  console.error("usage: SPIDER_RS_DIR=DIR spider_rs.mjs graph BASE PAGES CONCURRENCY");
  process.exit(2);
}
const require = createRequire(path.join(path.resolve(process.env.SPIDER_RS_DIR), "any.js"));
const { Website } = require("@spider-rs/spider-rs");
const site = new Website(`${base}/g/00/00000.html`).withRespectRobotsTxt(true).build();
await site.crawl();
console.log(JSON.stringify({ pages: site.getLinks().length }));
process.exit(0);
