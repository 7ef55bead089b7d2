// SPDX-License-Identifier: BSD-3-Clause
#include "io/gateway/sources.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <future>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <utility>

#include "io/sqlite/sqlite.hpp"
#include "io/http/client.hpp"
#include "io/http_server/server.hpp"

namespace troupe::gateway {

namespace {

// Made for whoever names no source of his own; gone with the process, unless it is killed.
class temporary_folder {
public:
  temporary_folder() {
    auto pattern = (std::filesystem::temp_directory_path() / "troupe-serve.XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr)
      throw std::runtime_error("cannot make a folder in "
                               + std::filesystem::temp_directory_path().string() + ": "
                               + std::strerror(errno) + "; name the sources, or set TMPDIR");
    path_ = pattern;
  }
  ~temporary_folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  temporary_folder(const temporary_folder&) = delete;
  temporary_folder& operator=(const temporary_folder&) = delete;
  const std::filesystem::path& path() const { return path_; }

private:
  std::filesystem::path path_;
};

std::unique_ptr<io::http_server> demo_api() {
  auto server = std::make_unique<io::http_server>(
      io::http_server_options{}, [](const io::server_request&, const io::answerer& answer) {
        answer.send({200, "text/plain; charset=utf-8", {}, "api result", nullptr, false});
      });
  server->start();
  return server;
}

// Takes: what a client may read: no path, no address.
source_answer failed(std::string why) {
  source_answer a;
  a.error = std::move(why);
  return a;
}

} // namespace

struct source_set::impl {
  explicit impl(source_options o) : options(std::move(o)) {}

  void cut(source_answer& a) const {
    a.cut = a.text.size() > options.text_bytes_max;
    if (a.cut)
      a.text.resize(options.text_bytes_max);
  }

  source_options options;
  std::optional<temporary_folder> folder;
  std::unique_ptr<io::http_server> api;
  std::optional<crawl::url> url;
  mutable std::mutex database_turn; // one connection, one query at a time
  std::unique_ptr<io::sqlite_db> database;
  io::io_loop loop;
  std::optional<io::http_client> client;
};

source_set::source_set(source_options options) : impl_(std::make_unique<impl>(std::move(options))) {
  auto& o = impl_->options;
  if (o.file.empty() || o.database.empty())
    impl_->folder.emplace();
  if (o.file.empty()) {
    o.file = impl_->folder->path() / "file.txt";
    std::ofstream{o.file} << "file result";
  }
  if (o.database.empty()) {
    o.database = impl_->folder->path() / "answers.db";
    io::sqlite_db made{o.database, io::sqlite_mode::create};
    made.run(
        "CREATE TABLE answers (value TEXT NOT NULL); INSERT INTO answers VALUES ('db result')");
  }
  impl_->database = std::make_unique<io::sqlite_db>(o.database, io::sqlite_mode::read);
  if (o.api_url.empty()) {
    impl_->api = demo_api();
    o.api_url = impl_->api->origin() + "/";
  }
  if (auto parsed = crawl::parse_url(o.api_url))
    impl_->url = *parsed;
  else
    throw std::runtime_error("the API's address is no http or https URL: " + o.api_url);
  io::http_options http;
  http.bounds.connect_ms_max = http.bounds.header_ms_max = http.bounds.body_ms_max =
      o.source_ms_max;
  http.bounds.body_bytes_max = 16u << 20;
  http.use_proxy_environment = impl_->api == nullptr;
  impl_->client.emplace(impl_->loop, std::move(http));
  impl_->loop.start();
  // Told now, not with the first request.
  if (auto a = read_file(); !a.error.empty())
    throw std::runtime_error(o.file + ": " + a.error);
  if (auto a = query_database(); !a.error.empty())
    throw std::runtime_error(o.database + ": " + a.error + " (" + o.query + ")");
}

source_set::~source_set() {
  impl_->client->cancel(); // those who wait are told
  impl_->client.reset();
  impl_->loop.stop();
}

const source_options& source_set::options() const { return impl_->options; }

std::string source_set::made_folder() const {
  return impl_->folder ? impl_->folder->path().string() : std::string{};
}

source_answer source_set::read_file() const {
  const auto& path = impl_->options.file;
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file{std::fopen(path.c_str(), "rbe"),
                                                       std::fclose};
  if (!file)
    return failed(std::string{"cannot be opened: "} + std::strerror(errno));
  source_answer a;
  a.text.resize(impl_->options.text_bytes_max + 1); // one more tells that there is more
  a.text.resize(std::fread(a.text.data(), 1, a.text.size(), file.get()));
  if (std::ferror(file.get()) != 0)
    return failed(std::string{"cannot be read: "} + std::strerror(errno));
  impl_->cut(a);
  return a;
}

source_answer source_set::query_database() const {
  const std::lock_guard hold{impl_->database_turn};
  try {
    io::sqlite_statement statement{*impl_->database, impl_->options.query};
    if (!statement.step())
      return failed("the query gives no row");
    source_answer a;
    a.text = statement.text(0);
    impl_->cut(a);
    return a;
  } catch (const io::sqlite_error& e) {
    std::string_view why = e.what(); // begins with the path
    why.remove_prefix(std::min(impl_->options.database.size() + 2, why.size()));
    return failed(std::string{why});
  }
}

void source_set::call_api(std::function<void(source_answer)> done) const {
  impl_->client->get(
      *impl_->url,
      [this, done = std::move(done)](const crawl::fetched& f) {
        if (f.error != crawl::fault::none) {
          auto a = failed(f.detail.empty() ? std::string{crawl::to_string(f.error)} : f.detail);
          a.late = f.error == crawl::fault::header_timeout || f.error == crawl::fault::body_timeout
                   || f.error == crawl::fault::connect_timeout;
          return done(std::move(a));
        }
        if (f.status != 200)
          return done(failed("the API answered " + std::to_string(f.status)));
        source_answer a;
        if (f.body)
          a.text = *f.body;
        impl_->cut(a);
        done(std::move(a));
      },
      {.body_bytes_max = impl_->options.text_bytes_max + 1, .cut = true});
}

source_answer source_set::call_api_and_wait(std::chrono::milliseconds longest) const {
  auto promise = std::make_shared<std::promise<source_answer>>();
  auto answer = promise->get_future();
  call_api([promise](source_answer a) { promise->set_value(std::move(a)); });
  if (answer.wait_for(longest) == std::future_status::ready)
    return answer.get();
  auto late = failed("no answer in time");
  late.late = true;
  return late;
}

} // namespace troupe::gateway
