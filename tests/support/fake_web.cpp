// SPDX-License-Identifier: BSD-3-Clause
#include "tests/support/fake_web.hpp"

#include <algorithm>
#include <deque>

namespace troupe::test {

using namespace crawl;

namespace {
std::string host_of(const std::string& text) {
  return std::string{url::from_normalized(text).authority()};
}
bool is_private(const std::string& text) { return text.find("/private/") != std::string::npos; }
} // namespace

fake_web::fake_web(std::uint64_t seed, unsigned hosts, unsigned pages)
    : draw_(seed * 2654435761u + 1), hosts_(hosts) {
  for (unsigned i = 0; i < pages; ++i) {
    page p;
    const auto kind = i == 0 ? 99 : draw_() % 100;
    if (kind < 5)
      p.status = 404;
    else if (kind < 12)
      p.status = 301, p.location = url_of(draw_() % pages);
    else if (kind < 20)
      p.faults_first = 1 + draw_() % 2;
    if (p.status == 200) {
      p.links.push_back(url_of((i + 1) % pages)); // nothing is out of reach
      for (unsigned k = draw_() % 8; k > 0; --k)
        p.links.push_back(url_of(draw_() % pages));
    }
    pages_[url_of(i)] = std::move(p);
  }
}

std::string fake_web::url_of(unsigned page) const {
  return "http://h" + std::to_string(page % hosts_) + ".test/"
         + (page % 17 == 5 ? "private/" : "p/") + std::to_string(page);
}

std::vector<std::string> fake_web::reachable() const {
  std::set<std::string> seen{url_of(0)};
  std::deque<std::string> queue{url_of(0)};
  const auto offer = [&](const std::string& u) {
    if (!is_private(u) && seen.insert(u).second)
      queue.push_back(u);
  };
  for (; !queue.empty(); queue.pop_front()) {
    const auto& p = pages_.at(queue.front());
    if (!p.location.empty())
      offer(p.location);
    for (const auto& link : p.links)
      offer(link);
  }
  return {seen.begin(), seen.end()};
}

crawl_ports fake_web::ports() {
  crawl_ports ports;
  ports.fetch = [this](const page_job& job, std::function<void(fetched)> done) {
    const url& target = job.target;
    if (before_fetch)
      before_fetch(target.str());
    ++requested[target.str()];
    in_flight_most = std::max(in_flight_most, ++in_flight[host_of(target.str())]);
    waiting_.push_back({target.str(), std::move(done)});
  };
  ports.fetch_robots = [](const std::string&, std::function<void(io::robots_answer)> done) {
    done({std::make_shared<const robots_rules>(
              robots_rules::parse("User-agent: *\nDisallow: /private/\n", "troupe")),
          false});
  };
  ports.fetch_robots_text = [this](const std::string& origin,
                                   std::function<void(robots_outcome)> done) {
    ++robots_asked[origin];
    done({200, fault::none, "", "User-agent: *\nDisallow: /private/\n", false});
  };
  ports.make_reader = [this] {
    return [this](const page_job& job, const fetched& answer) { return read(job, answer); };
  };
  ports.write = [this](const std::vector<row_and_items>& batch, bool) {
    if (before_write)
      if (auto error = before_write(); !error.empty())
        return error;
    rows.insert(rows.end(), batch.begin(), batch.end());
    return std::string{};
  };
  return ports;
}

bool fake_web::answer_one() {
  if (waiting_.empty())
    return false;
  std::swap(waiting_[draw_() % waiting_.size()], waiting_.back());
  const auto next = std::move(waiting_.back());
  waiting_.pop_back();
  --in_flight[host_of(next.url)];
  next.done(answer_for(next.url));
  return true;
}

fetched fake_web::answer_for(const std::string& url) {
  fetched answer;
  auto& p = pages_.at(url);
  if (p.faults_first > 0) {
    --p.faults_first;
    answer.error = fault::connection_lost;
    return answer;
  }
  answer.status = p.status;
  answer.location = p.location;
  answer.content_type = "text/html";
  answer.body = std::make_shared<const std::string>("<html></html>");
  return answer;
}

// The links come from the table, so that these tests are about actors and not about HTML.
page_result fake_web::read(const page_job& job, const fetched& answer) {
  const auto at = job.target.str();
  if (before_read)
    before_read(at);
  auto result = result_without_reading(job, answer);
  for (const auto& link : pages_.at(at).links)
    result.links.push_back(url::from_normalized(link));
  for (unsigned i = 0; i < items_a_page; ++i)
    result.items.push_back({at, "item " + std::to_string(i) + " of " + at});
  return result;
}

} // namespace troupe::test
