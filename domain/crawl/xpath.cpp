// SPDX-License-Identifier: BSD-3-Clause
#include "domain/crawl/xpath.hpp"

#include <algorithm>
#include <cstring>
#include <new>
#include <stdexcept>

#include <libxml/HTMLparser.h>
#include <libxml/HTMLtree.h>
#include <libxml/SAX2.h>
#include <libxml/xpath.h>
#include <libxml/xpathInternals.h>

#include "domain/crawl/html.hpp"
#include "domain/crawl/html_mend.hpp"
#include "domain/crawl/html_spans.hpp"

namespace troupe::crawl {

namespace {

constexpr unsigned long xpath_steps_max = 50'000'000;
constexpr std::size_t walk_steps_max = 20'000'000; // over the nodes of all elements found

std::string_view text_of(const xmlChar* s) {
  return s != nullptr ? std::string_view(reinterpret_cast<const char*>(s)) : std::string_view();
}

bool is_named(const xmlNode* n, std::string_view name) {
  return n->type == XML_ELEMENT_NODE && text_of(n->name) == name;
}

/// Appends with white space folded, up to `bytes_max`. Returns: false once that is reached.
bool append_folded(std::string& out, std::string_view text, std::size_t bytes_max) {
  for (const char c : text) {
    if (!html_space(c))
      out += c;
    else if (!out.empty() && out.back() != ' ')
      out += ' ';
    if (out.size() > bytes_max)
      return false;
  }
  return true;
}

void trim_to(std::string& text, std::size_t bytes_max) {
  if (text.size() > bytes_max) {
    std::size_t n = bytes_max;
    while (n != 0 && (static_cast<unsigned char>(text[n]) & 0xc0) == 0x80)
      --n;
    text.resize(n);
  }
  while (text.ends_with(' '))
    text.pop_back();
}

std::string attribute_text(const xmlAttr* a) {
  std::string out;
  for (const xmlNode* n = a->children; n != nullptr; n = n->next)
    out += text_of(n->content);
  return out;
}

const xmlAttr* find_attribute(const xmlNode* n, std::string_view name) {
  for (const xmlAttr* a = n->properties; a != nullptr; a = a->next) {
    if (text_of(a->name) == name)
      return a;
  }
  return nullptr;
}

} // namespace

namespace {

const char* words_for(int code) {
  switch (code) {
  case XML_XPATH_UNKNOWN_FUNC_ERROR:
    return "there is no such function";
  case XML_XPATH_UNDEF_VARIABLE_ERROR:
    return "variables are not defined";
  case XML_XPATH_UNDEF_PREFIX_ERROR:
    return "namespace prefixes are not defined";
  case XML_XPATH_INVALID_TYPE:
    return "an argument has the wrong type";
  case XML_XPATH_INVALID_ARITY:
    return "a function has the wrong number of arguments";
  case XML_XPATH_UNFINISHED_LITERAL_ERROR:
  case XML_XPATH_START_LITERAL_ERROR:
    return "a quote is not closed";
  default:
    return "the expression is not well-formed";
  }
}

void say_nothing(void*, const char*, ...) {}

/// Some of libxml2's complaints go to a global function, which writes to stderr.
class quiet {
public:
  quiet() : function_(xmlGenericError), context_(xmlGenericErrorContext) {
    xmlSetGenericErrorFunc(nullptr, say_nothing);
  }
  ~quiet() { xmlSetGenericErrorFunc(context_, function_); }
  quiet(const quiet&) = delete;
  quiet& operator=(const quiet&) = delete;

private:
  xmlGenericErrorFunc function_;
  void* context_;
};

} // namespace

/// Builds libxml2's tree of a mended document.
class tree_sink final : public mend_sink {
public:
  tree_sink() {
    context_ =
        htmlCreatePushParserCtxt(nullptr, nullptr, nullptr, 0, nullptr, XML_CHAR_ENCODING_UTF8);
    if (context_ == nullptr)
      throw std::bad_alloc();
    htmlCtxtUseOptions(context_, HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING
                                     | HTML_PARSE_NONET | HTML_PARSE_IGNORE_ENC
                                     | HTML_PARSE_NODEFDTD | HTML_PARSE_COMPACT);
    // Our own bounds are depth_max and xpath_nodes_max; libxml2's end the parse without a word.
    context_->options |= XML_PARSE_HUGE;
    context_->_private = this;
    context_->sax->startElement = on_start;
    context_->sax->characters = on_text;
    context_->sax->ignorableWhitespace = on_text;
  }
  ~tree_sink() override {
    if (context_->myDoc != nullptr)
      xmlFreeDoc(context_->myDoc);
    htmlFreeParserCtxt(context_);
  }
  tree_sink(const tree_sink&) = delete;
  tree_sink& operator=(const tree_sink&) = delete;

