// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "io/http_server/answer.hpp"
#include "io/http_server/request.hpp"

namespace troupe::test {

/// A request without a connection.
class fake_request final : public io::server_request {
public:
  fake_request(io::http_method m, std::string path) : method_(m), path_(std::move(path)) {}
  fake_request& with(std::string name, std::string value) {
    fields_.emplace_back(std::move(name), std::move(value));
    return *this;
  }
  fake_request& with_body(std::string b) {
    body_ = std::move(b);
    return *this;
  }
  fake_request& with_tls() {
    tls_ = true;
    return *this;
  }

  io::http_method method() const override { return method_; }
  std::string_view path() const override { return path_; }
  std::string_view query() const override { return ""; }
  std::string_view field(std::string_view name) const override;
  std::size_t field_count(std::string_view name) const override;
  std::string_view body() const override { return body_; }
  std::string_view peer() const override { return "127.0.0.1"; }
  bool over_tls() const override { return tls_; }

private:
  io::http_method method_;
  std::string path_, body_;
  std::vector<std::pair<std::string, std::string>> fields_;
  bool tls_ = false;
};

/// Takes what comes, and keeps nothing.
class deaf_stream final : public io::answer_stream {
public:
  bool write(std::string) override { return true; }
  void when_room(std::function<void()>) override {}
  void end() override {}
};

/// What was answered where there is no server: its answerers write here. Of a stream that is its
/// head.
struct fake_answers {
  std::optional<io::server_answer> first;
  int sent = 0;
  std::string label;
};
io::answerer answerer_to(std::shared_ptr<fake_answers> where);

} // namespace troupe::test
