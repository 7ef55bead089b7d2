// SPDX-License-Identifier: BSD-3-Clause
#include "io/site/server.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <optional>
#include <stdexcept>
#include <unordered_set>

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>

#include "io/http/asio.hpp"
#include "io/trace/trace.hpp"

namespace troupe::io {

namespace beast = boost::beast;
namespace http = beast::http;

namespace {

using stream = beast::basic_stream<tcp, loop_executor>;
using std::chrono::milliseconds;

/// Returns: the path of a request target: without scheme and host (RFC 9112, 3.2.2 asks servers to
/// take that form too), query and fragment.
std::string_view path_of(std::string_view target) {
  if (const auto scheme = target.find("://"); scheme != target.npos && target[0] != '/') {
    const auto slash = target.find('/', scheme + 3);
    target = slash == target.npos ? "/" : target.substr(slash);
  }
  return target.substr(0, target.find_first_of("?#"));
}

std::shared_ptr<const site_answer> refusal(int status, std::string_view reason,
                                           std::string_view further_fields = {}) {
  auto out = std::make_shared<site_answer>();
  out->status = status;
  out->status_line = "HTTP/1.1 " + std::to_string(status) + " ";
  out->status_line.append(reason).append("\r\n");
  out->plain.body.append(reason).append("\n");
  out->plain.fields = "Content-Type: text/plain\r\n";
  out->plain.fields.append(further_fields);
  out->plain.fields += "Content-Length: " + std::to_string(out->plain.body.size()) + "\r\n\r\n";
  return out;
}

} // namespace

struct site_server::impl {
  explicit impl(site_server_options o)
      : options(std::move(o)), acceptor(context), retry(context), last_words(context) {}
  ~impl() {
    if (log && log != stdout)
      std::fclose(log);
  }

  class session;
  void accept();
  void closed(session* s);
  void stop_now();
  void write_log(int status, std::string_view method, std::string_view target, std::size_t bytes);
  const std::string& date_line();

  site_server_options options;
  const site_answers* answers = nullptr;
  std::FILE* log = nullptr;
  bool accepting = false;
  bool stopping = false;
  bool gone = false; // destruction has begun
  std::time_t date_second = 0;
  std::string date_text;
  // Older than the context: sessions that a forced stop left behind are destroyed together with
  // the context's handlers, and leave this set then.
  std::unordered_set<session*> sessions;
  asio::io_context context{1};
  asio::basic_socket_acceptor<tcp, loop_executor> acceptor;
  loop_timer retry;      // after accept() found no free descriptor
  loop_timer last_words; // ends what does not end by itself
  std::optional<asio::signal_set> signals;
};

/// One connection. Kept alive by the operation it waits for.
class site_server::impl::session : public std::enable_shared_from_this<session> {
public:
  session(impl& server, tcp_socket socket)
      : server_(server), stream_(std::move(socket)), delay_(server.context),
        buffer_(server.options.header_bytes_max + 1'024) {
    server_.sessions.insert(this);
  }
  ~session() { server_.closed(this); }

  void read() {
    waiting_ = true;
    parser_.emplace();
    parser_->header_limit(server_.options.header_bytes_max);
    stream_.expires_after(milliseconds(server_.options.idle_ms_max));
    http::async_read_header(
        stream_, buffer_, *parser_,
        [self = shared_from_this()](beast::error_code e, std::size_t) { self->on_header(e); });
  }

