// SPDX-License-Identifier: BSD-3-Clause
//
// How a coordinator's process keeps what its crawls have finished, for the one that comes after it.
// All of it inside that process.
//
//   crawl head  ---- open_kept ----> keeper      answered by kept_opened; from here on the crawl is
//                                                `owner`'s: what an earlier one sends is refused
//   coordinator ---- kept_wanted --> keeper      answered by kept_pages, until there are no more
//   coordinator ---- keep_pages ---> keeper      answered by pages_kept, when they are synced
//   steward     ---- drop_kept ----> keeper      it has ended, or nobody goes on with it here
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "messages/crawl.hpp"
#include "messages/crawl_values.hpp"
#include "runtime/port.hpp"

namespace troupe::crawl {

struct open_kept;
struct kept_opened;
struct kept_wanted;
struct kept_pages;
struct keep_pages;
struct pages_kept;
struct drop_kept;

/// Owns the file.
using keeper_actor =
    runtime::interface<caf::result<kept_opened>(open_kept), caf::result<kept_pages>(kept_wanted),
                       caf::result<pages_kept>(keep_pages), caf::result<void>(drop_kept),
                       caf::result<void>(tick)>; // to itself: look for what is too old

/// Of an earlier version: a page that was kept as the bytes of a message. Nobody sends it; its
/// number is taken.
struct kept_page {
  page_job job;
  page_result result;
};

/// What a coordinator needs to keep its crawl, and to go on with what was kept.
struct keeping {
  keeper_actor keeper; ///< empty: nothing is kept
  std::string key;
  std::uint64_t owner = 0;
  std::uint64_t pages = 0; ///< that are kept: it begins with them
  std::uint64_t rows = 0;  ///< of them, the first ones, that the sink has
};

/// Whose crawl it is, and since when: `owner` is a number that no other start of it has.
struct open_kept {
  std::string key;
  std::uint64_t owner = 0;
  bool is_new = false; ///< there must be none yet; else there must be one
};
struct kept_opened {
  std::string error; ///< "" or why not, in one line
  std::uint64_t pages = 0;
};

/// The pages behind the first `skip`, as many as make a message. None: there are no more.
struct kept_wanted {
  std::string key;
  std::uint64_t owner = 0;
  std::uint64_t skip = 0;
};
struct kept_pages {
  std::string error;
  std::vector<std::string> pages; ///< to_bytes() of each (final_page.hpp), in their order
};

struct keep_pages {
  std::string key;
  std::uint64_t owner = 0;
  std::vector<std::string> pages;
};
struct pages_kept {
  std::string error;
};

/// This owner has done with it.
struct drop_kept {
  std::string key;
  std::uint64_t owner = 0;
  bool forget = true; ///< false: somebody may come back for it, until it is too old
};

template <class Inspector>
auto inspect(Inspector& f, kept_page& x) {
  return runtime::fields(f, x, "kept_page", runtime::field("job", x.job),
                         runtime::field("result", x.result));
}
template <class Inspector>
auto inspect(Inspector& f, open_kept& x) {
  return runtime::fields(f, x, "open_kept", runtime::field("key", x.key),
                         runtime::field("owner", x.owner), runtime::field("is_new", x.is_new));
}
template <class Inspector>
auto inspect(Inspector& f, kept_opened& x) {
  return runtime::fields(f, x, "kept_opened", runtime::field("error", x.error),
                         runtime::field("pages", x.pages));
}
template <class Inspector>
auto inspect(Inspector& f, kept_wanted& x) {
  return runtime::fields(f, x, "kept_wanted", runtime::field("key", x.key),
                         runtime::field("owner", x.owner), runtime::field("skip", x.skip));
}
template <class Inspector>
auto inspect(Inspector& f, kept_pages& x) {
  return runtime::fields(f, x, "kept_pages", runtime::field("error", x.error),
                         runtime::field("pages", x.pages));
}
template <class Inspector>
auto inspect(Inspector& f, keep_pages& x) {
  return runtime::fields(f, x, "keep_pages", runtime::field("key", x.key),
                         runtime::field("owner", x.owner), runtime::field("pages", x.pages));
}
template <class Inspector>
auto inspect(Inspector& f, pages_kept& x) {
  return runtime::fields(f, x, "pages_kept", runtime::field("error", x.error));
}
template <class Inspector>
auto inspect(Inspector& f, drop_kept& x) {
  return runtime::fields(f, x, "drop_kept", runtime::field("key", x.key),
                         runtime::field("owner", x.owner), runtime::field("forget", x.forget));
}

} // namespace troupe::crawl
