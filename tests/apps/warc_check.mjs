// SPDX-License-Identifier: BSD-3-Clause
// Reads a web archive with warcio, the library that browsers' replay tools use:
//   node warc_check.mjs FOLDER FILE     FOLDER/node_modules has warcio
// Prints a line a record: TYPE STATUS URL (TAB between) and, of a response, the payload's length as a reader has it:
// without chunks, unpacked.
import { createReadStream } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [folder, file] = process.argv.slice(2);
const where = createRequire(folder + "/").resolve("warcio");
const { WARCParser } = await import(pathToFileURL(where).href);

const parser = new WARCParser(createReadStream(file));
for await (const record of parser) {
  const http = record.httpHeaders;
  const words = [record.warcType, record.warcType === "response" ? http.statusCode : "-", record.warcTargetURI ?? "-"];
  if (record.warcType === "response") words.push((await record.readFully(true)).length);
  else await record.readFully(false);
  console.log(words.join("\t"));
}
