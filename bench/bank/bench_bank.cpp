// SPDX-License-Identifier: BSD-3-Clause
// bench_bank --engine NAME [--accounts N] [--clients N] [--batch N] [--in-flight N]
//            [--ms N] [--folder DIR] [--postgres CONNECTION]
// bench_bank --list
//
// Has one engine make transfers for a while, checks that no money was made or lost, and prints what
// it came to as one JSON object. A durable engine keeps its files in a folder of its own below
// --folder, and the object says how long that disk takes to sync.

#include "bench/bank/engine.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <limits>
#include <numeric>
#include <optional>
#include <stdexcept>
#include <string>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

namespace troupe::bench {

double sync_us(const std::filesystem::path& folder) {
  constexpr int samples = 100;
  const auto file = folder / "sync";
  const int fd = ::open(file.c_str(), O_CREAT | O_WRONLY | O_APPEND, 0600);
  const auto failed = [&file] {
    throw std::system_error(errno, std::generic_category(), file.string());
  };
  if (fd < 0)
    failed();
  std::vector<double> took;
  const std::string block(4096, 'x');
  for (int i = 0; i < samples; ++i) {
    const auto begun = clock::now();
    if (::write(fd, block.data(), block.size()) != static_cast<ssize_t>(block.size())
        || ::fdatasync(fd) != 0)
      failed();
    took.push_back(std::chrono::duration<double, std::micro>(clock::now() - begun).count());
  }
  ::close(fd);
  std::filesystem::remove(file);
  std::nth_element(took.begin(), took.begin() + samples / 2, took.end());
  return took[samples / 2];
}

namespace {

struct usage_error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct options {
  const bench_engine* engine = nullptr;
  bank_setting setting;
};

const bench_engine* engine_of(std::string_view name) {
  for (const auto& engine : bank_engines())
    if (engine.name == name)
      return &engine;
  throw usage_error("there is no engine " + std::string(name) + "; see --list");
}

template <class Number>
Number number_of(std::string_view name, std::string_view text, Number most) {
  Number value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < 1 || value > most)
    throw usage_error(std::string(name) + " needs a number from 1 to " + std::to_string(most));
  return value;
}

options options_of(int argc, char** argv) {
  options o;
  for (int i = 1; i < argc; i += 2) {
    const std::string_view name = argv[i];
    if (i + 1 == argc)
      throw usage_error(std::string(name) + " needs a value");
    const std::string_view value = argv[i + 1];
    if (name == "--engine")
      o.engine = engine_of(value);
    else if (name == "--accounts")
      o.setting.accounts = number_of<std::size_t>(name, value, 10'000'000);
    else if (name == "--clients")
      o.setting.clients = number_of<unsigned>(name, value, 1'000);
    else if (name == "--batch")
      o.setting.batch = number_of<std::size_t>(name, value, 1'000'000);
    else if (name == "--in-flight")
      o.setting.in_flight = number_of<std::size_t>(name, value, 1'000'000);
    else if (name == "--ms")
      o.setting.duration = std::chrono::milliseconds(number_of<int>(name, value, 600'000));
    else if (name == "--folder")
      o.setting.folder = value;
    else if (name == "--postgres")
      o.setting.postgres = value;
    else
      throw usage_error("unknown option " + std::string(name));
  }
  if (!o.engine)
    throw usage_error("--engine is missing; see --list");
  if (o.setting.accounts < 2)
    throw usage_error("--accounts: a transfer needs two");
  if (o.engine->durable && o.setting.folder.empty())
    throw usage_error("a durable engine needs a --folder for its files");
  return o;
}

// A folder below another one, that goes away with what is in it.
class own_folder {
public:
  explicit own_folder(const std::filesystem::path& below) {
    auto pattern = (below / "bank.XXXXXX").string();
    if (!::mkdtemp(pattern.data()))
      throw std::system_error(errno, std::generic_category(), below.string());
    path_ = pattern;
  }
  ~own_folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  own_folder(const own_folder&) = delete;
  own_folder& operator=(const own_folder&) = delete;
  const std::filesystem::path& path() const { return path_; }

private:
  std::filesystem::path path_;
};

// Returns: what is wrong with the books, or "".
std::string why_wrong(const bank_setting& setting, const bank_result& r) {
  if (r.balances.size() != setting.accounts)
    return "accounts are missing";
  if (std::accumulate(r.balances.begin(), r.balances.end(), std::int64_t{0})
      != static_cast<std::int64_t>(setting.accounts) * setting.opening)
    return "money was made or lost";
  if (*std::min_element(r.balances.begin(), r.balances.end()) < 0)
    return "an account is below zero";
  if (r.refused != 0)
    return "transfers were refused";
  if (r.transfers == 0)
    return "nothing was transferred";
  return "";
}

int measure(options o) {
  std::optional<own_folder> folder;
  double sync = 0;
  if (o.engine->durable) {
    folder.emplace(o.setting.folder);
    o.setting.folder = folder->path();
    sync = sync_us(folder->path());
  }
  const auto r = o.engine->run(o.setting);
  const auto wrong = why_wrong(o.setting, r);
  std::printf("{\"engine\": \"%s\", \"accounts\": %zu, \"clients\": %u, \"batch\": %zu, "
              "\"transfers\": %llu, \"wall_s\": %.4f, \"cpu_s\": %.4f, \"transfers_s\": %.0f, "
              "\"cpu_per_wall\": %.2f, \"pinned\": %s, \"sync_us\": %.1f, \"why\": \"%s\"}\n",
              std::string(o.engine->name).c_str(), o.setting.accounts, o.setting.clients,
              o.setting.batch, static_cast<unsigned long long>(r.transfers), r.seconds, r.cpu_s,
              static_cast<double>(r.transfers) / r.seconds, r.cpu_s / r.seconds,
              r.pinned ? "true" : "false", sync, wrong.c_str());
  return wrong.empty() ? 0 : 1;
}

} // namespace
} // namespace troupe::bench

int main(int argc, char** argv) {
  using namespace troupe::bench;
  try {
    if (argc == 2 && std::string_view(argv[1]) == "--list") {
      for (const auto& engine : bank_engines())
        std::printf("%s%s\n", std::string(engine.name).c_str(), engine.durable ? " (durable)" : "");
      return 0;
    }
    return measure(options_of(argc, argv));
  } catch (const usage_error& e) {
    std::fprintf(stderr, "bench_bank: %s\n", e.what());
    return 2;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "bench_bank: %s\n", e.what());
    return 1;
  }
}
