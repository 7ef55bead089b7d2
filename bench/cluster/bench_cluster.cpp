// SPDX-License-Identifier: BSD-3-Clause
//
// What a message to another process costs, beside one to an actor of the same process and beside a
// plain socket. How to read it: bench/cluster/README.md.
//
//   bench_cluster [--rounds N] [--ms N] [--tls-dir OURS --far-tls-dir THEIRS]     a JSON row a line

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <fstream>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <caf/scoped_actor.hpp>

#include "actors/cluster/process.hpp"
#include "bench/cluster/peer.hpp"
#include "messages/type_ids.hpp"
#include "runtime/mail.hpp"
#include "runtime/spawn.hpp"

namespace troupe::bench {

namespace {

using clock = std::chrono::steady_clock;
constexpr std::size_t parcel_bytes = std::size_t{64} << 10;

double seconds(clock::duration d) { return std::chrono::duration<double>(d).count(); }

double own_cpu_s() {
  rusage u{};
  ::getrusage(RUSAGE_SELF, &u);
  const auto s = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return s(u.ru_utime) + s(u.ru_stime);
}

double resident_mb() {
  std::ifstream statm("/proc/self/statm");
  double pages = 0, resident = 0;
  statm >> pages >> resident;
  return resident * static_cast<double>(::sysconf(_SC_PAGESIZE)) / 1e6;
}

// -- one load: so many questions under way at a time, for so long

struct load {
  bool parcels = false; // of 64 KiB; else one number
  std::size_t window = 1;
  clock::duration lasts{};
};
struct outcome {
  std::vector<double> us; // a question each
  double wall_s = 0;
};

// Asks, and asks again with each answer. An agent's interface is one that it can have without a
// type of its own; nobody talks to it.
class asker {
public:
  static constexpr const char* name = "asker";
  asker(cluster::follower_actor::pointer self, primes::dispatcher_actor whom, load what,
        std::shared_ptr<std::promise<outcome>> done)
      : self_(self), whom_(std::move(whom)), what_(what), done_(std::move(done)), watcher_(self) {}

  cluster::follower_actor::behavior_type make_behavior() {
    watcher_.watch(self_, whom_, [this](const caf::error&) { fail(); });
    begin_ = clock::now();
    for (std::size_t i = 0; i < what_.window; ++i)
      ask();
    return {[](const cluster::coordinator_found&) {}, [](const cluster::coordinator_lost&) {}};
  }

private:
  void ask() {
    ++under_way_;
    const auto asked = clock::now();
    const auto heard = [this, asked](const auto&) { answered(asked); };
    const auto failed = [this](const caf::error&) { fail(); };
    constexpr auto deadline = std::chrono::seconds(60);
    if (what_.parcels)
      runtime::request(self_, whom_, deadline, primes::check_lines{lines_, {}})
          .then([heard](const primes::lines_checked& x) { heard(x); }, failed);
    else
      runtime::request(self_, whom_, deadline, primes::check_primes{1, {{17}, {}}, {}})
          .then([heard](const primes::primes_checked& x) { heard(x); }, failed);
  }
  void fail() {
    done_->set_exception(std::make_exception_ptr(std::runtime_error("no answer")));
    self_->quit();
  }
  void answered(clock::time_point asked) {
    const auto now = clock::now();
    out_.us.push_back(seconds(now - asked) * 1e6);
    --under_way_;
    if (now - begin_ < what_.lasts)
      return ask();
    if (under_way_ != 0)
      return;
    out_.wall_s = seconds(now - begin_);
    done_->set_value(std::move(out_));
    self_->quit();
  }