  void take(std::string_view html) override {
    constexpr std::size_t chunk_bytes_max = 64u << 20;
    for (; !html.empty(); html.remove_prefix(std::min(html.size(), chunk_bytes_max)))
      htmlParseChunk(context_, html.data(),
                     static_cast<int>(std::min(html.size(), chunk_bytes_max)), 0);
  }
  std::size_t depth() const override { return static_cast<std::size_t>(context_->nodeNr); }
  bool wants_text() const override { return true; }
  bool may_want_text(std::string_view, std::string_view) const override { return true; }
  bool full() const override { return nodes_ >= xpath_nodes_max; }

  xmlDoc* finish() {
    htmlParseChunk(context_, nullptr, 0, 1);
    return context_->myDoc;
  }

private:
  static tree_sink& self_of(void* context) {
    return *static_cast<tree_sink*>(static_cast<xmlParserCtxt*>(context)->_private);
  }
  static void on_start(void* context, const xmlChar* name, const xmlChar** attributes) {
    tree_sink& self = self_of(context);
    ++self.nodes_;
    for (const xmlChar** a = attributes; a != nullptr && *a != nullptr; a += 2)
      self.nodes_ += 2;
    xmlSAX2StartElement(context, name, attributes);
  }
  static void on_text(void* context, const xmlChar* text, int bytes) {
    ++self_of(context).nodes_;
    xmlSAX2Characters(context, text, bytes);
  }

  htmlParserCtxtPtr context_ = nullptr;
  std::size_t nodes_ = 0;
};

struct xpath::impl {
  explicit impl(const std::string& text);
  ~impl();
  impl(const impl&) = delete;
  impl& operator=(const impl&) = delete;

  xmlXPathObject* evaluate_on(xmlDoc* doc);
  void add_element(result& out, xmlNode* element);
  void add_hit(result& out, xmlNode* node);
  void add_hits(result& out, const xmlXPathObject& value);

  // A template because the error's constness depends on libxml2's version.
  template <class Error>
  static void on_error(void* self, Error* e) {
    std::string& words = static_cast<impl*>(self)->error;
    words = words_for(e->code);
    if (e->int1 > 0)
      words += " (near character " + std::to_string(e->int1 + 1) + ")";
  }

  std::string error; // the last one in words
  xmlXPathContext* context = nullptr;
  xmlXPathCompExpr* expression = nullptr;
  html_mender mender;

