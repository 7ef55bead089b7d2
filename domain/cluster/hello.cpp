// SPDX-License-Identifier: BSD-3-Clause
#include "domain/cluster/hello.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <vector>

namespace troupe::cluster {

namespace {

constexpr std::string_view magic = "TROUPE\r\n";
constexpr std::size_t head_bytes = magic.size() + 2;

bool is_printable(char c) { return c >= ' ' && c <= '~'; }

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

template <class Number>
void put(std::string& out, Number n) {
  for (int shift = 8 * (static_cast<int>(sizeof n) - 1); shift >= 0; shift -= 8)
    out.push_back(static_cast<char>(n >> shift & 0xff));
}

void put(std::string& out, std::string_view text) {
  assert(text.size() <= text_bytes_max);
  out.push_back(static_cast<char>(text.size()));
  out += text;
}

// Takes from the front; once something is missing or wrong, nothing more is taken.
class reader {
public:
  explicit reader(std::string_view bytes) : rest_(bytes) {}

  template <class Number>
  void get(Number& n) {
    if (rest_.size() < sizeof n)
      return fail("a hello that ends too early");
    n = 0;
    for (std::size_t i = 0; i < sizeof n; ++i)
      n = static_cast<Number>(n << 8 | static_cast<unsigned char>(rest_[i]));
    rest_.remove_prefix(sizeof n);
  }

  void get(std::string& text) {
    std::uint8_t size = 0;
    get(size);
    if (size > text_bytes_max)
      return fail("a hello with a text that is too long");
    if (size > rest_.size())
      return fail("a hello that ends too early");
    const auto found = rest_.substr(0, size);
    if (!std::all_of(found.begin(), found.end(), is_printable))
      return fail("a hello with a text that is no ASCII");
    text = found;
    rest_.remove_prefix(size);
  }

  void fail(const char* why) {
    if (why_)
      return;
    why_ = why;
    rest_ = {};
  }

