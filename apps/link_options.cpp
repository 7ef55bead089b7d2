// SPDX-License-Identifier: BSD-3-Clause
#include "apps/link_options.hpp"

#include <algorithm>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "io/cluster/address.hpp"

namespace troupe::apps {

namespace {

constexpr std::uint32_t hour_ms = 3'600'000;

template <class T>
void bound(CLI::App& app, const char* name, T& value, T least, T most, const char* what) {
  app.add_option(name, value, what)
      ->group("Connections to other processes")
      ->check(CLI::Range(least, most))
      ->capture_default_str();
}

} // namespace

std::string read_addresses(const std::string& text, const std::string& tls_dir,
                           std::vector<std::string>& to) {
  for (std::size_t begin = 0; begin <= text.size();) {
    const auto end = std::min(text.find(',', begin), text.size());
    to.push_back(text.substr(begin, end - begin));
    const auto where = cluster::host_and_port_of(to.back());
    if (!where)
      return "'" + to.back() + "' is no HOST:PORT";
    // A name may be this machine's: whoever looks it up says what it is.
    io::error_code no_literal;
    const auto literal = io::asio::ip::make_address(where->host, no_literal);
    if (tls_dir.empty() && !no_literal && !cluster::is_loopback(literal))
      return "'" + to.back()
             + "' is off loopback, where every link is TLS on both sides: give --tls-dir FOLDER "
               "(scripts/make-certs.sh)";
    begin = end + 1;
  }
  return "";
}

void declare_link_bounds(CLI::App& app, cluster::process_options& process) {
  auto& b = process.bounds;
  app.add_option("--tls-dir", process.tls_dir,
                 "Folder with ca.pem, node.pem and node-key.pem (scripts/make-certs.sh): TLS with "
                 "certificates on both sides; needed off loopback")
      ->group("Connections to other processes");
  bound(app, "--connect-ms-max", b.connect_ms_max, 1u, hour_ms, "For a connection to stand");
  bound(app, "--hello-ms-max", b.hello_ms_max, 1u, hour_ms, "From there to an agreement");
  bound(app, "--ping-ms", b.ping_ms, 10u, hour_ms, "Each side is heard so often at least");
  bound(app, "--suspect-ms", b.suspect_ms, 20u, hour_ms, "Not heard for so long: suspect");
  bound(app, "--down-ms", b.down_ms, 30u, hour_ms, "Not heard for so long: down");
  bound(app, "--links-max", b.links_max, std::size_t{1}, std::size_t{65'536},
        "Connected at a time; further ones are refused");
  bound(app, "--unvetted-max", b.unvetted_max, std::size_t{1}, std::size_t{65'536},
        "Connected and not yet agreed with; above it the oldest is dropped");
  bound(app, "--buffer-bytes-max", b.buffer_bytes_max, std::size_t{64} << 10, std::size_t{1} << 30,
        "On their way through a link, each direction");
  bound(app, "--message-bytes-max", b.message_bytes_max, 1u << 20, 1u << 30,
        "Of one message; above it the link is ended");
}

} // namespace troupe::apps
