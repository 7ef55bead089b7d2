// SPDX-License-Identifier: BSD-3-Clause
// What a run's program writes: read as far as there is credit, cut into texts, told.
#include <algorithm>
#include <cerrno>
#include <limits>
#include <utility>

#include <unistd.h>

#include "io/process/run.hpp"

namespace troupe::io {

namespace {

constexpr int reads_in_a_row = 4; // then others have their turn

} // namespace

bool process_run::may_read(outlet& o) const {
  if (!limited_ || credit_ > 0 || dropping_ || o.tail > 0)
    return true;
  return exited_ && bytes_in(o.fd.native_handle()) == 0; // only its end can come of it
}

void process_run::wait_for(outlet& o) {
  if (over_ || !o.fd.is_open() || o.waiting || !may_read(o))
    return;
  o.waiting = true;
  o.fd.async_wait(stream::wait_read, [self = shared_from_this(), &o](const error_code& error) {
    o.waiting = false;
    if (!error && !self->over_ && o.fd.is_open())
      self->read(o);
  });
}

void process_run::read(outlet& o) {
  auto& buffer = host_.buffer;
  for (int i = 0; (i < reads_in_a_row || exited_) && may_read(o); ++i) {
    const auto got = ::read(o.fd.native_handle(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0 && errno == EAGAIN)
      break;
    if (got <= 0) {
      close(o);
      break;
    }
    const auto bytes = static_cast<std::size_t>(got);
    o.tail -= std::min<std::uint64_t>(o.tail, bytes);
    took(o, {buffer.data(), bytes});
    if (over_ || (exited_ && o.tail == 0 && i >= reads_in_a_row))
      break;
    if (bytes < buffer.size() && !exited_)
      break;
  }
  if (over_)
    return;
  if (exited_ && !any_open())
    return finish();
  wait_for(o);
}

void process_run::took(outlet& o, std::string_view bytes) {
  (&o == &err_ ? end_.err_bytes : end_.out_bytes) += bytes.size();
  if (dropping_)
    return;
  const auto max = spec_.output_bytes_max;
  const bool excess = max > 0 && bytes.size() > max - passed_;
  if (excess)
    bytes = bytes.substr(0, max - passed_);
  passed_ += bytes.size();
  if (on_text_) {
    process_text text;
    text.err = &o == &err_;
    if (o.kind == process_output::chunks) {
      text.chunk.assign(bytes);
      text.bytes = bytes.size();
    } else {
      text.bytes = o.lines.feed(bytes, text.lines);
      if (excess)
        text.bytes += o.lines.flush(text.lines);
    }
    tell(std::move(text));
  }
  if (!excess || over_)
    return;
  dropping_ = true;
  end_.output_cut = true;
  if (spec_.at_output_max == process_excess::kill && !exited_)
    stop(process_end::ending::output_limit);
}

void process_run::tell(process_text text) {
  if (text.bytes == 0)
    return;
  credit_ -= limited_ ? static_cast<std::int64_t>(text.bytes) : 0;
  on_text_(std::move(text));
}

void process_run::close(outlet& o) {
  error_code ignored;
  o.fd.close(ignored);
  process_text text;
  text.err = &o == &err_;
  text.bytes = o.lines.flush(text.lines);
  tell(std::move(text));
}

void process_run::more(std::uint64_t bytes) {
  constexpr auto most = std::numeric_limits<std::int64_t>::max() / 2;
  credit_ += static_cast<std::int64_t>(std::min<std::uint64_t>(bytes, most));
  credit_ = std::min(credit_, most);
  if (over_ || pid_ < 0)
    return;
  wait_for(out_);
  wait_for(err_);
}

} // namespace troupe::io