  // one document's
  limits bounds;
  std::size_t steps = 0;
};

namespace {

mend_spec whole_document() {
  mend_spec s;
  s.what = mend_spec::keep::all;
  s.depth_max = open_elements_max;
  s.attribute_bytes_max = attribute_bytes_max;
  return s;
}

} // namespace

xpath::impl::impl(const std::string& text) : mender(whole_document()) {
  context = xmlXPathNewContext(nullptr);
  if (context == nullptr)
    throw std::bad_alloc();
  context->userData = this;
  context->error = on_error;
  {
    const quiet no_words;
    expression = xmlXPathCtxtCompile(context, reinterpret_cast<const xmlChar*>(text.c_str()));
  }
  if (expression != nullptr) {
    // Unknown functions, variables and prefixes come to light only when it is evaluated.
    tree_sink sink;
    sink.take("<html><body><p></p></body></html>");
    xmlXPathFreeObject(evaluate_on(sink.finish()));
  }
  if (expression == nullptr || !error.empty()) {
    const std::string why = error.empty() ? "invalid expression" : error;
    if (expression != nullptr)
      xmlXPathFreeCompExpr(expression);
    xmlXPathFreeContext(context);
    throw std::invalid_argument("the XPath cannot be used: " + why);
  }
}

xpath::impl::~impl() {
  xmlXPathFreeCompExpr(expression);
  xmlXPathFreeContext(context);
}

/// Returns: the value, to be freed; nullptr after an error.
xmlXPathObject* xpath::impl::evaluate_on(xmlDoc* doc) {
  const quiet no_words;
  error.clear();
  context->doc = doc;
  context->node = reinterpret_cast<xmlNode*>(doc);
  context->opLimit = xpath_steps_max;
  context->opCount = 0;
  xmlXPathObject* value = xmlXPathCompiledEval(expression, context);
  context->doc = nullptr;
  context->node = nullptr;
  return value;
}

/// The element's text and reference, as html.hpp says.
void xpath::impl::add_element(result& out, xmlNode* element) {
  xpath_hit hit;
  const xmlAttr* href = find_attribute(element, "href");
  bool room = true;
  for (const xmlNode* n = element; n != nullptr;) {
    if (++steps > walk_steps_max) {
      out.cut = true;
      return;
    }
    const bool skipped = is_named(n, "script") || is_named(n, "style") || is_named(n, svg_script)
                         || is_named(n, svg_style);
    if (room && (n->type == XML_TEXT_NODE || n->type == XML_CDATA_SECTION_NODE))
      room = append_folded(hit.text, text_of(n->content), bounds.item_bytes_max);
    else if (href == nullptr && is_named(n, "a"))
      href = find_attribute(n, "href");
    if (!room && href != nullptr)
      break;
    if (n->children != nullptr && n->type == XML_ELEMENT_NODE && (!skipped || n == element)) {
      n = n->children;
      continue;
    }
    while (n != element && n->next == nullptr)
      n = n->parent;
    n = n == element ? nullptr : n->next;
  }
  for (const xmlNode* n = element->parent; n != nullptr && href == nullptr; n = n->parent) {
    if (is_named(n, "a"))
      href = find_attribute(n, "href");
  }
  trim_to(hit.text, bounds.item_bytes_max);
  if (href != nullptr) {
    hit.href = attribute_text(href);
    hit.has_href = true;
  }
  out.hits.push_back(std::move(hit));
}

void xpath::impl::add_hit(result& out, xmlNode* node) {
  if (node->type == XML_ELEMENT_NODE)
    return add_element(out, node);
  if (node->type == XML_DOCUMENT_NODE || node->type == XML_HTML_DOCUMENT_NODE) {
    if (xmlNode* root = xmlDocGetRootElement(reinterpret_cast<xmlDoc*>(node)))
      add_element(out, root);
    return;
  }
  xpath_hit hit;
  const std::string text = node->type == XML_ATTRIBUTE_NODE
                               ? attribute_text(reinterpret_cast<xmlAttr*>(node))
                               : std::string(text_of(node->content));
  append_folded(hit.text, text, bounds.item_bytes_max);
  trim_to(hit.text, bounds.item_bytes_max);
  out.hits.push_back(std::move(hit));
}

void xpath::impl::add_hits(result& out, const xmlXPathObject& value) {
  if (value.type != XPATH_NODESET) {
    xmlXPathObject* copy = xmlXPathObjectCopy(const_cast<xmlXPathObject*>(&value));
    xmlChar* text = copy != nullptr ? xmlXPathCastToString(copy) : nullptr;
    xpath_hit hit;
    append_folded(hit.text, text_of(text), bounds.item_bytes_max);
    trim_to(hit.text, bounds.item_bytes_max);
    out.hits.push_back(std::move(hit));
    xmlFree(text);
    xmlXPathFreeObject(copy);
    return;
  }
  const int found = value.nodesetval != nullptr ? value.nodesetval->nodeNr : 0;
  std::size_t bytes = 0;
  for (int i = 0; i < found && !out.cut; ++i) {
    const bool room = out.hits.size() < bounds.items_per_page_max && bytes < page_item_bytes_max;
    if (!room)
      out.cut = true;
    else
      add_hit(out, value.nodesetval->nodeTab[i]);
    if (!out.hits.empty())
      bytes += out.hits.back().text.size() + out.hits.back().href.size();
  }
}

xpath::xpath(const std::string& expression) : impl_(std::make_unique<impl>(expression)) {}
xpath::~xpath() = default;
xpath::xpath(xpath&&) noexcept = default;
xpath& xpath::operator=(xpath&&) noexcept = default;

xpath::result xpath::evaluate(std::string_view html, bool xml, const limits& bounds) {
  impl& self = *impl_;
  self.bounds = bounds;
  self.steps = 0;
  result out;
  tree_sink tree;
  self.mender.run(html, xml, tree);
  out.cut = tree.full();
  xmlDoc* doc = tree.finish();
  if (doc == nullptr)
    return out;
  xmlXPathOrderDocElems(doc); // makes sorting cheap
  xmlXPathObject* value = self.evaluate_on(doc);
  if (value == nullptr) {
    out.cut = true;
    return out;
  }
  if (value->type == XPATH_NODESET && value->nodesetval != nullptr)
    xmlXPathNodeSetSort(value->nodesetval);
  self.add_hits(out, *value);
  xmlXPathFreeObject(value);
  return out;
}

} // namespace troupe::crawl
