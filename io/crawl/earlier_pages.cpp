// SPDX-License-Identifier: BSD-3-Clause
#include "io/crawl/earlier_pages.hpp"

#include <mutex>
#include <utility>

#include "domain/crawl/final_page.hpp"
#include "io/sqlite/sqlite.hpp"

namespace troupe::io {

struct earlier_pages::impl {
  explicit impl(const std::string& file)
      : db(file, sqlite_mode::read),
        find(db, "SELECT record FROM previous WHERE url = ?1 AND status IN (200, 304) AND error IS "
                 "NULL ORDER BY number DESC LIMIT 1") {}

  // Returns: what `take` makes of its bytes; what an empty page comes to where there is none.
  template <class Take>
  auto look(const crawl::url& target, Take take) {
    const std::lock_guard hold{gate};
    const sqlite_reset after{find};
    try {
      find.bind(1, std::string_view{target.str()});
      if (find.step()) {
        const auto bytes = find.bytes(0);
        return take(std::string_view{reinterpret_cast<const char*>(bytes.data()), bytes.size()});
      }
    } catch (const sqlite_error&) {
      // Then it is fetched as if it were new.
    }
    return take(std::string_view{});
  }

  std::mutex gate; // of both
  sqlite_db db;
  sqlite_statement find;
};

earlier_pages::earlier_pages(const std::string& file) : impl_(std::make_unique<impl>(file)) {}
earlier_pages::~earlier_pages() = default;

crawl::validators earlier_pages::validators_of(const crawl::url& target) const {
  return impl_->look(target, [](std::string_view b) { return crawl::read_final_validators(b); });
}

std::shared_ptr<const std::string> earlier_pages::page(const crawl::url& target) const {
  return impl_->look(target, [](std::string_view b) {
    return b.empty() ? nullptr : std::make_shared<const std::string>(b);
  });
}

void get_if_changed(http_client& client, const earlier_pages& earlier, const crawl::url& target,
                    get_options how, http_client::callback done) {
  auto whole = how;
  how.earlier = earlier.validators_of(target);
  if (how.earlier.empty())
    return client.get(target, std::move(done), std::move(how));
  client.get(
      target,
      [&client, &earlier, target, whole = std::move(whole),
       done = std::move(done)](crawl::fetched answer) {
        if (answer.status == 304 && answer.error == crawl::fault::none
            && !(answer.earlier = earlier.page(target)))
          return client.get(target, done, whole);
        done(std::move(answer));
      },
      std::move(how));
}

} // namespace troupe::io
