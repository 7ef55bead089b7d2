// SPDX-License-Identifier: BSD-3-Clause
#include "domain/crawl/cookie_jar.hpp"

#include <algorithm>
#include <utility>

#include <libpsl.h>

#include "domain/crawl/html_directives.hpp"
#include "domain/crawl/percent.hpp"

namespace troupe::crawl {

namespace {

bool is_address(std::string_view host) {
  // A normalized host whose last label is a number is always an IPv4 address.
  return host.starts_with('[')
         || (!host.empty() && ascii_digit(host.back())
             && host.find_first_not_of("0123456789.") == host.npos);
}

// "moc.elpmaxe." for "example.com": what is below a domain comes right behind it.
std::string key_of(std::string_view domain) {
  std::string key(domain.rbegin(), domain.rend());
  return key += '.';
}

bool is_public_suffix(const std::string& domain) {
  const psl_ctx_t* list = psl_builtin();
  // A name that no rule is about counts as one (the list's own "*"); "localhost" is all there is of
  // such a site, and host-only cookies are not asked about.
  return list == nullptr || psl_is_public_suffix(list, domain.c_str()) != 0;
}

bool starts_any_case(std::string_view text, std::string_view with) {
  return text.size() >= with.size() && equals_any_case(text.substr(0, with.size()), with);
}

std::uint64_t bytes_of(const cookie& c) {
  return c.name.size() + c.value.size() + c.domain.size() + c.path.size();
}

bool expired(const cookie& c, std::int64_t now) {
  return c.expires_unix_s != 0 && c.expires_unix_s <= now;
}

// A name that promises how the cookie was set; the promise is checked here or nowhere.
bool keeps_promise(const set_cookie& asked, const cookie& c) {
  const std::string_view promise = c.name.empty() ? c.value : c.name;
  const bool secure = starts_any_case(promise, "__secure-");
  const bool host = starts_any_case(promise, "__host-");
  if (!secure && !host)
    return true;
  if (c.name.empty() || !c.secure)
    return false;
  return !host || (c.host_only && asked.path && c.path == "/");
}

} // namespace

bool cookie_path_matches(std::string_view request_path, std::string_view cookie_path) {
  if (!request_path.starts_with(cookie_path))
    return false;
  return request_path.size() == cookie_path.size() || cookie_path.ends_with('/')
         || request_path[cookie_path.size()] == '/';
}

bool cookie_domain_matches(std::string_view host, std::string_view domain) {
  if (host == domain)
    return true;
  return !domain.empty() && host.size() > domain.size() && host.ends_with(domain)
         && host[host.size() - domain.size() - 1] == '.' && !is_address(host);
}

std::string cookie_default_path(std::string_view request_path) {
  const auto last = request_path.rfind('/');
  if (!request_path.starts_with('/') || last == 0 || last == request_path.npos)
    return "/";
  return std::string(request_path.substr(0, last));
}

bool cookie_jar::take(const url& from, std::string_view header, std::int64_t now_unix_s) {
  auto asked = parse_set_cookie(header, now_unix_s, bounds_);
  if (!asked)
    return false;
  cookie c;
  const std::string host(from.host());
  c.domain = asked->domain;
  if (std::any_of(c.domain.begin(), c.domain.end(), [](char x) { return (x & 0x80) != 0; }))
    return false;
  if (!c.domain.empty() && is_public_suffix(c.domain)) {
    if (c.domain != host)
      return false;
    c.domain.clear(); // a site that is a suffix itself may set its own
  }
  if (!c.domain.empty() && !cookie_domain_matches(host, c.domain))
    return false;
  c.host_only = c.domain.empty();
  if (c.host_only)
    c.domain = host;
  c.path = asked->path && asked->path->starts_with('/') ? *asked->path
                                                        : cookie_default_path(from.path());
  c.secure = asked->secure;
  c.http_only = asked->http_only;
  if (c.secure && !from.https())
    return false;
  c.name = asked->name;
  c.value = asked->value;
  c.expires_unix_s = asked->expires_unix_s.value_or(0);
  if (!keeps_promise(*asked, c) || (!from.https() && overlays_secure(c)))
    return false;
  return store(std::move(c), now_unix_s);
}

bool cookie_jar::put(cookie c, std::int64_t now_unix_s) {
  if (expired(c, now_unix_s) || c.name.size() + c.value.size() > bounds_.cookie_bytes_max
      || (!c.host_only && is_public_suffix(c.domain)))
    return false;
  return store(std::move(c), now_unix_s);
}

// What came over http must not stand in for what a site said in confidence.
bool cookie_jar::overlays_secure(const cookie& c) const {
  const auto covered = [&c](const shelf& there) {
    return std::any_of(there.begin(), there.end(), [&c](const cookie& other) {
      return other.secure && other.name == c.name && cookie_path_matches(c.path, other.path);
    });
  };
  const auto key = key_of(c.domain);
  for (auto at = shelves_.lower_bound(key); at != shelves_.end() && at->first.starts_with(key);
       ++at)
    if (covered(at->second))
      return true;
  for (std::size_t dot = key.find('.'); dot != key.npos; dot = key.find('.', dot + 1))
    if (const auto at = shelves_.find(std::string_view(key).substr(0, dot + 1));
        at != shelves_.end() && covered(at->second))
      return true;
  return false;
}

bool cookie_jar::store(cookie c, std::int64_t now) {
  c.created = c.used = ++clock_;
  const auto key = key_of(c.domain);
  auto at = shelves_.find(key);
  if (at != shelves_.end()) {
    auto& there = at->second;
    for (std::size_t i = 0; i < there.size(); ++i) {
      const auto& old = there[i];
      if (old.name != c.name || old.path != c.path || old.host_only != c.host_only)
        continue;
      c.created = old.created; // its place in the line stays
      drop(there, i);
      break;
    }
  }
  if (expired(c, now)) {
    const bool removed = at != shelves_.end() && c.created != c.used;
    if (at != shelves_.end() && at->second.empty())
      shelves_.erase(at);
    return removed;
  }
  ++count_;
  bytes_ += bytes_of(c);
  shelves_[key].push_back(std::move(c));
  drop_beyond_limits(key, now);
  return true;
}

void cookie_jar::drop(shelf& from, std::size_t place) {
  --count_;
  bytes_ -= bytes_of(from[place]);
  from.erase(from.begin() + static_cast<std::ptrdiff_t>(place));
}

void cookie_jar::drop_expired(shelf& from, std::int64_t now) {
  for (std::size_t i = from.size(); i-- > 0;)
    if (expired(from[i], now))
      drop(from, i);
}

void cookie_jar::drop_beyond_limits(const std::string& key, std::int64_t now) {
  auto& there = shelves_[key];
  if (there.size() > bounds_.cookies_per_domain_max)
    drop_expired(there, now);
  // Those that go over http anyway go first (rfc6265bis, 5.7).
  while (there.size() > bounds_.cookies_per_domain_max) {
    const auto first =
        std::min_element(there.begin(), there.end(), [](const cookie& a, const cookie& b) {
          return a.secure != b.secure ? b.secure : a.used < b.used;
        });
    drop(there, static_cast<std::size_t>(first - there.begin()));
  }
  if (count_ > bounds_.cookies_max || bytes_ > bounds_.jar_bytes_max)
    make_room(now);
}

// A sixteenth more than needed: all cookies are looked at, which is not to be done for each new
// one.
void cookie_jar::make_room(std::int64_t now) {
  for (auto& [key, cookies] : shelves_)
    drop_expired(cookies, now);
  std::vector<std::pair<std::uint64_t, std::uint64_t>> oldest; // used, bytes
  for (const auto& [key, cookies] : shelves_)
    for (const auto& c : cookies)
      oldest.emplace_back(c.used, bytes_of(c));
  std::sort(oldest.begin(), oldest.end());
  const auto count_max = bounds_.cookies_max - bounds_.cookies_max / 16;
  const auto bytes_max = bounds_.jar_bytes_max - bounds_.jar_bytes_max / 16;
  auto count = count_;
  auto bytes = bytes_;
  std::uint64_t last = 0; // all that were not used after it go
  for (const auto& [used, size] : oldest) {
    if (count <= count_max && bytes <= bytes_max)
      break;
    --count;
    bytes -= size;
    last = used;
  }
  for (auto at = shelves_.begin(); at != shelves_.end();) {
    auto& cookies = at->second;
    for (std::size_t i = cookies.size(); i-- > 0;)
      if (cookies[i].used <= last)
        drop(cookies, i);
    at = cookies.empty() ? shelves_.erase(at) : std::next(at);
  }
}

std::string cookie_jar::line_for(const url& target, std::int64_t now_unix_s) {
  if (count_ == 0)
    return {};
  const auto key = key_of(target.host());
  const bool address = is_address(target.host());
  std::vector<cookie*> fitting;
  for (std::size_t dot = address ? key.size() - 1 : key.find('.'); dot != key.npos;
       dot = key.find('.', dot + 1)) {
    const auto at = shelves_.find(std::string_view(key).substr(0, dot + 1));
    if (at == shelves_.end())
      continue;
    for (auto& c : at->second)
      if ((!c.host_only || dot + 1 == key.size()) && (!c.secure || target.https())
          && !expired(c, now_unix_s) && cookie_path_matches(target.path(), c.path))
        fitting.push_back(&c);
  }
  std::sort(fitting.begin(), fitting.end(), [](const cookie* a, const cookie* b) {
    return a->path.size() != b->path.size() ? a->path.size() > b->path.size()
                                            : a->created < b->created;
  });
  std::string line;
  for (auto* c : fitting) {
    const auto bytes = c->name.size() + c->value.size() + 3;
    if (line.size() + bytes > bounds_.cookie_line_bytes_max)
      continue;
    c->used = ++clock_;
    if (!line.empty())
      line += "; ";
    if (!c->name.empty())
      line += c->name + "=";
    line += c->value;
  }
  return line;
}

std::vector<cookie> cookie_jar::all(std::int64_t now_unix_s) const {
  std::vector<cookie> out;
  for (const auto& [key, cookies] : shelves_) {
    const auto begin = static_cast<std::ptrdiff_t>(out.size());
    for (const auto& c : cookies)
      if (!expired(c, now_unix_s))
        out.push_back(c);
    std::sort(out.begin() + begin, out.end(),
              [](const cookie& a, const cookie& b) { return a.created < b.created; });
  }
  return out;
}

} // namespace troupe::crawl
