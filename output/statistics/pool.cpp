#include "output/statistics/pool.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <stdexcept>

#include "output/tally/kinds.hpp"
#include "output/text.hpp"

namespace vt {
namespace {

void add_cell(Pooled& to, const ResultTally& tally, std::size_t cell) {
  to.randomised += tally.randomised[cell];
  to.evaluable += tally.evaluable[cell];
  tally.kind->add_cell(to, tally, cell);
}

/// Cells from axis a on, behind the place of the axes before it: as many steps as cells are chosen.
void add_chosen(Pooled& to, const ResultTally& tally, const std::vector<std::size_t>& sizes,
                const std::vector<std::optional<std::size_t>>& fixed, std::size_t a, std::size_t place) {
  if (a == sizes.size()) return add_cell(to, tally, place);
  const std::size_t first = fixed[a].value_or(0), end = fixed[a] ? *fixed[a] + 1 : sizes[a];
  for (std::size_t i = first; i < end; ++i) add_chosen(to, tally, sizes, fixed, a + 1, place * sizes[a] + i);
}

std::string choices(const ResultAxis& axis) {
  std::string list;
  for (std::size_t i = 0; i < axis.labels.size() && i < 12; ++i) list += (i ? ", '" : "'") + axis.labels[i] + "'";
  return axis.labels.size() > 12 ? list + ", …" : list;
}

}  // namespace

std::string to_string(const AxisValue& value) {
  if (const auto* label = std::get_if<std::string>(&value)) return *label;
  return short_number(std::get<double>(value), 6);
}

std::string to_string(const Selection& selection) {
  std::string text;
  for (const auto& [axis, value] : selection) text += (text.empty() ? "" : ", ") + axis + " = " + to_string(value);
  return text.empty() ? "all" : text;
}

std::optional<std::size_t> find_axis(const ResultTally& tally, std::string_view name) {
  for (std::size_t a = 0; a < tally.axes.size(); ++a) {
    if (tally.axes[a].name == name) return a;
  }
  return std::nullopt;
}

std::optional<std::size_t> find_cell(const ResultAxis& axis, const AxisValue& value) {
  if (const auto* number = std::get_if<double>(&value)) {
    for (std::size_t i = 0; i < axis.values.size(); ++i) {
      if (std::fabs(axis.values[i] - *number) <= 1e-9 * std::fabs(*number)) return i;
    }
    return std::nullopt;
  }
  const std::string& wanted = std::get<std::string>(value);
  for (std::size_t i = 0; i < axis.labels.size(); ++i) {
    if (axis.labels[i] == wanted) return i;
  }
  for (std::size_t i = 0; axis.kind == ResultAxisKind::quantiles && i < axis.labels.size(); ++i) {
    if (axis.labels[i].rfind(wanted + " (", 0) == 0) return i;
  }
  return std::nullopt;
}

std::string selection_flaw(const ResultTally& tally, const Selection& selection) {
  for (const auto& [name, value] : selection) {
    const auto axis = find_axis(tally, name);
    if (!axis) {
      std::vector<std::string> names;
      for (const ResultAxis& a : tally.axes) names.push_back(a.name);
      return fmt::format("tally '{}' has no axis '{}' (it has: {})", tally.name, name, fmt::join(names, ", "));
    }
    if (!find_cell(tally.axes[*axis], value)) {
      return fmt::format("axis '{}' of tally '{}' has no cell '{}' (it has: {})", name, tally.name, to_string(value),
                         choices(tally.axes[*axis]));
    }
  }
  return "";
}

Pooled pool(const ResultTally& tally, const Selection& selection) {
  if (const std::string flaw = selection_flaw(tally, selection); !flaw.empty()) throw std::invalid_argument(flaw);
  std::vector<std::optional<std::size_t>> fixed(tally.axes.size());
  for (const auto& [name, value] : selection) {
    const std::size_t axis = *find_axis(tally, name);
    fixed[axis] = find_cell(tally.axes[axis], value);
  }
  return pool_cells(tally, fixed);
}

Pooled pool_cells(const ResultTally& tally, const std::vector<std::optional<std::size_t>>& fixed) {
  const std::vector<std::size_t> sizes = axis_sizes(tally);
  Pooled pooled = tally.kind->nothing(tally);
  for (std::size_t a = 0; a < sizes.size(); ++a) {
    if (!fixed[a] && tally.axes[a].kind == ResultAxisKind::visit) pooled.repeats *= static_cast<std::int64_t>(sizes[a]);
  }
  add_chosen(pooled, tally, sizes, fixed, 0, 0);
  return pooled;
}

Pooled single_cell(const ResultTally& tally, std::size_t cell) {
  Pooled pooled = tally.kind->nothing(tally);
  add_cell(pooled, tally, cell);
  return pooled;
}

}  // namespace vt
