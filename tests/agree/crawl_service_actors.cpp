// SPDX-License-Identifier: BSD-3-Clause
#include <boost/test/unit_test.hpp> // this program's main(): CMake names it in the first source

#include <utility>
#include <vector>

#include "actors/crawl/far_http.hpp"
#include "actors/crawl/far_team.hpp"
#include "actors/crawl/real_ports.hpp"
#include "actors/crawl/service.hpp"
#include "messages/type_ids.hpp"
#include "runtime/mail.hpp"
#include "runtime/system.hpp"
#include "tests/agree/crawl_service_cases.hpp"

namespace troupe::test {

namespace {

// All of a cluster that crawls for a server, two nodes and a coordinator, in one process.
class cluster_of_one final : public gateway::crawl_service {
public:
  explicit cluster_of_one(const crawl::crawl_service_options& options)
      : actors_({.threads = 6}), head_(std::make_unique<crawl::far_head>(actors_.system())) {
    loop_.start();
    for (int i = 0; i < 2; ++i)
      teams_.push_back(std::make_unique<crawl::far_team>(
          actors_.system(), head_->head(), 1,
          [this](const crawl::crawl_plan& plan, const crawl::far_http& http) {
            return crawl::real_ports(
                plan, nullptr,
                std::make_shared<io::http_client>(loop_, crawl::node_http_of(plan, http, nullptr)));
          }));
    auto made =
        crawl::make_far_crawl_service(options, actors_.system(), [] { return std::string{}; });
    service_ = std::move(made.service);
    runtime::post(made.registrar, crawl::use_head{head_->head()});
  }
  ~cluster_of_one() override {
    service_.reset();
    teams_.clear();
    head_.reset();
    actors_.system().await_all_actors_done();
    loop_.stop();
  }

  gateway::canceler start(crawl::crawl_plan plan,
                          gateway::callback<gateway::crawl_answer> done) override {
    return service_->start(std::move(plan), std::move(done));
  }
  gateway::canceler list(gateway::callback<gateway::crawl_answer> done) override {
    return service_->list(std::move(done));
  }
  gateway::canceler look(std::uint64_t id, gateway::callback<gateway::crawl_answer> done) override {
    return service_->look(id, std::move(done));
  }
  gateway::canceler drop(std::uint64_t id, gateway::callback<gateway::crawl_answer> done) override {
    return service_->drop(id, std::move(done));
  }
  std::string not_ready() override { return service_->not_ready(); }
  gateway::reading read() override { return service_->read(); }

private:
  runtime::actor_runtime<caf::id_block::troupe> actors_;
  io::io_loop loop_;
  std::unique_ptr<crawl::far_head> head_;
  std::vector<std::unique_ptr<crawl::far_team>> teams_;
  std::unique_ptr<gateway::crawl_service> service_;
};

crawl::crawl_service_options with(const gateway::crawl_service_options& common) {
  crawl::crawl_service_options options;
  options.common = common;
  return options;
}

} // namespace

const std::vector<crawl_service_row>& crawl_services() {
  static const std::vector<crawl_service_row> rows{
      {"actors",
       [](const gateway::crawl_service_options& o) { return crawl::make_crawl_service(with(o)); }},
      {"cluster",
       [](const gateway::crawl_service_options& o) {
         return std::make_unique<cluster_of_one>(with(o));
       }},
  };
  return rows;
}

} // namespace troupe::test
