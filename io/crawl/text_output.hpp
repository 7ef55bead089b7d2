// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <string_view>

#include "io/crawl/row_file.hpp"
#include "io/crawl/row_output.hpp"

namespace troupe::io {

/// Appends what a page comes to, and tells the file of each row's end.
using row_putter = void (*)(row_file& file, const found_page& page);

struct text_format {
  std::string_view header; ///< the first line, or ""
  row_putter put = nullptr;
};

text_format pages_as_json();
text_format pages_as_csv();
text_format items_as_json();
text_format items_as_csv();
text_format links_as_csv();

/// Rows of text in a file. Its position is the file's, in bytes.
class text_output final : public row_output {
public:
  /// Takes: a file, which two may share; the header is written if nothing was before.
  text_output(std::shared_ptr<row_file> file, text_format format, bool goes_on);

  void write(const found_page& page) override { format_.put(*file_, page); }
  void flush() override { file_->flush(); }
  std::string position() override;
  void finish(bool) override { file_->flush(); }
  const std::string& error() const override { return file_->error(); }

private:
  std::shared_ptr<row_file> file_;
  text_format format_;
};

} // namespace troupe::io
