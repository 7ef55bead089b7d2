// SPDX-License-Identifier: BSD-3-Clause
// Node's own http server, one process; trial division, for the numbers that it is asked for are small.
// usage: node node_server.mjs PORT
import { createServer } from 'node:http'

function prime(n) {
  if (n < 4) return n > 1
  if (n % 2 === 0) return false
  for (let by = 3; by * by <= n; by += 2) if (n % by === 0) return false
  return true
}

createServer((request, answer) => {
  const words = request.url.slice('/is_prime/'.length).split(',')
  const text = JSON.stringify(Object.fromEntries(words.map((word) => [word, prime(Number(word))])))
  answer.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) })
  answer.end(text)
}).listen(Number(process.argv[2]), '127.0.0.1')
