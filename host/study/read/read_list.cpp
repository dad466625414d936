#include "host/study/read/read_list.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "host/scenario/units/units.hpp"

namespace vt {

ListedPoints::ListedPoints(const Field& file, const FileText& text_of) {
  const Text name = read_text(file);
  if (name.value.empty()) return;
  path_ = path_beside(name);
  std::optional<std::string> text = text_of(path_, file.node->where, *file.problems);
  if (!text) return;
  text_ = std::move(*text);
  table_ = read_csv(text_, path_, *file.problems);
  if (!table_) return;
  std::set<std::string> names;
  for (const CsvField& field : table_->header) {
    headers_.push_back(split_header(field.text));
    if (!names.insert(headers_.back().name).second)
      file.problems->add({path_, field.line, field.column},
                         fmt::format("column '{}' is there twice; take one away", headers_.back().name));
  }
}

const ColumnHeader* ListedPoints::header(const std::string& factor) const {
  const auto found = std::ranges::find(headers_, factor, &ColumnHeader::name);
  return found == headers_.end() ? nullptr : &*found;
}

std::vector<Node> ListedPoints::cells(const std::string& factor) const {
  const ColumnHeader* const own = header(factor);
  std::vector<Node> values;
  if (own == nullptr) return values;
  const auto column = static_cast<std::size_t>(own - headers_.data());
  for (std::size_t row = 0; row < rows(); ++row) {
    const CsvField& cell = table_->row(row)[column];
    Node node = make_text(std::string(cell.text), {path_, cell.line, cell.column});
    if (!own->unit.empty()) {
      node.text += " " + own->unit;
    } else if (const std::optional<double> number = parse_number(cell.text)) {
      node.kind = Node::Kind::number;
      node.number = *number;
    } else if (cell.text == "true" || cell.text == "false") {
      node.kind = Node::Kind::boolean;
      node.boolean = cell.text == "true";
    }
    values.push_back(std::move(node));
  }
  return values;
}

void ListedPoints::finish(const std::vector<FactorSpec>& factors, Problems& problems) const {
  for (std::size_t c = 0; c < headers_.size(); ++c)
    if (std::ranges::find(factors, headers_[c].name, &FactorSpec::name) == factors.end())
      problems.add({path_, table_->header[c].line, table_->header[c].column},
                   fmt::format("column '{}' is no factor's; write a [[factor]] of this name, or take the column away",
                               headers_[c].name));
}

}  // namespace vt