  const char* why() const { return why_; }
  bool at_end() const { return rest_.empty(); }

private:
  std::string_view rest_;
  const char* why_ = nullptr;
};

void read_rest(reader& in, hello& h) {
  in.get(h.carrier);
  in.get(h.types_hash);
  in.get(h.node);
  in.get(h.instance);
  in.get(h.roles);
  in.get(h.processors);
  if (!in.at_end())
    in.fail("a hello with bytes behind its end");
  if (!is_node_name(h.node))
    in.fail("a hello whose node name is none");
  if ((h.roles & ~all_roles) != 0)
    in.fail("a hello with an unknown role");
}

// "caf 0.17.6" as its name and its numbers; no numbers if they are none.
std::pair<std::string_view, std::vector<std::uint64_t>> version_of(std::string_view carrier) {
  const auto blank = std::min(carrier.find(' '), carrier.size());
  std::vector<std::uint64_t> numbers;
  bool in_number = false;
  for (const char c : carrier.substr(std::min(blank + 1, carrier.size()))) {
    const bool digit = c >= '0' && c <= '9';
    if (!digit && c != '.')
      return {carrier.substr(0, blank), {}};
    if (digit && !in_number)
      numbers.push_back(0);
    if (digit)
      numbers.back() = numbers.back() * 10 + static_cast<std::uint64_t>(c - '0');
    in_number = digit;
  }
  return {carrier.substr(0, blank), numbers};
}

// An empty text would make a sentence that nobody understands.
std::string_view or_nothing(std::string_view text) { return text.empty() ? "nothing" : text; }

std::string update(bool ours_is_older) {
  return ours_is_older ? "update this node" : "update that one";
}

std::string carrier_sentence(const hello& ours, const hello& theirs, std::string_view where) {
  std::string out = "this node runs on ";
  out += or_nothing(ours.carrier);
  out.append(", ").append(where).append(" on ").append(or_nothing(theirs.carrier)).append(": ");
  const auto [our_name, our_numbers] = version_of(ours.carrier);
  const auto [their_name, their_numbers] = version_of(theirs.carrier);
  const bool ordered = our_name == their_name && our_numbers != their_numbers
                       && !our_numbers.empty() && !their_numbers.empty();
  return out + (ordered ? update(our_numbers < their_numbers) : "build both on the same");
}

} // namespace

std::string role_words(std::uint32_t roles) {
  constexpr std::array<std::pair<role, const char*>, 4> words{
      {{crawl, "crawl"}, {primes, "primes"}, {bank, "bank"}, {jobs, "jobs"}}};
  std::string out;
  for (const auto& [bit, word] : words)
    if ((roles & bit) != 0)
      out.append(out.empty() ? "" : ", ").append(word);
  return out.empty() ? "none" : out;
}

bool is_node_name(std::string_view text) {
  const auto fits = [](char c) {
    return is_letter_or_digit(c) || c == '-' || c == '.' || c == '_';
  };
  return !text.empty() && text.size() <= 63 && is_letter_or_digit(text.front())
         && std::all_of(text.begin(), text.end(), fits);
}

std::string encode(const hello& h) {
  std::string rest;
  put(rest, h.protocol);
  put(rest, std::string_view(h.application));
  put(rest, std::string_view(h.carrier));
  put(rest, h.types_hash);
  put(rest, std::string_view(h.node));
  put(rest, h.instance);
  put(rest, h.roles);
  put(rest, h.processors);
  std::string out(magic);
  put(out, static_cast<std::uint16_t>(rest.size()));
  return out + rest;
}

decoded_hello decode(std::string_view bytes) {
  decoded_hello out;
  const auto refuse = [&out](const char* why) {
    out.state = hello_state::refused;
    out.why = why;
    out.what = {};
    return out;
  };
  const auto begin = bytes.substr(0, magic.size());
  if (begin != magic.substr(0, begin.size()))
    return refuse("something that is no hello");
  if (bytes.size() < head_bytes)
    return out;
  std::uint16_t size = 0;
  reader(bytes.substr(magic.size(), 2)).get(size);
  if (head_bytes + size > hello_bytes_max)
    return refuse("a hello that is too long");
  if (bytes.size() < head_bytes + size)
    return out;
  reader in(bytes.substr(head_bytes, size));
  in.get(out.what.protocol);
  in.get(out.what.application);
  const hello ours;
  if (out.what.protocol == ours.protocol && out.what.application == ours.application)
    read_rest(in, out.what);
  if (in.why())
    return refuse(in.why());
  out.state = hello_state::whole;
  out.bytes = head_bytes + size;
  return out;
}

std::optional<refusal> check(const hello& ours, const hello& theirs, std::string_view where) {
  const std::string other(where);
  if (ours.application != theirs.application)
    return refusal{misfit::application, other + " is '" + theirs.application + "', this is '"
                                            + ours.application + "': not of one cluster"};
  if (ours.protocol != theirs.protocol)
    return refusal{misfit::protocol, "this node speaks protocol " + std::to_string(ours.protocol)
                                         + ", " + other + " speaks "
                                         + std::to_string(theirs.protocol) + ": "
                                         + update(ours.protocol < theirs.protocol)};
  if (ours.carrier != theirs.carrier)
    return refusal{misfit::carrier, carrier_sentence(ours, theirs, where)};
  if (ours.types_hash != theirs.types_hash)
    return refusal{misfit::types, "this node and " + other
                                      + " have other lists of messages: build both from the same "
                                        "sources"};
  if (ours.instance == theirs.instance)
    return refusal{misfit::itself, other + " is this node itself"};
  return std::nullopt;
}

std::string printable(std::string_view text, std::size_t bytes_max) {
  std::string out(text.substr(0, bytes_max));
  std::replace_if(
      out.begin(), out.end(), [](char c) { return !is_printable(c); }, '?');
  return out;
}

} // namespace troupe::cluster
