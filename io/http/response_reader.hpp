// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "domain/crawl/fetched.hpp"

namespace troupe::io {

/// Takes one HTTP/1.x response to a GET (or CONNECT) apart, as bytes arrive. Strict on framing, for
/// two parties that disagree on where a response ends can be played off against each other.
///
///     HTTP-message = status-line *( field-line CRLF ) CRLF [ body ]   (RFC 9112, 2.1)
///     body         = by length | chunked | until the connection closes (RFC 9112, 6.3)
///
/// One object serves any number of responses, one after the other.
class response_reader {
public:
  struct bounds {
    std::uint32_t header_bytes_max = 0;
    std::uint64_t body_bytes_max = 0; ///< of wire bytes
    bool cut = false;                 ///< a longer body is cut there, which is no fault
    bool cookies = false;             ///< Set-Cookie is wanted
    bool connect = false;             ///< the answer to CONNECT: a 2xx has no body
    bool record = false;              ///< header() and chunks() are wanted
  };

  response_reader();
  ~response_reader();

  /// Begins a response, whose status and headers go to `into`, which must outlive it.
  void begin(const bounds& limit, crawl::fetched& into);

  /// Returns: how many bytes were used up; the rest is to be given again, with more behind it.
  /// After done() the rest is none of this response.
  std::size_t feed(const char* bytes, std::size_t size);
  void feed_end(); ///< the connection was closed properly

  bool done() const;          ///< complete, or cut
  bool started() const;       ///< a byte has been fed
  bool in_body() const;       ///< the header is complete
  bool keep_alive() const;    ///< of a response that is done(): the connection can be used again
  bool ends_by_close() const; ///< in_body() and nothing else ends the body
  crawl::fault error() const;
  const std::string& detail() const;

  /// Returns: the value of Content-Encoding, "" if there is none.
  const std::string& content_encoding() const;
  bool cut() const;    ///< the body was longer than body_bytes_max
  std::string& body(); ///< as on the wire, chunks joined; the caller may take it away

  // -- with bounds::record; the caller may take them away
  std::string& header();   ///< as received, the final response's; "" if it is not complete
  std::string& chunks();   ///< the body as received, if it comes in chunks
  bool chunks_cut() const; ///< their framing is far larger than what it holds: the rest is left out

private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

} // namespace troupe::io