  /// The server is stopping: an idle connection ends now, a busy one with its answer.
  void stop() {
    keep_alive_ = false;
    if (waiting_)
      close();
  }

private:
  void on_header(beast::error_code e) {
    waiting_ = false;
    const bool broken_request =
        e && e != http::error::end_of_stream
        && e.category() == make_error_code(http::error::bad_version).category();
    if (server_.stopping || (e && !broken_request))
      return close(); // nobody there to answer, or too late
    keep_alive_ = false;
    if (e == http::error::header_limit || e == http::error::buffer_overflow)
      return send(refusal(431, "Request Header Fields Too Large"), "-", "-", {});
    if (e)
      return send(refusal(400, "Bad Request"), "-", "-", {});

    const auto& request = parser_->get();
    const std::string_view method(request.method_string().data(), request.method_string().size());
    const std::string_view target(request.target().data(), request.target().size());
    head_only_ = request.method() == http::verb::head;
    const auto hosts = request.count(http::field::host);
    if (hosts > 1 || (hosts == 0 && request.version() >= 11))
      return send(refusal(400, "Bad Request"), method, target, {});
    if (request.method() != http::verb::get && request.method() != http::verb::head)
      return send(refusal(405, "Method Not Allowed", "Allow: GET, HEAD\r\n"), method, target, {});
    const auto length = parser_->content_length();
    // A body is not read; what would come after it cannot be found.
    keep_alive_ = parser_->keep_alive() && !parser_->chunked() && (!length || *length == 0);
    const auto encodings = request[http::field::accept_encoding];
    send(server_.answers->find(path_of(target)), method, target,
         std::string_view(encodings.data(), encodings.size()));
  }

  void send(std::shared_ptr<const site_answer> answer, std::string_view method,
            std::string_view target, std::string_view encodings) {
    answer_ = std::move(answer);
    if (trace::on())
      told_ = trace::span{"request", "answers", [&] { return target; }};
    const bool gzip = !answer_->gzip.fields.empty() && accepts_gzip(encodings);
    form_ = gzip ? &answer_->gzip : &answer_->plain;
    if (server_.stopping)
      keep_alive_ = false;
    start_ = answer_->status_line + server_.date_line();
    const bool old = method != "-" && parser_->get().version() < 11;
    if (!keep_alive_)
      start_ += "Connection: close\r\n";
    else if (old)
      start_ += "Connection: keep-alive\r\n";
    server_.write_log(answer_->status, method, target, head_only_ ? 0 : form_->body.size());
    if (server_.options.delay_ms == 0)
      return write();
    stream_.expires_never();
    delay_.expires_after(milliseconds(server_.options.delay_ms));
    delay_.async_wait([self = shared_from_this()](error_code e) {
      if (!e)
        self->write();
    });
  }

  void write() {
    const std::array<asio::const_buffer, 3> parts = {
        asio::buffer(start_), asio::buffer(form_->fields),
        head_only_ ? asio::const_buffer{} : asio::buffer(form_->body)};
    stream_.expires_after(milliseconds(server_.options.write_ms_max));
    asio::async_write(stream_, parts, [self = shared_from_this()](error_code e, std::size_t) {
      self->on_written(e);
    });
  }

  void on_written(error_code e) {
    told_.end();
    answer_.reset();
    if (e)
      return close();
    head_only_ = false;
    if (keep_alive_ && !server_.stopping)
      return read();
    // Closing with bytes unread would reset the connection and could take the answer back from
    // a client that has not read it yet: say goodbye, then hear out the other side for a while.
    error_code ignored;
    stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
    stream_.expires_after(milliseconds(server_.options.idle_ms_max < 1'000 ? 100 : 1'000));
    waiting_ = true;
    buffer_.clear();
    drain();
  }

  void drain() {
    constexpr std::size_t heard_bytes_max = 1u << 20;
    stream_.async_read_some(asio::buffer(scrap_),
                            [self = shared_from_this()](error_code e, std::size_t n) {
                              self->heard_ += n;
                              if (e || self->heard_ > heard_bytes_max || self->server_.stopping)
                                self->close();
                              else
                                self->drain();
                            });
  }

  void close() { stream_.close(); }

