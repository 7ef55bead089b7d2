// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Where a request begins and ends, read strictly. Bytes in; the head whole, more bytes wanted, or
// refused with a status and a reason: no socket, no clock.
//
//     head         = [ CRLF ] request-line *( field-line ) CRLF
//     request-line = method SP target SP "HTTP/1." ( "0" / "1" ) CRLF
//     field-line   = name ":" OWS value OWS CRLF
//
// What two readers could read in two ways is refused, although RFC 9112 lets a recipient mend some
// of it: a bare LF or CR, a folded line, blanks before a colon, more than one Content-Length (even
// the same), Content-Length beside Transfer-Encoding, chunked on HTTP/1.0, any Transfer-Encoding
// but "chunked", more than one Host.
// Source: RFC 9112, sections 2.2, 3, 5, 6 and 7; RFC 9110, sections 7.2 and 10.1.1.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::gateway {

struct framing_limits {
  std::uint32_t header_bytes_max = 16u << 10; ///< 431; request line and fields together
  std::uint32_t target_bytes_max = 8u << 10;  ///< 414
  std::uint32_t fields_max = 100;             ///< 431
  std::uint64_t body_bytes_max = 1u << 20;    ///< 413
};

/// A method longer than this is none of ours, so 501 (RFC 9112, 3).
inline constexpr std::size_t method_bytes_max = 32;

enum class request_method : std::uint8_t { get, head, post, put, patch, delete_, options };

/// A piece of the head, by its place, so that the bytes may move while the body is awaited.
struct piece {
  std::uint32_t at = 0, size = 0;
  std::string_view in(std::string_view bytes) const { return bytes.substr(at, size); }
};

struct head_field {
  piece name, value; ///< the value without the blanks around it
};

enum class body_kind : std::uint8_t { none, sized, chunked };

/// A head that is whole and in order. To be used again for the next: keeps its memory.
struct request_head {
  std::size_t bytes = 0; ///< where the body begins
  request_method method = request_method::get;
  piece method_name, target, query;
  std::string path; ///< decoded, without dot segments; "*" for OPTIONS *
  std::vector<head_field> fields;
  bool http10 = false;
  bool keep_alive = true;
  bool expects_continue = false;
  body_kind body = body_kind::none;
  std::uint64_t body_bytes = 0; ///< sized
};

enum class framing_state : std::uint8_t { more, whole, refused };

struct framing {
  framing_state state = framing_state::more;
  int status = 0;          ///< refused: 400, 413, 414, 417, 431, 501, 505
  const char* why = "";    ///< refused: for the client's eyes, one clause
  const char* code = "";   ///< refused: for a program
  std::uint64_t bound = 0; ///< with a unit: what was exceeded, the end of the clause
  const char* unit = "";

  /// Returns: the whole clause, such as "the body is larger than 1048576 bytes".
  std::string detail() const;
};

inline framing refused(int status, const char* why, const char* code = "malformed_request") {
  return {framing_state::refused, status, why, code};
}
inline framing beyond(int status, const char* code, const char* why, std::uint64_t bound,
                      const char* unit = "bytes") {
  return {framing_state::refused, status, why, code, bound, unit};
}

/// Reads one head, line by line as the lines come, so that what is wrong is refused at once and a
/// byte at a time costs no more than all at once.
class head_reader {
public:
  explicit head_reader(const framing_limits& bounds) : bounds_(bounds) {}
  /// Takes: all bytes of the request that have come so far, from its first on.
  framing read(std::string_view bytes, request_head& head);
  /// Before the next request.
  void restart();

private:
  framing request_line(std::string_view bytes, std::string_view line, request_head& head);
  framing field_line(std::string_view bytes, std::string_view line, request_head& head);
  framing known_field(std::string_view name, std::string_view value, request_head& head);
  framing unfinished(std::string_view bytes) const;
  framing finish(std::string_view bytes, request_head& head) const;

  framing_limits bounds_;
  std::size_t line_ = 0;     // where the current line begins
  std::size_t searched_ = 0; // no LF before this but those of finished lines
  bool blank_line_ = false;  // the one empty line that may come before a request
  bool request_line_ = false;
  // What the fields said.
  piece host_;
  std::uint32_t hosts_ = 0, lengths_ = 0, codings_ = 0;
  bool close_ = false, keep_alive_ = false, huge_ = false;
  piece authority_; // of a target in absolute form
};

/// Appends to `path` the decoded path of a target's path part, without dot segments. Returns: null,
/// or what is wrong with it: a bad escape, an encoded slash, backslash or control character, a dot
/// segment that leaves the root, a character that no path has.
/// Source: RFC 3986, sections 2.1, 3.3 and 5.2.4.
const char* append_path(std::string_view text, std::string& path);
/// Returns: null, or what is wrong with a query.
const char* check_query(std::string_view text);
/// Whether this is a host with an optional port, as in Host.
bool is_authority(std::string_view text);

} // namespace troupe::gateway