  cluster::follower_actor::pointer self_;
  primes::dispatcher_actor whom_;
  load what_;
  std::shared_ptr<std::promise<outcome>> done_;
  runtime::watcher watcher_;
  std::shared_ptr<const std::string> lines_ = std::make_shared<std::string>(parcel_bytes, '7');
  clock::time_point begin_;
  std::size_t under_way_ = 0;
  outcome out_;
};

outcome ask_actor(caf::actor_system& system, const primes::dispatcher_actor& whom, load what) {
  auto done = std::make_shared<std::promise<outcome>>();
  auto result = done->get_future();
  const auto who = runtime::spawn<asker>(system, whom, what, done);
  return result.get();
}

// The same over a plain socket: one thread, as many questions in one write as have become due.
outcome ask_socket(std::uint16_t port, load what) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_port = htons(port);
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd, reinterpret_cast<sockaddr*>(&at), sizeof at) != 0)
    throw std::runtime_error("cannot connect");
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  constexpr std::uint32_t answer_bytes = 64;
  const raw_head head{what.parcels ? std::uint32_t{parcel_bytes} : 128u, answer_bytes};
  std::string question(sizeof head + head.size, 'q'), due, answers(answer_bytes * what.window, 0);
  std::memcpy(question.data(), &head, sizeof head);
  outcome out;
  std::vector<clock::time_point> asked; // oldest first
  std::size_t oldest = 0, half = 0;     // bytes of an answer that has not come whole
  const auto begin = clock::now();
  auto now = begin;
  std::size_t to_ask = what.window;
  while (to_ask > 0 || asked.size() > oldest) {
    due.clear();
    for (; to_ask > 0; --to_ask) {
      due += question;
      asked.push_back(now);
    }
    if (!due.empty())
      write_whole(fd, due.data(), due.size());
    const auto n = ::read(fd, answers.data(), answers.size());
    if (n <= 0)
      throw std::runtime_error("the other side has gone");
    now = clock::now();
    for (half += static_cast<std::size_t>(n); half >= answer_bytes; half -= answer_bytes) {
      out.us.push_back(seconds(now - asked[oldest++]) * 1e6);
      to_ask += now - begin < what.lasts ? 1 : 0;
    }
  }
  out.wall_s = seconds(now - begin);
  ::close(fd);
  return out;
}

// -- the ways to the other side

/// Connected to a peer of actors; whom it shows.
class far_side {
public:
  far_side(const peer_options& options, const std::string& own_tls_dir, std::uint32_t down_ms)
      : peer_(options) {
    cluster::process_options p;
    p.tls_dir = own_tls_dir;
    if (own_tls_dir.empty())
      p.name = "near";
    if (down_ms != 0)
      p.bounds.suspect_ms = down_ms - 1, p.bounds.down_ms = down_ms;
    here_.emplace(p);
    here_->start();
    std::promise<cluster::find_over> over;
    here_->seeking().find("127.0.0.1:" + std::to_string(peer_.port()),
                          [&over](cluster::find_over x) { over.set_value(std::move(x)); });
    const auto found = over.get_future().get();
    if (!found.who)
      throw std::runtime_error(found.error);
    caf::scoped_actor me{here_->system()};
    cluster::coordinator_actor coordinator;
    runtime::request(me.ptr(), found.who, std::chrono::seconds(10), cluster::whereabouts_wanted{})
        .receive([&](cluster::whereabouts& x) { coordinator = x.who; }, [](const caf::error&) {});
    if (!coordinator)
      throw std::runtime_error("no coordinator");
    runtime::request(me.ptr(), coordinator, std::chrono::seconds(10), cluster::heads_wanted{})
        .receive([&](cluster::heads_known& x) { whom_ = x.whom.primes; },
                 [](const caf::error&) { throw std::runtime_error("no head"); });
  }
  cluster::process& here() { return *here_; }
  const primes::dispatcher_actor& whom() const { return whom_; }
  const peer& other() const { return peer_; }

private:
  peer peer_;
  std::optional<cluster::process> here_;
  primes::dispatcher_actor whom_;
};

