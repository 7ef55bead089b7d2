// SPDX-License-Identifier: BSD-3-Clause
#include "domain/site/words.hpp"

#include <array>

namespace troupe::site {

namespace {

constexpr std::uint64_t golden = 0x9e3779b97f4a7c15u;

std::uint64_t mix(std::uint64_t z) {
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

// What the posts are about. Some carry the five characters that HTML cares for, on purpose.
constexpr std::array topics = {
    "线程池",
    "消息队列",
    "协程",
    "演员模型",
    "无锁栈",
    "事件循环",
    "死锁",
    "背压",
    "任务调度",
    "内存屏障",
    "条件变量",
    "读写锁",
    "actors",
    "mailboxes",
    "coroutines",
    "a thread pool",
    "semaphores",
    "futures",
    "std::vector<int>",
    "Map<K, V>",
    "C++ & Rust",
    "Q&A",
    "\"volatile\"",
    "Go's channels",
    "the event loop",
    "back-pressure",
    "epoll",
    "io_uring",
    "爬虫",
    "网络编程",
    "a < b && b < c",
    "naïve parallelism",
    "Ångström 库",
    "日志—切分",
    "分布式事务",
    "😀 表情符号",
};
constexpr std::array openings = {
    "浅谈",     "深入理解", "如何调试",  "为什么要用",  "Why we chose", "Notes on", "Inside",
    "一次关于", "重新认识", "Measuring", "A week with", "从零实现",     "Testing",  "再谈",
};
constexpr std::array endings = {
    "的实现原理", "与性能分析",   "in production", "踩坑记录", "in 200 lines",      "的那些事",
    "完全指南",   "step by step", "(上)",          "(下)",     "— what we learned", "性能对比",
};
constexpr std::array clauses = {
    "每个演员只处理自己的邮箱",
    "消息按到达的顺序逐条取出",
    "锁越少,出错的机会就越少",
    "the queue stays short",
    "a worker asks before it is given",
    "两个线程同时写同一个变量",
    "服务器每秒能回答几千个请求",
    "we measured it twice",
    "超时之后连接就被关闭",
    "nobody waits for the slowest page",
    "慢的不是处理器,而是网络",
    "内存的用量始终有上限",
    "the same input gives the same output",
    "失败的任务会被重新放回队列",
    "测试先于优化",
    "a page is fetched exactly once",
    "协程在等待时不占用线程",
    "调度器把任务分给空闲的核心",
    "计数器不需要原子操作",
    "errors are values here",
    "日志写到文件之前先缓冲",
};
constexpr std::array joints = {",", ";", ",所以", ", and ", ", because ", ",但是", ", while "};
constexpr std::array stops = {"。", ". ", "!", "? ", "。", ". "};

template <class Words>
const char* pick(dice& d, const Words& words) {
  return words[d.roll(words.size())];
}

} // namespace

dice::dice(std::uint64_t seed, std::string_view what, std::uint64_t number)
    : state_(mix(seed + golden)) {
  for (const char c : what)
    state_ = mix(state_ + golden + static_cast<unsigned char>(c));
  state_ = mix(state_ + golden * (number + 1));
}

std::uint64_t dice::next() {
  state_ += golden;
  return mix(state_);
}

std::string make_headline(dice& d) {
  std::string text = pick(d, openings);
  text.append(" ").append(pick(d, topics));
  if (d.one_in(3))
    text.append(d.one_in(2) ? " 和 " : " and ").append(pick(d, topics));
  text.append(" ").append(pick(d, endings));
  return text;
}

std::string make_prose(dice& d, std::size_t bytes_min) {
  std::string text;
  text.reserve(bytes_min + 160);
  while (text.size() < bytes_min) {
    text.append(pick(d, clauses));
    for (std::size_t more = d.roll(3); more > 0; --more)
      text.append(pick(d, joints)).append(pick(d, clauses));
    text.append(pick(d, stops));
  }
  return text;
}

std::string_view author_name(std::uint64_t user) {
  constexpr std::array<std::string_view, 12> names = {"lin",   "mei",   "oskar", "priya",
                                                      "tomas", "yuki",  "amara", "deng",
                                                      "eva",   "farid", "greta", "hana"};
  return names[user % names.size()];
}

} // namespace troupe::site
