// SPDX-License-Identifier: BSD-3-Clause
#include "io/gateway/crawl_routes.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <optional>
#include <string>
#include <utility>

#include "io/gateway/answers.hpp"
#include "io/gateway/json_text.hpp"
#include "io/gateway/row_follower.hpp"

namespace troupe::gateway {

namespace {

using io::http_method;

// RFC 3339, in UTC; null for 0.
std::string time_text(std::int64_t unix_ms) {
  if (unix_ms == 0)
    return "null";
  using namespace std::chrono;
  const sys_time<milliseconds> at{milliseconds{unix_ms}};
  const auto day = floor<days>(at);
  const year_month_day date{day};
  const hh_mm_ss time{at - day};
  char out[48];
  std::snprintf(out, sizeof out, "\"%04d-%02u-%02uT%02d:%02d:%02d.%03dZ\"",
                static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()), static_cast<int>(time.hours().count()),
                static_cast<int>(time.minutes().count()), static_cast<int>(time.seconds().count()),
                static_cast<int>(time.subseconds().count()));
  return out;
}

void put_text(std::string& out, const char* name, std::string_view text) {
  out.append(",\"").append(name).append("\":");
  if (text.empty())
    out += "null";
  else
    append_json_string(out, text);
}

void put_number(std::string& out, const char* name, std::uint64_t n) {
  out.append(",\"").append(name).append("\":").append(std::to_string(n));
}

// What whoever runs the server can do about a seed's fault.
std::string_view remedy(std::string_view detail) {
  return detail.ends_with(": address_refused")
             ? " (only public addresses are reached: troupe-serve --crawl-allow RANGE adds others)"
             : "";
}

// A list of crawls shows a few URLs of each: a hundred of them each would be megabytes.
constexpr std::size_t urls_listed_max = 3;

void put_crawl(std::string& out, const crawl_status& c, std::size_t urls_max) {
  const auto& job = c.job;
  const auto& n = job.counts;
  out += "{\"id\":\"" + std::to_string(job.id) + "\",\"state\":\""
         + std::string{to_string(job.state)} + "\",\"urls\":[";
  for (std::size_t i = 0; i < std::min(job.seeds.size(), urls_max); ++i) {
    out += i == 0 ? "" : ",";
    append_json_string(out, job.seeds[i]);
  }
  out += "],\"asked\":" + time_text(job.asked_unix_ms) + ",\"started\":"
         + time_text(job.started_unix_ms) + ",\"ended\":" + time_text(job.ended_unix_ms);
  put_number(out, "urls_given", job.seeds.size());
  put_number(out, "done", n.pages);
  put_number(out, "queued", n.queued);
  put_number(out, "in_flight", n.in_flight);
  put_number(out, "failed", n.errors);
  put_number(out, "items", n.items);
  put_number(out, "bytes", n.bytes);
  put_number(out, "robots_denied", n.robots_denied);
  put_number(out, "robots_unreachable", n.robots_unreachable);
  put_number(out, "results_bytes", c.results->bytes());
  put_text(out, "error", job.reason);
  put_text(out, "detail", job.detail + std::string{remedy(job.detail)});
  out += "}";
}

std::optional<std::uint64_t> read_id(std::string_view text) {
  std::uint64_t id = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  const bool whole = error == std::errc{} && end == text.data() + text.size();
  return whole && text[0] != '0' ? std::optional{id} : std::nullopt;
}

io::server_answer no_such_crawl() {
  return problem(404, "no_such_crawl", "There is no crawl of this id (any more).");
}

io::server_answer told(const crawl_status& c, int status, std::string fields = "") {
  std::string text;
  put_crawl(text, c, c.job.seeds.size());
  auto a = json_answer(status, text + "\n");
  a.fields += fields;
  return a;
}

// Asks about one crawl; `then` makes the answer of it.
template <class Ask, class Then>
void about_one(const exchange& x, Ask ask, Then then) {
  const auto id = read_id(x.parameters[0]);
  if (!id)
    return x.answer.send(no_such_crawl());
  auto cancel = ask(*id, [answer = x.answer, then](crawl_answer a) {
    if (a.error != fault::none)
      answer.send(problem(a.error));
    else if (a.crawls.empty())
      answer.send(no_such_crawl());
    else
      then(answer, a.crawls.front());
  });
  if (cancel)
    x.answer.when_gone(std::move(cancel));
}

io::server_answer rows_head() {
  io::server_answer head;
  head.content_type = "application/jsonl";
  head.fields = "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n";
  return head;
}

void post_crawl(const exchange& x, crawl_service& service, const crawl_request_limits& bounds) {
  auto request = read_crawl_request(x.request.body(), bounds);
  if (!request.error.empty())
    return x.answer.send(problem(400, "invalid_crawl", request.error));
  // Whoever has gone does not take his crawl along: it may have started by now.
  service.start(std::move(request.plan), [answer = x.answer](crawl_answer a) {
    if (a.error != fault::none)
      return answer.send(problem(a.error));
    const auto& made = a.crawls.front();
    answer.send(told(made, 201, "Location: /crawls/" + std::to_string(made.job.id) + "\r\n"));
  });
}

void list_crawls(const exchange& x, crawl_service& service) {
  auto cancel = service.list([answer = x.answer](crawl_answer a) {
    if (a.error != fault::none)
      return answer.send(problem(a.error));
    std::string text = "{\"crawls\":[";
    for (std::size_t i = 0; i < a.crawls.size(); ++i) {
      text += i == 0 ? "" : ",\n";
      put_crawl(text, a.crawls[i], urls_listed_max);
    }
    answer.send(json_answer(200, text + "]}\n"));
  });
  if (cancel)
    x.answer.when_gone(std::move(cancel));
}

using choose_rows = io::row_spill& (io::job_results::*)();

// The crawl's rows as a part of all of it, so that they last as long as somebody reads.
std::shared_ptr<io::row_spill> rows_of(const crawl_status& c, choose_rows which) {
  return {c.results, &((*c.results).*which)()};
}

void follow_rows(const exchange& x, crawl_service& service, choose_rows which,
                 const crawl_route_limits& bounds, const std::shared_ptr<reader_seats>& seats) {
  const auto id = read_id(x.parameters[0]);
  if (!id)
    return x.answer.send(no_such_crawl());
  const bool head_only = x.request.method() == http_method::head;
  const auto place = std::make_shared<row_follower>(bounds.piece_bytes, seats);
  if (!place->seated())
    return x.answer.send(problem(fault::overloaded));
  x.answer.when_gone([reader = std::weak_ptr{place}] {
    if (const auto still = reader.lock())
      still->gone();
  });
  service.look(*id,
               [answer = x.answer, which, place, head_only, stop = bounds.stop](crawl_answer a) {
                 if (a.error != fault::none)
                   return answer.send(problem(a.error));
                 if (a.crawls.empty())
                   return answer.send(no_such_crawl());
                 if (head_only) // as a stream: nobody knows its length
                   return answer.stream(rows_head())->end();
                 place->start(rows_of(a.crawls.front(), which), answer.stream(rows_head()), stop);
               });
}

} // namespace