// An actor that answers at once, beside the asker.
class near_echo {
public:
  static constexpr const char* name = "near_echo";
  explicit near_echo(primes::dispatcher_actor::pointer) {}
  primes::dispatcher_actor::behavior_type make_behavior() {
    using namespace primes;
    return {
        [](const check_primes& x) -> caf::result<primes_checked> {
          return primes_checked{x.job, {verdict::prime}, {}};
        },
        [nothing = std::make_shared<const block_answer>()](
            const check_lines&) -> caf::result<lines_checked> {
          return lines_checked{nothing, 0};
        },
        [](const want_batch&) {},
        [](const numbers_done&) {},
        [](const lines_done&) {},
        [](const batch_dropped&) {},
        [](const cancel_check&) {},
        [](const checker_leaves&) -> caf::result<checker_left> { return checker_left{}; },
        [](crew_wanted) -> caf::result<crew_report> { return crew_report{}; },
    };
  }
};

// -- rows

double at_quantile(std::vector<double>& sorted, double q) {
  return sorted[std::min(sorted.size() - 1,
                         static_cast<std::size_t>(q * static_cast<double>(sorted.size())))];
}

void print_load(const char* name, const char* way, int round, const load& what, outcome o,
                double cpu_s) {
  std::sort(o.us.begin(), o.us.end());
  double sum = 0;
  for (const double x : o.us)
    sum += x;
  const auto n = static_cast<double>(o.us.size());
  std::printf(R"({"row":"%s","way":"%s","round":%d,"window":%zu,"bytes":%zu,"answers":%zu,)"
              R"("wall_s":%.4f,"cpu_s":%.3f,"cpu_wall":%.2f,"mean_us":%.1f,"p50_us":%.1f,)"
              R"("p99_us":%.1f,"per_s":%.0f,"mb_per_s":%.1f})"
              "\n",
              name, way, round, what.window, what.parcels ? parcel_bytes : std::size_t{1},
              o.us.size(), o.wall_s, cpu_s, cpu_s / o.wall_s, sum / n, at_quantile(o.us, 0.5),
              at_quantile(o.us, 0.99), n / o.wall_s,
              what.parcels ? n * static_cast<double>(parcel_bytes) / o.wall_s / 1e6 : 0.0);
  std::fflush(stdout);
}

/// Takes: `run`, which asks; whose CPU time counts beside ours.
void measure(const char* name, const char* way, int round, const load& what, const peer* other,
             const std::function<outcome()>& run) {
  const double ours = own_cpu_s(), theirs = other ? other->cpu_s() : 0;
  auto o = run();
  const double cpu = own_cpu_s() - ours + (other ? other->cpu_s() - theirs : 0);
  if (round > 0) // the first one warms up
    print_load(name, way, round, what, std::move(o), cpu);
}

void loads(int rounds, clock::duration lasts, const std::string& tls, const std::string& far_tls) {
  const std::array<std::pair<const char*, load>, 4> all{{{"request", {false, 1, lasts}},
                                                         {"small", {false, 256, lasts}},
                                                         {"parcel", {true, 1, lasts}},
                                                         {"parcels", {true, 32, lasts}}}};
  far_side plain{{}, "", 0};
  std::optional<far_side> secret;
  if (!tls.empty())
    secret.emplace(peer_options{.tls_dir = far_tls}, tls, 0);
  auto near = runtime::spawn<near_echo>(plain.here().system());
  for (int round = 0; round <= rounds; ++round)
    for (const auto& [name, what] : all) {
      const load l = what;
      const peer raw{{.raw = true}}; // serves one connection
      measure(name, "tcp", round, l, &raw, [&] { return ask_socket(raw.port(), l); });
      measure(name, "actor", round, l, nullptr,
              [&] { return ask_actor(plain.here().system(), near, l); });
      measure(name, "cluster", round, l, &plain.other(),
              [&] { return ask_actor(plain.here().system(), plain.whom(), l); });
      if (secret)
        measure(name, "cluster+tls", round, l, &secret->other(),
                [&] { return ask_actor(secret->here().system(), secret->whom(), l); });
    }
  runtime::stop(near);
}

