#pragma once
/// \file Tables of the pages that the program writes.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

namespace vt::test {

/// A file of the sources.
inline std::string page_of(const std::string& file) {
  std::ostringstream text;
  text << std::ifstream(VTRIAL_SOURCE_DIR "/" + file).rdbuf();
  return text.str();
}

/// Between `<!-- generated: name -->` and `<!-- end -->` of a page stands the table. VTRIAL_UPDATE=1 writes it anew.
inline void expect_table(const std::string& file, const std::string& name, const std::string& table) {
  const std::string mark = fmt::format("<!-- generated: {} -->\n", name);
  std::string page = page_of(file);
  const std::size_t mark_at = page.find(mark), begin = mark_at + mark.size(), end = page.find("<!-- end -->", begin);
  ASSERT_TRUE(mark_at != std::string::npos && end != std::string::npos) << name;
  if (std::getenv("VTRIAL_UPDATE") != nullptr) {
    page.replace(begin, end - begin, table);
    std::ofstream(VTRIAL_SOURCE_DIR "/" + file) << page;
    return;
  }
  EXPECT_EQ(page.substr(begin, end - begin), table) << "VTRIAL_UPDATE=1 writes it anew";
}

}  // namespace vt::test
