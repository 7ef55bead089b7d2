// SPDX-License-Identifier: BSD-3-Clause
#include "domain/crawl/sitemap_xml.hpp"

#include <algorithm>
#include <cstdint>
#include <new>
#include <span>
#include <utility>

#include <libxml/parser.h>
#include <libxml/SAX2.h>
#include <libxml/xmlerror.h>

namespace troupe::crawl {

namespace {

constexpr std::size_t ref_bytes_max = 64u << 10; // longer ones are left out

// Sitemaps are far below these. Above them libxml2 takes time that grows with the square.
constexpr std::ptrdiff_t markup_bytes_max = 64u << 10; // of one tag, comment and the like
constexpr int attributes_max = 256;                    // of one element
constexpr std::uint32_t open_max = 64;                 // elements
constexpr int namespaces_max = 256; // that hold at a place, as libxml2 counts them
constexpr int names_max = 10'000;   // different ones

std::string_view text_of(const xmlChar* s) {
  return s != nullptr ? std::string_view(reinterpret_cast<const char*>(s)) : std::string_view();
}

/// One attribute, as libxml2 hands it over.
struct attribute {
  const xmlChar* name;
  const xmlChar* prefix;
  const xmlChar* space;
  const xmlChar* begin;
  const xmlChar* end;
};

/// Returns: none, or the value. libxml2 leaves an ampersand as "&#38;" there.
std::string value_of(std::span<const attribute> all, std::string_view name) {
  std::string value;
  for (const attribute& a : all) {
    if (a.prefix != nullptr || text_of(a.name) != name)
      continue;
    value.assign(reinterpret_cast<const char*>(a.begin), static_cast<std::size_t>(a.end - a.begin));
    constexpr std::string_view escaped = "&#38;";
    for (auto at = value.find(escaped); at != value.npos; at = value.find(escaped, at + 1))
      value.replace(at, escaped.size(), "&");
  }
  return value;
}

enum class root : std::uint8_t { none, sitemap, rss, rdf, atom };

root root_of(std::string_view name) {
  return name == "urlset" || name == "sitemapindex" ? root::sitemap
         : name == "rss"                            ? root::rss
         : name == "RDF"                            ? root::rdf
         : name == "feed"                           ? root::atom
                                                    : root::none;
}

} // namespace

struct sitemap_xml::impl {
  explicit impl(taker t) : take(std::move(t)) {
    handler.initialized = XML_SAX2_MAGIC;
    handler.internalSubset = on_document_type;
    handler.startElementNs = on_start;
    handler.endElementNs = on_end;
    handler.characters = on_text;
    handler.cdataBlock = on_text;
    handler.serror = on_fault;
  }
  ~impl() {
    if (context != nullptr)
      xmlFreeParserCtxt(context);
  }
  impl(const impl&) = delete;
  impl& operator=(const impl&) = delete;

  void start(std::string_view name, std::span<const attribute> attributes);
  void end();
  void text(std::string_view t);
  bool is_entry(std::string_view name) const;
  bool is_reference(std::string_view name) const;
  void offer(std::string_view found);
  void stop() {
    ended = true;
    xmlStopParser(context);
  }
  void refuse(std::string_view why) {
    wrong = "line " + std::to_string(xmlSAX2GetLineNumber(context)) + ": ";
    wrong += why;
    stop();
  }

  static impl& self(void* x) { return *static_cast<impl*>(x); }
  static void on_start(void* x, const xmlChar* name, const xmlChar*, const xmlChar*, int,
                       const xmlChar**, int count, int, const xmlChar** attributes) {
    static_assert(sizeof(attribute) == 5 * sizeof(const xmlChar*));
    self(x).start(text_of(name), {reinterpret_cast<const attribute*>(attributes),
                                  static_cast<std::size_t>(count)});
  }
  // Declarations would cost time that grows with their square, and no sitemap needs any.
  static void on_document_type(void* x, const xmlChar*, const xmlChar*, const xmlChar*) {
    impl& me = self(x);
    if (*me.context->input->cur == '[' && !me.ended)
      me.refuse("declarations of its own");
  }
  static void on_end(void* x, const xmlChar*, const xmlChar*, const xmlChar*) { self(x).end(); }
  static void on_text(void* x, const xmlChar* text, int bytes) {
    self(x).text({reinterpret_cast<const char*>(text), static_cast<std::size_t>(bytes)});
  }
  static void on_fault(void* x, xmlErrorPtr error) {
    impl& me = self(x);
    if (error->level < XML_ERR_FATAL || !me.wrong.empty() || me.ended)
      return;
    me.wrong = "line " + std::to_string(error->line) + ": ";
    std::string_view words = error->message != nullptr ? error->message : "not well-formed";
    me.wrong += words.substr(0, words.find('\n'));
  }