// Ten parcels a second are taken, as many as the window lets are sent.
void slow_receiver(clock::duration lasts) {
  constexpr unsigned slow_ms = 100;
  constexpr std::size_t window = 256; // 16 MiB
  far_side far{{.slow_ms = slow_ms}, "", 0};
  const double before = resident_mb();
  auto result = std::async(std::launch::async, [&] {
    return ask_actor(far.here().system(), far.whom(), {true, window, lasts});
  });
  std::printf(
      R"({"row":"slow receiver","window":%zu,"bytes":%zu,"takes_per_s":%u,"rss_mb_before":%.1f,"rss_mb":[)",
      window, parcel_bytes, 1000 / slow_ms, before);
  const auto begin = clock::now();
  for (bool first = true; clock::now() - begin < lasts; first = false) {
    std::this_thread::sleep_for(lasts / 10);
    std::printf("%s%.1f", first ? "" : ",", resident_mb());
  }
  std::printf("]}\n");
  std::fflush(stdout);
  far.other().signal(SIGKILL); // what is under way need not come
  try {
    static_cast<void>(result.get());
  } catch (const std::exception&) {
  }
}

// From the blow until an actor that watches hears of it.
class watching {
public:
  static constexpr const char* name = "watching";
  watching(cluster::follower_actor::pointer self, primes::dispatcher_actor whom,
           std::shared_ptr<std::promise<void>> down)
      : self_(self), whom_(std::move(whom)), down_(std::move(down)), watcher_(self) {}
  cluster::follower_actor::behavior_type make_behavior() {
    watcher_.watch(self_, whom_, [this](const caf::error&) {
      down_->set_value();
      self_->quit();
    });
    return {[](const cluster::coordinator_found&) {}, [](const cluster::coordinator_lost&) {}};
  }

private:
  cluster::follower_actor::pointer self_;
  primes::dispatcher_actor whom_;
  std::shared_ptr<std::promise<void>> down_;
  runtime::watcher watcher_;
};

void detection(int rounds) {
  for (int round = 1; round <= rounds; ++round)
    for (const auto& [blow, number] :
         {std::pair{"killed", SIGKILL}, std::pair{"stopped", SIGSTOP}}) {
      far_side far{{}, "", 0};
      auto down = std::make_shared<std::promise<void>>();
      const auto who = runtime::spawn<watching>(far.here().system(), far.whom(), down);
      std::this_thread::sleep_for(std::chrono::milliseconds(700)); // the watch is there by now
      const auto begin = clock::now();
      far.other().signal(number);
      down->get_future().get();
      std::printf(R"({"row":"detection","way":"%s","round":%d,"ms":%.1f})"
                  "\n",
                  blow, round, seconds(clock::now() - begin) * 1e3);
      std::fflush(stdout);
    }
}

struct arguments {
  int rounds = 5;
  int ms = 1'000;
  std::string tls_dir, far_tls_dir;
  std::optional<peer_options> be;
};

arguments parse(int argc, char** argv) {
  arguments a;
  peer_options be;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word == "--be-raw" || word == "--be-actors") {
      be.raw = word == "--be-raw";
      a.be = be;
      continue;
    }
    if (i + 1 == argc)
      throw std::runtime_error(std::string{word} + " needs a value, or is not known");
    const std::string value = argv[++i];
    if (word == "--rounds")
      a.rounds = std::stoi(value);
    else if (word == "--ms")
      a.ms = std::stoi(value);
    else if (word == "--tls-dir")
      a.tls_dir = value;
    else if (word == "--far-tls-dir")
      a.far_tls_dir = value;
    else if (word == "--slow-ms")
      be.slow_ms = static_cast<unsigned>(std::stoul(value));
    else
      throw std::runtime_error(std::string{word} + " is not known");
  }
  if (a.be) {
    a.be->slow_ms = be.slow_ms;
    a.be->tls_dir = a.tls_dir;
  }
  return a;
}

} // namespace

} // namespace troupe::bench

int main(int argc, char** argv) {
  using namespace troupe::bench;
  try {
    const auto a = parse(argc, argv);
    if (a.be)
      return be_peer(*a.be);
    const auto lasts = std::chrono::milliseconds(a.ms);
    loads(a.rounds, lasts, a.tls_dir, a.far_tls_dir);
    slow_receiver(10 * lasts);
    detection(a.rounds);
    return 0;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "bench_cluster: %s\n", e.what());
    return 1;
  }
}
