// SPDX-License-Identifier: BSD-3-Clause
#include "apps/crawl_kept.hpp"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <stdexcept>
#include <utility>
#include <vector>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "apps/crawl_why.hpp"
#include "domain/crawl/body_digest.hpp"
#include "domain/crawl/plan_identity.hpp"
#include "io/unix_time.hpp"

namespace troupe::apps {

namespace {

using std::chrono::steady_clock;
constexpr auto tell_interval = std::chrono::seconds(1);

// What has no answer at all has crawled nothing: a network that is away, most likely.
bool nothing_answered(const crawl::crawl_summary& sum) {
  return sum.by_status.size() == 1 && sum.by_status.begin()->first == 0;
}

} // namespace

kept_crawl::kept_crawl(const crawl_options& o) : options_(o) {
  if (o.state.empty())
    return;
  book_ = std::make_unique<io::crawl_book>(o.state, crawl::identity_of(o.plan));
  failed_ = book_->why_failed();
  if (!failed_.empty())
    if (const auto why = book_->start_over(); !why.empty())
      throw std::runtime_error(why);
  anew_ = o.requests.recrawl && (book_->ended() || book_->was_stopped_by_bounds());
  if (anew_ || (book_->has_previous() && book_->pages() == 0 && book_->last_mark().names.empty()))
    refuse_archives();
  if (anew_)
    mark_.names = o.files.names();
  else if (!book_->ended() || lacks_outputs())
    find_mark();
}

// Once the outputs could be opened: until then the crawl before is what there is.
void kept_crawl::begin() {
  if (anew_)
    if (const auto why = book_->begin_anew(); !why.empty())
      throw std::runtime_error(why);
  pages_then_ = book_->pages();
  if (const auto why = book_->stopped_by_bounds(false); !why.empty())
    throw std::runtime_error(why);
  if (anew_) // whose outputs they are, before the first page is in them
    if (const auto why =
            book_->put_mark({0, mark_.names, std::vector<std::string>(mark_.names.size())});
        !why.empty())
      throw std::runtime_error(why);
  if (book_->has_previous()) // also where the re-crawl goes on after a kill
    earlier_ = std::make_unique<io::earlier_pages>(book_->file());
  if (options_.requests.cookies)
    go_on_in_session();
}

// The same file as before is older than what the site has said since; another one is newer: a login
// that has run out, most likely.
void kept_crawl::go_on_in_session() {
  const auto& from = options_.requests;
  if (const auto wrong = from.cookies->read(book_->cookies()); !wrong.empty())
    std::fprintf(stderr, "troupe-crawl: %s: not all of the session's cookies can be used: %s\n",
                 options_.state.c_str(), wrong.c_str());
  if (from.cookie_text.empty())
    return;
  const auto digest = crawl::digest_of(from.cookie_text);
  const auto source = std::to_string(digest.first) + ' ' + std::to_string(digest.second);
  if (source == book_->cookie_source())
    return;
  from.cookies->read(from.cookie_text); // it was right before
  if (const auto why = book_->keep_cookies(from.cookies->text(), source); !why.empty())
    throw std::runtime_error(why);
}

// An archive would have 304s in place of the pages that it had.
void kept_crawl::refuse_archives() const {
  for (const auto& archive : options_.files.archives)
    if (std::error_code e; std::filesystem::exists(archive, e))
      throw std::runtime_error("--recrawl would write over " + archive
                               + ", which may have pages that are not sent again; name another");
}

// Whether a crawl that has ended has outputs to write: others than those it wrote, or the same
// where they are no more.
bool kept_crawl::lacks_outputs() const {
  const auto names = options_.files.names();
  if (names.empty())
    return false;
  return book_->last_mark().names != names
         || std::any_of(names.begin(), names.end(), [](const std::string& name) {
              std::error_code e;
              return name != "-" && !std::filesystem::exists(name, e);
            });
}

// Outputs that are not those of the last time get all rows. An archive cannot: the bytes of pages
// are not kept. So the pages that it may lack are fetched again, and one that was not there from
// the beginning is refused.
void kept_crawl::find_mark() {
  const auto names = options_.files.names();
  mark_ = book_->last_mark();
  const bool same = mark_.names == names || mark_.names.empty(); // nothing was noted yet
  bool all_known = mark_.positions.size() == names.size();
  for (std::size_t i = 0; all_known && i < names.size(); ++i)
    all_known = names[i] == "-" || !mark_.positions[i].empty();
  if (!same || !all_known)
    mark_ = {};
  mark_.names = names;
  if (options_.files.archives.empty())
    return;
  if (!same && book_->pages() > 0)
    throw std::runtime_error(options_.state
                             + ": has pages that are in no --warc of these names: go on "
                               "with the outputs that it began with, or name another folder");
  if (const auto why = book_->cut(mark_.rows); !why.empty())
    throw std::runtime_error(why);
}

std::string kept_crawl::over() const {
  if (!book_ || !book_->ended() || anew_ || lacks_outputs())
    return "";
  return options_.state + ": this crawl has come to its end (" + book_->why_ended()
         + "); --recrawl does it anew, and asks for pages only if they have changed";
}

std::string kept_crawl::goes_on() const {
  if (!failed_.empty())
    return options_.state + ": begins anew: " + failed_ + " the last time";
  if (anew_)
    return options_.state + ": is crawled anew; pages are asked for only if they have changed";
  if (!book_ || book_->pages() == 0)
    return "";
  if (book_->ended())
    return options_.state + ": this crawl has come to its end; its "
           + std::to_string(book_->pages()) + " pages are written to these outputs";
  return options_.state + ": goes on after " + std::to_string(book_->pages()) + " pages";
}

io::crawl_output kept_crawl::make_output() const {
  const io::output_about about{std::string{"troupe-crawl/"} + TROUPE_VERSION, &options_.plan};
  return io::crawl_output{options_.files, about, options_.outputs, mark_.positions};
}

io::crawl_output kept_crawl::open_output() {
  auto output = open_files();
  if (book_)
    begin();
  return output;
}

io::crawl_output kept_crawl::open_files() {
  if (mark_.rows == 0)
    return make_output();
  try {
    return make_output();
  } catch (const std::runtime_error& e) {
    if (!options_.files.archives.empty())
      throw;
    // Moved away, shortened, or of another place: all of it is kept, and can be written again.
    std::fprintf(stderr, "troupe-crawl: %s; all rows are written anew\n", e.what());
    mark_.rows = 0;
    mark_.positions.clear();
    return make_output();
  }
}

void kept_crawl::explain(const crawl::standstill& why) {
  why_ = why;
  why_at_ = steady_clock::now();
}

void kept_crawl::tell(const crawl::crawl_counts& now) {
  const auto at = steady_clock::now();
  if (!book_ || at - told_ < tell_interval)
    return;
  const std::chrono::duration<double> since = at - std::exchange(told_, at);
  // The first time since the beginning, or it would be a rate over all of the clock's life.
  const auto seconds = std::min(since, std::chrono::duration<double>(at - begun_)).count();
  const auto fresh = now.pages - std::min(now.pages, std::exchange(pages_then_, now.pages));
  keep_cookies();
  boost::json::object told{
      {"pages", now.pages},
      {"items", now.items},
      {"errors", now.errors},
      {"bytes", now.bytes},
      {"queued", now.queued},
      {"in_flight", now.in_flight},
      {"retried", now.retried},
      {"robots_denied", now.robots_denied},
      {"robots_unreachable", now.robots_unreachable},
      {"out_of_scope", now.out_of_scope},
      {"dropped", now.dropped},
      {"pages_per_second", seconds > 0 ? static_cast<double>(fresh) / seconds : 0.0}};
  if (why_.told && at - why_at_ < tell_interval * 5)
    tell_why(told, why_, io::now_unix_ms());
  book_->tell(boost::json::serialize(told));
}

// Where it fails the session begins anew after a kill, and nothing else does.
void kept_crawl::keep_cookies() {
  const auto& jar = options_.requests.cookies;
  if (!jar || jar->version() == cookies_then_)
    return;
  const auto version = jar->version();
  if (book_->keep_cookies(jar->text()).empty())
    cookies_then_ = version;
}

std::string kept_crawl::ended(const crawl::crawl_summary& sum) {
  if (!book_)
    return "";
  if (std::error_code e; !std::filesystem::exists(book_->file(), e))
    return options_.state + ": is gone: what was crawled is in no folder to go on from";
  told_ = {};
  why_ = {}; // nothing is held up any more
  tell(sum.counts);
  // Where a budget ended it there is more to do: with another one it goes on.
  const bool complete = !sum.interrupted && sum.output_error.empty() && sum.counts.queued == 0
                        && sum.counts.pages > 0;
  if (complete && nothing_answered(sum))
    return book_->fail("no answer came from anywhere");
  if (complete)
    return book_->end(std::to_string(sum.counts.pages) + " pages");
  const bool bounded = !sum.interrupted && sum.output_error.empty() && sum.counts.pages > 0;
  return book_->stopped_by_bounds(bounded);
}

} // namespace troupe::apps