  taker take;
  xmlSAXHandler handler{};
  xmlParserCtxtPtr context = nullptr;
  std::uint32_t depth = 0; // of open elements
  root what = root::none;
  std::uint32_t entry_depth = 0; // 0: in none
  bool of_index = false;         // that entry is
  bool in_ref = false;
  std::string ref;
  bool ended = false; // all that follows is of no interest
  std::string wrong;
};

bool sitemap_xml::impl::is_entry(std::string_view name) const {
  switch (what) {
  case root::sitemap:
    return depth == 2 && (name == "url" || name == "sitemap");
  case root::rss:
    return depth == 3 && name == "item";
  case root::rdf:
    return depth == 2 && name == "item";
  case root::atom:
    return depth == 2 && name == "entry";
  case root::none:
    break;
  }
  return false;
}

/// One whose text is the reference.
bool sitemap_xml::impl::is_reference(std::string_view name) const {
  return entry_depth != 0 && depth == entry_depth + 1 && what != root::atom
         && name == (what == root::sitemap ? "loc" : "link");
}

void sitemap_xml::impl::start(std::string_view name, std::span<const attribute> attributes) {
  if (ended)
    return;
  ++depth;
  if (attributes.size() > attributes_max || depth > open_max || context->nsNr > namespaces_max
      || xmlDictSize(context->dict) > names_max)
    return refuse("more names, attributes or open elements than any sitemap has");
  if (depth == 1) {
    what = root_of(name);
    if (what == root::none) {
      wrong = "no sitemap: its root is <" + std::string(name.substr(0, 40)) + ">";
      stop();
    }
  } else if (is_entry(name)) {
    entry_depth = depth;
    of_index = name == "sitemap";
  } else if (is_reference(name)) {
    in_ref = true;
    ref.clear();
  } else if (what == root::atom && entry_depth != 0 && depth == entry_depth + 1 && name == "link") {
    const auto rel = value_of(attributes, "rel");
    if (rel.empty() || rel == "alternate")
      offer(value_of(attributes, "href"));
  }
}

void sitemap_xml::impl::end() {
  if (ended)
    return;
  if (in_ref && depth == entry_depth + 1) {
    in_ref = false;
    offer(ref);
  } else if (depth == entry_depth) {
    entry_depth = 0;
  }
  --depth;
}

void sitemap_xml::impl::text(std::string_view t) {
  if (in_ref && !ended && depth == entry_depth + 1)
    ref.append(t.substr(0, ref_bytes_max + 1 - std::min(ref.size(), ref_bytes_max)));
}

void sitemap_xml::impl::offer(std::string_view found) {
  constexpr std::string_view blanks = " \t\r\n";
  const auto begin = found.find_first_not_of(blanks);
  if (begin == found.npos || found.size() > ref_bytes_max)
    return;
  found = found.substr(begin, found.find_last_not_of(blanks) - begin + 1);
  if (!take(found, of_index))
    stop();
}

sitemap_xml::sitemap_xml(taker take) : impl_(std::make_unique<impl>(std::move(take))) {}
sitemap_xml::~sitemap_xml() = default;
const std::string& sitemap_xml::wrong() const { return impl_->wrong; }

// The first four bytes tell the parser the encoding, so they come with its making.
bool sitemap_xml::read(std::string_view piece) {
  constexpr std::size_t chunk_bytes_max = 16u << 10;
  impl& my = *impl_;
  if (my.context == nullptr) {
    const auto first = std::min<std::size_t>(piece.size(), 4);
    my.context =
        xmlCreatePushParserCtxt(&my.handler, &my, piece.data(), static_cast<int>(first), nullptr);
    if (my.context == nullptr)
      throw std::bad_alloc();
    xmlCtxtUseOptions(my.context, XML_PARSE_NONET | XML_PARSE_NOWARNING);
    piece.remove_prefix(first);
  }
  while (!piece.empty() && !my.ended && my.wrong.empty()) {
    const auto chunk = piece.substr(0, chunk_bytes_max);
    xmlParseChunk(my.context, chunk.data(), static_cast<int>(chunk.size()), 0);
    piece.remove_prefix(chunk.size());
    if (const auto* left = my.context->input;
        left != nullptr && left->end - left->cur > markup_bytes_max && !my.ended)
      my.refuse("a tag or a comment of more than 64 KiB");
  }
  return !my.ended && my.wrong.empty();
}

void sitemap_xml::finish() {
  impl& my = *impl_;
  if (my.context != nullptr && !my.ended && my.wrong.empty())
    xmlParseChunk(my.context, nullptr, 0, 1);
}

} // namespace troupe::crawl
