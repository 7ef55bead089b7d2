// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "io/http_server/server.hpp"

namespace troupe::gateway {

/// Who may use a route.
enum class access : std::uint8_t {
  open,    ///< everybody
  guarded, ///< who shows the bearer token, if the server has one (bank, crawls)
};

/// One matched request on its way to its route. Valid while the route's function runs; the answerer
/// may be copied and kept.
struct exchange {
  const io::server_request& request;
  io::answerer answer;
  std::vector<std::string_view> parameters; ///< what stood for each {name} of the pattern, in order
};

/// A route: pattern segments are literal, or {name} for one whole segment, which is never empty.
/// Where both would match, the literal wins. A pattern that ends in '/' matches a path that does.
struct route {
  io::http_method method = io::http_method::get;
  std::string pattern; ///< "/bank/accounts/{id}"; also the name under which it is counted
  access who = access::open;
  std::function<void(const exchange&)> handle;
  /// It changes something: refused (403) when another site's page asked for it (Origin,
  /// Sec-Fetch-Site), and (415) if it has a body that is not application/json; POST, PUT and PATCH
  /// have to have one.
  bool writes = false;
};

/// Decides whether a guarded route may be used. Takes: the Authorization field. Threads: any.
using token_check = std::function<bool(std::string_view authorization)>;

/// Finds the route of each request, asks for the token, keeps other sites' pages out, and answers
/// what needs no route: 404, 405 with Allow, OPTIONS, HEAD by GET's route. All faults are
/// problem+json; a route that throws is answered 500.
///
///     Host one of ours (421) -> route (404, 405) -> token (401) -> asked by a page of ours (403)
///       -> JSON (415) -> route.handle
///
/// What it does not do: answer the questions that a browser asks before a page of another origin
/// may write (CORS). allow_origin() is for a proxy that changes Host. Threads: add() and the
/// setters before the server starts; handle() on any.
class front {
public:
  front();
  ~front();
  /// Throws: std::logic_error for a pattern that is none, or that is there already.
  void add(route r);
  void set_token_check(token_check check); ///< none: guarded routes are open
  /// Further origins ("https://bank.example") whose pages may write; the own one always may.
  void allow_origin(std::string origin);
  /// The names ("localhost", "127.0.0.1", "[::1]"), in any case, that a request's Host field may
  /// have, with any port; others are answered 421, so that a page whose name was made to point at
  /// this address (DNS rebinding) gets nothing. None given: any.
  void allow_host(std::string name);
  void handle(const io::server_request& request, const io::answerer& answer) const;
  const std::vector<route>& routes() const;

private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

} // namespace troupe::gateway
