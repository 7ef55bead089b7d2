// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "io/http_server/answer.hpp"

namespace troupe::io {

/// Returns: "Not Found" for 404 and so on; "" for a status that we have no words for.
std::string_view reason_of(int status);

/// Returns: an answer of the server's own, as problem+json (RFC 9457). Takes: `code`, a program's
/// word for it; `why`, a person's: both ours, without need of escapes. 503 gets its Retry-After.
server_answer refusal(int status, std::string_view code, std::string_view why);

/// Returns: the same as bytes, for a connection that is closed behind it.
std::string refusal_bytes(const server_answer& refusal, std::string_view date);

enum class body_form : std::uint8_t { sized, chunked, until_close };
enum class after_answer : std::uint8_t { keep, keep_old, close }; ///< keep_old: say so to HTTP/1.0

/// Appends the head of an answer, its empty line included. Takes: `date`, "Sun, 06 Nov ...";
/// `body_bytes` where it is sized. Source: RFC 9110, 6.6.1 and 8.6; RFC 9112, 4 and 9.
void append_head(std::string& out, const server_answer& a, std::string_view date, body_form form,
                 std::uint64_t body_bytes, after_answer after);

/// Appends a piece of a chunked body. Takes: `bytes`, at least one.
void append_chunk(std::string& out, std::string_view bytes);
inline constexpr std::string_view last_chunk = "0\r\n\r\n";

/// Returns: whether an answer of that status has no body at all, nor a length (RFC 9110, 8.6).
constexpr bool is_bodiless(int status) { return status < 200 || status == 204 || status == 304; }

/// The time as HTTP writes it, made once a second. Threads: one, each its own.
class date_text {
public:
  std::string_view now();

private:
  std::int64_t second_ = -1;
  std::string text_;
};

} // namespace troupe::io
