// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What two processes of a cluster tell each other first, and whether they go together. Bytes and
// values only: no socket, no clock.
//
//     hello     = "TROUPE\r\n" size-of-rest(2) protocol(2) text(application) rest
//     rest      = text(carrier) types(8) text(node) instance(8) roles(4) processors(4)
//     text      = size(1) bytes                                  numbers: big-endian
//
// All up to the application stays as it is for ever, so that any two versions can tell each other
// which one is older. The rest is that of the protocol's version, and is not read from another.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace troupe::cluster {

/// To be raised with every change of the hello's rest, of the frames, or of their meaning.
inline constexpr std::uint16_t protocol_version = 1;
inline constexpr std::size_t hello_bytes_max = 4096; ///< as encoded, all together
inline constexpr std::size_t text_bytes_max = 200;   ///< of each text in a hello

/// What a node does for others; the bits of hello::roles.
enum role : std::uint32_t { crawl = 1, primes = 2, bank = 4, jobs = 8 };
inline constexpr std::uint32_t all_roles = crawl | primes | bank | jobs;

/// One process, as it presents itself.
struct hello {
  std::string application = "troupe";
  std::uint16_t protocol = protocol_version;
  std::string carrier;          ///< what runs over the link: "caf 0.17.6"
  std::uint64_t types_hash = 0; ///< of the list of message types: other lists, other hashes
  std::string node;             ///< see is_node_name()
  std::uint64_t instance = 0;   ///< random, new at each start
  std::uint32_t roles = 0;      ///< 0: a client
  std::uint32_t processors = 0;

  bool operator==(const hello&) const = default;
};

/// Returns: "crawl, bank"; "none" for a client.
std::string role_words(std::uint32_t roles);

/// Whether this can name a node: 1 to 63 of a-z, A-Z, 0-9, '-', '.' and '_', the first a letter or
/// digit. So it can stand in a log line, a file name and a certificate.
bool is_node_name(std::string_view text);

/// Takes: texts of at most text_bytes_max. Returns: the bytes, at most hello_bytes_max.
std::string encode(const hello& h);

enum class hello_state : std::uint8_t { more, whole, refused };

struct decoded_hello {
  hello_state state = hello_state::more;
  const char* why = "";  ///< refused: one clause
  std::size_t bytes = 0; ///< whole: how many belong to it
  hello what;            ///< whole; of another protocol or application: only these two fields
};

/// Reads one hello from the front of `bytes`, strictly: a number out of range, a text with other
/// than printable ASCII, bytes too many or too few are refused, and a wrong first byte at once.
decoded_hello decode(std::string_view bytes);

/// What keeps two processes apart; each has a row in the test.
enum class misfit : std::uint8_t { application, protocol, carrier, types, itself };

struct refusal {
  misfit what = misfit::application;
  std::string sentence; ///< for the operator: what does not fit, and which side to update
};

/// Takes: `where`, the other's address as an operator knows it.
/// Returns: none if they go together.
std::optional<refusal> check(const hello& ours, const hello& theirs, std::string_view where);

/// A sentence that came from elsewhere, fit for a log: at most `bytes_max` bytes of printable
/// ASCII.
std::string printable(std::string_view text, std::size_t bytes_max = 300);

} // namespace troupe::cluster