  impl& server_;
  stream stream_;
  loop_timer delay_;
  beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::empty_body>> parser_;
  std::shared_ptr<const site_answer> answer_; // in flight, with form_ pointing into it
  const site_answer::form* form_ = nullptr;
  trace::span told_;
  std::string start_; // status line and the fields that differ from answer to answer
  std::array<char, 4096> scrap_;
  std::size_t heard_ = 0;
  bool keep_alive_ = true;
  bool head_only_ = false;
  bool waiting_ = true; // for the client: nothing is owed to it
};

void site_server::impl::accept() {
  if (accepting || stopping || sessions.size() >= options.connections_max)
    return;
  accepting = true;
  acceptor.async_accept([this](error_code e, tcp_socket socket) {
    accepting = false;
    if (stopping)
      return;
    if (e == asio::error::no_descriptors || e == asio::error::no_memory
        || e == asio::error::no_buffer_space) {
      retry.expires_after(milliseconds(50));
      retry.async_wait([this](error_code canceled) {
        if (!canceled)
          accept();
      });
      return;
    }
    if (!e) {
      error_code ignored;
      socket.set_option(tcp::no_delay(true), ignored);
      std::make_shared<session>(*this, std::move(socket))->read();
    }
    accept();
  });
}

void site_server::impl::closed(session* s) {
  sessions.erase(s);
  if (gone)
    return;
  if (!stopping)
    accept();
  else if (sessions.empty())
    last_words.cancel();
}

void site_server::impl::stop_now() {
  if (stopping)
    return;
  stopping = true;
  error_code ignored;
  acceptor.close(ignored);
  retry.cancel();
  if (signals)
    signals->cancel(ignored);
  if (!sessions.empty()) {
    last_words.expires_after(milliseconds(options.stop_ms_max));
    last_words.async_wait([this](error_code canceled) {
      if (!canceled)
        context.stop();
    });
  }
  for (session* s : sessions)
    s->stop();
}

void site_server::impl::write_log(int status, std::string_view method, std::string_view target,
                                  std::size_t bytes) {
  if (!log)
    return;
  std::fprintf(log, "%d %.*s %.*s %zu\n", status, static_cast<int>(method.size()), method.data(),
               static_cast<int>(target.size()), target.data(), bytes);
  std::fflush(log);
}

const std::string& site_server::impl::date_line() {
  const std::time_t now = std::time(nullptr);
  if (now != date_second) {
    // strftime's names depend on the locale, HTTP's do not.
    constexpr const char* days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr const char* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    std::tm t{};
    gmtime_r(&now, &t);
    char text[80];
    std::snprintf(text, sizeof text, "Date: %s, %02d %s %04d %02d:%02d:%02d GMT\r\n",
                  days[t.tm_wday], t.tm_mday, months[t.tm_mon], t.tm_year + 1900, t.tm_hour,
                  t.tm_min, t.tm_sec);
    date_text = text;
    date_second = now;
  }
  return date_text;
}

site_server::site_server(site_server_options options)
    : impl_(std::make_unique<impl>(std::move(options))) {
  auto& o = impl_->options;
  error_code e;
  const auto address = asio::ip::make_address(o.address, e);
  if (e || !address.is_loopback())
    throw std::invalid_argument("'" + o.address
                                + "' is no loopback address (such as 127.0.0.1 or ::1)");
  const tcp::endpoint endpoint(address, o.port);
  auto& a = impl_->acceptor;
  a.open(endpoint.protocol(), e);
  if (!e)
    a.set_option(tcp::acceptor::reuse_address(true), e);
  if (!e)
    a.bind(endpoint, e);
  if (!e)
    a.listen(asio::socket_base::max_listen_connections, e);
  if (e)
    throw std::runtime_error("cannot listen on " + o.address + " port " + std::to_string(o.port)
                             + ": " + e.message());
  if (o.access_log == "-") {
    impl_->log = stdout;
  } else if (!o.access_log.empty()) {
    impl_->log = std::fopen(o.access_log.c_str(), "we");
    if (!impl_->log)
      throw std::runtime_error("cannot write " + o.access_log + ": " + std::strerror(errno));
  }
  if (o.stop_on_signals) {
    impl_->signals.emplace(impl_->context, SIGINT, SIGTERM);
    impl_->signals->async_wait([server = impl_.get()](error_code canceled, int) {
      if (!canceled)
        server->stop_now();
    });
  }
}

site_server::~site_server() { impl_->gone = true; }

std::uint16_t site_server::port() const { return impl_->acceptor.local_endpoint().port(); }

std::string site_server::origin() const {
  const auto address = impl_->acceptor.local_endpoint().address();
  const std::string text = address.to_string();
  return "http://" + (address.is_v6() ? "[" + text + "]" : text) + ":" + std::to_string(port());
}

void site_server::run(const site_answers& answers) {
  impl_->answers = &answers;
  impl_->accept();
  impl_->context.run();
}

void site_server::stop() {
  asio::post(impl_->context, [this] { impl_->stop_now(); });
}

} // namespace troupe::io
