// SPDX-License-Identifier: BSD-3-Clause
#include "io/gateway/race_routes.hpp"

#include <map>
#include <memory>
#include <string>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "domain/race/report.hpp"
#include "io/gateway/answers.hpp"

namespace troupe::gateway {

namespace {

namespace json = boost::json;

struct told_races {
  std::string list;
  std::map<std::string, std::string, std::less<>> by_name; // "account/none"
};

std::shared_ptr<const told_races> explore_races() {
  auto told = std::make_shared<told_races>();
  json::array list;
  for (const auto& e : race::engines()) {
    race::plan plan;
    plan.model = e.model;
    plan.engine = e.name;
    auto report = race::explore_all(plan);
    report.command = "troupe-compare race --model " + plan.model + " --engine " + plan.engine;
    told->by_name.emplace(plan.model + "/" + plan.engine, race::report_json(report) + "\n");
    list.emplace_back(json::object{
        {"model", e.model}, {"engine", e.name}, {"what", e.what}, {"fails", report.fails()}});
  }
  told->list = json::serialize(json::object{{"races", std::move(list)}}) + "\n";
  return told;
}

} // namespace

void add_race_routes(front& to) {
  const auto told = explore_races();
  to.add({.pattern = "/races",
          .handle = [told](const exchange& x) { x.answer.send(json_answer(200, told->list)); }});
  to.add({.pattern = "/races/{model}/{engine}", .handle = [told](const exchange& x) {
            const auto name =
                std::string{x.parameters.at(0)} + "/" + std::string{x.parameters.at(1)};
            const auto found = told->by_name.find(name);
            x.answer.send(found == told->by_name.end() ? problem(
                              404, "no_such_race", "There is no such race; GET /races has all.")
                                                       : json_answer(200, found->second));
          }});
}

} // namespace troupe::gateway
