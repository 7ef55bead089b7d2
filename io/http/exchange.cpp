// SPDX-License-Identifier: BSD-3-Clause
#include "io/http/exchange.hpp"

namespace troupe::io {

namespace {

constexpr std::size_t buffer_bytes_min = 128u << 10; // most pages arrive in one or two reads

// What a person typed must not become a header of its own.
std::string one_line(std::string text) {
  for (char& c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
      c = ' ';
  return text;
}

} // namespace

connection_host::connection_host(asio::io_context& loop, http_options wanted)
    : context(loop), options(std::move(wanted)),
      dns(loop, std::chrono::milliseconds(options.dns_ttl_ms)), tls(options),
      buffers(std::max<std::size_t>(buffer_bytes_min, options.bounds.header_bytes_max + 4096u)) {
  if (!options.user_agent.empty())
    agent_line = "User-Agent: " + one_line(options.user_agent) + "\r\n";
  fixed_lines = agent_line + "Accept: text/html,application/xhtml+xml,*/*;q=0.8\r\n";
  fixed_lines += options.accept_compressed ? "Accept-Encoding: gzip, deflate, br\r\n"
                                           : "Accept-Encoding: identity\r\n";
}

void write_request(const connection_host& host, const exchange& work, std::string& out,
                   bool secrets) {
  bool absolute = work.via && !work.target.https(); // RFC 9112, 3.2.2
  out.assign("GET ");
  out += absolute ? std::string_view(work.target.str()) : work.target.target();
  out += " HTTP/1.1\r\nHost: ";
  out += work.target.authority();
  out += "\r\n";
  out += host.fixed_lines;
  if (secrets && !work.target.credentials().empty())
    out += "Authorization: " + basic_authorization(work.target.credentials()) + "\r\n";
  if (secrets && absolute && !work.via->authorization.empty())
    out += "Proxy-Authorization: " + work.via->authorization + "\r\n";
  out += "\r\n";
}

void write_connect(const connection_host& host, const exchange& work, std::string& out) {
  std::string authority(work.target.host());
  authority += ":" + std::to_string(work.target.port());
  out = "CONNECT " + authority + " HTTP/1.1\r\nHost: " + authority + "\r\n";
  out += host.agent_line;
  if (!work.via->authorization.empty())
    out += "Proxy-Authorization: " + work.via->authorization + "\r\n";
  out += "\r\n";
}

} // namespace troupe::io
