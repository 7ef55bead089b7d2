// SPDX-License-Identifier: BSD-3-Clause
#include "io/http/exchange.hpp"

#include "io/http/cookies.hpp"

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
  const std::string encoding = options.accept_compressed ? "Accept-Encoding: gzip, deflate, br\r\n"
                                                         : "Accept-Encoding: identity\r\n";
  if (options.extras && !options.extras->headers.empty()) {
    home_lines = (options.extras->find("accept") ? agent_line : fixed_lines) + encoding;
    for (const auto& h : options.extras->headers)
      home_lines += h.name + ": " + one_line(h.value) + "\r\n";
  }
  fixed_lines += encoding;
}

void write_request(const connection_host& host, const exchange& work, std::string& out,
                   bool secrets) {
  bool absolute = work.via && !work.target.https(); // RFC 9112, 3.2.2
  out.assign("GET ");
  out += absolute ? std::string_view(work.target.str()) : work.target.target();
  out += " HTTP/1.1\r\nHost: ";
  out += work.target.authority();
  out += "\r\n";
  const auto* extras = host.options.extras.get();
  const bool at_home = extras && !extras->empty() && extras->at_home(work.target);
  const bool with_headers = secrets && !host.home_lines.empty() && (at_home || extras->everywhere);
  out += with_headers ? host.home_lines : host.fixed_lines;
  if (secrets) {
    const auto& own = work.target.credentials();
    const bool has_one = with_headers && extras->find("authorization");
    if (!own.empty() && !has_one)
      out += "Authorization: " + basic_authorization(own) + "\r\n";
    else if (at_home && !has_one && !extras->credentials.empty())
      out += "Authorization: " + basic_authorization(extras->credentials) + "\r\n";
    if (host.options.cookies)
      host.options.cookies->write_line(work.target, out);
  }
  if (!work.how.earlier.etag.empty())
    out += "If-None-Match: " + work.how.earlier.etag + "\r\n";
  if (!work.how.earlier.last_modified.empty())
    out += "If-Modified-Since: " + work.how.earlier.last_modified + "\r\n";
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