void add_crawl_routes(front& to, crawl_service& service, const crawl_route_limits& bounds) {
  const auto add = [&to](http_method method, const char* pattern, auto handle,
                         bool writes = false) {
    to.add({method, pattern, access::guarded, std::move(handle), writes});
  };
  add(
      http_method::post, "/crawls",
      [&service, limits = bounds.request](const exchange& x) { post_crawl(x, service, limits); },
      true);
  add(http_method::get, "/crawls", [&service](const exchange& x) { list_crawls(x, service); });
  add(http_method::get, "/crawls/{id}", [&service](const exchange& x) {
    about_one(
        x, [&](auto id, auto done) { return service.look(id, std::move(done)); },
        [](const io::answerer& answer, const crawl_status& c) { answer.send(told(c, 200)); });
  });
  add(
      http_method::delete_, "/crawls/{id}",
      [&service](const exchange& x) {
        about_one(
            x, [&](auto id, auto done) { return service.drop(id, std::move(done)); },
            [](const io::answerer& answer, const crawl_status&) {
              io::server_answer nothing;
              nothing.status = 204;
              answer.send(std::move(nothing));
            });
      },
      true);
  const auto seats = std::make_shared<reader_seats>(bounds.readers_max);
  const auto add_rows = [&](const char* pattern, choose_rows which) {
    add(http_method::get, pattern, [&service, which, seats, bounds](const exchange& x) {
      follow_rows(x, service, which, bounds, seats);
    });
  };
  add_rows("/crawls/{id}/results", &io::job_results::rows);
  add_rows("/crawls/{id}/pages", &io::job_results::pages);
}

} // namespace troupe::gateway
