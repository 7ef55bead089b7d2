// SPDX-License-Identifier: BSD-3-Clause
#include "domain/compare/timeline.hpp"

#include <stdexcept>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>

using namespace troupe::compare;
namespace json = boost::json;

namespace {

const char* const small = R"({"displayTimeUnit":"ms","otherData":{"left_out":3},"traceEvents":[
{"ph":"M","name":"process_name","pid":77,"tid":0,"ts":0,"args":{"name":"troupe-x"}},
{"ph":"M","name":"thread_name","pid":77,"tid":1,"ts":0,"args":{"name":"main"}},
{"ph":"M","name":"thread_name","pid":77,"tid":2,"ts":0,"args":{"name":"door: held by"}},
{"ph":"X","name":"outer","pid":77,"tid":1,"ts":5000.5,"dur":100},
{"ph":"X","name":"waits for door","pid":77,"tid":1,"ts":5010.5,"dur":50},
{"ph":"X","name":"main","pid":77,"tid":2,"ts":5060.5,"dur":10},
{"ph":"s","name":"letter","pid":77,"tid":1,"ts":5001.5,"cat":"letter","id":1},
{"ph":"f","name":"letter","pid":77,"tid":2,"ts":5061.5,"cat":"letter","id":1,"bp":"e"}
]})";

traced_run run(const std::string& title, std::size_t workload = 0, std::string text = small) {
  return {workload, title, title, "command of " + title, std::move(text)};
}

} // namespace

BOOST_AUTO_TEST_CASE(all_runs_begin_at_zero_in_processes_of_their_own) {
  const auto all = json::parse(merged_timeline({run("one"), run("two")})).as_object();
  BOOST_TEST(all.at("otherData").at("left_out").as_int64() == 6);
  const auto& events = all.at("traceEvents").as_array();
  BOOST_REQUIRE(events.size() == 16u);
  for (std::size_t i = 0; i < events.size(); ++i)
    BOOST_TEST(events[i].at("pid").to_number<std::size_t>() == 1 + i / 8);
  BOOST_TEST(events[0].at("args").at("name").as_string() == "one");
  BOOST_TEST(events[8].at("args").at("name").as_string() == "two");
  for (const std::size_t first : {3u, 11u}) {
    BOOST_TEST(events[first].at("ts").to_number<double>() == 0.0);
    BOOST_TEST(events[first + 1].at("ts").to_number<double>() == 10.0);
  }
  BOOST_TEST(events[6].at("id") == events[7].at("id"));
  BOOST_TEST(events[14].at("id") == events[15].at("id"));
  BOOST_TEST(events[6].at("id") != events[14].at("id")); // another arrow
}

BOOST_AUTO_TEST_CASE(nothing_is_a_timeline_too) {
  BOOST_TEST(json::parse(merged_timeline({})).at("traceEvents").as_array().empty());
  const auto empty = R"({"traceEvents":[]})";
  BOOST_TEST(
      json::parse(merged_timeline({run("x", 0, empty)})).at("traceEvents").as_array().empty());
  BOOST_TEST(timeline_pictures({}).empty());
  BOOST_TEST(timeline_pictures({run("x", 0, empty)}).size() == 1u);
}

BOOST_AUTO_TEST_CASE(what_is_no_timeline_is_named) {
  for (const char* text : {"", "{", "[]", R"({"traceEvents":1})", "{}"})
    BOOST_CHECK_EXCEPTION(merged_timeline({run("crawl, near: pool", 0, text)}), std::runtime_error,
                          [](const auto& e) {
                            return std::string{e.what()} == "crawl, near: pool wrote no timeline";
                          });
}

BOOST_AUTO_TEST_CASE(a_picture_has_rows_depths_kinds_and_letters) {
  const auto pictures = timeline_pictures({run("a"), run("b"), run("c", 4)});
  BOOST_REQUIRE(pictures.size() == 2u);
  BOOST_TEST(pictures[1].at("workload").to_number<int>() == 4);
  BOOST_TEST(pictures[0].at("runs").as_array().size() == 2u);
  const auto& p = pictures[0].at("runs").at(0).as_object();
  BOOST_TEST(p.at("label").as_string() == "a");
  BOOST_TEST(p.at("command").as_string() == "command of a");
  BOOST_TEST(p.at("took_us").to_number<double>() == 100.0);
  BOOST_TEST(p.at("left_out").to_number<int>() == 3);
  const auto expected = json::parse(R"([
    {"name":"main","more":0,"slices":[[0.0,100.0,0,0,0],[10.0,50.0,1,1,1]]},
    {"name":"door: held by","more":0,"slices":[[60.0,10.0,2,2,0]]}])");
  BOOST_TEST(p.at("rows") == expected);
  BOOST_TEST(p.at("letters") == json::parse(R"([[0,1.0,1,61.0,3]])"));
  BOOST_TEST(p.at("names") == json::parse(R"(["outer","waits for door","main","letter"])"));
}

BOOST_AUTO_TEST_CASE(a_picture_says_what_it_leaves_out) {
  const auto pictures =
      timeline_pictures({run("a")}, {.rows_max = 1, .slices_max = 1, .letters_max = 0});
  const auto& p = pictures[0].at("runs").at(0).as_object();
  BOOST_REQUIRE(p.at("rows").as_array().size() == 1u);
  BOOST_TEST(p.at("rows_more").to_number<int>() == 1);
  BOOST_TEST(p.at("rows").at(0).at("name").as_string() == "main"); // the busier one
  BOOST_TEST(p.at("rows").at(0).at("more").to_number<int>() == 1);
  BOOST_TEST(p.at("rows").at(0).at("slices").as_array().size() == 1u);
  BOOST_TEST(p.at("letters").as_array().empty()); // the row that it goes to is not there
  BOOST_TEST(p.at("letters_more").to_number<int>() == 0);
  const auto less = timeline_pictures({run("a")}, {.letters_max = 0});
  BOOST_TEST(less[0].at("runs").at(0).at("letters_more").to_number<int>() == 1);
}
