#include "host/scenario/people/read_correlation.hpp"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "host/scenario/toml/shapes.hpp"

namespace vt {
namespace {

constexpr Range kCorrelation{-1, 1};

/// Where `name` stands among the names so far; added if it is new.
std::size_t place_of(const Text& name, std::vector<Text>& names) {
  const auto found = std::ranges::find(names, name.value, &Text::value);
  if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
  names.push_back(name);
  return names.size() - 1;
}

struct Pair {
  std::size_t i, j;
  double value;
};

std::optional<Pair> read_pair(const Field& field, std::string_view what, std::vector<Text>& names) {
  const bool is_pair = field.node->is_list() && field.node->items.size() == 3 && field.node->items[0].is_text() &&
                       field.node->items[1].is_text();
  if (!is_pair) {
    field.complain(
        fmt::format("is no pair (two {}s and their correlation are expected); write [\"a\", \"b\", 0.5]", what));
    return std::nullopt;
  }
  const std::vector<Field> items = items_of(field);
  note(items[0], {Form::Kind::text});
  const std::optional<double> value = read_number(items[2], "", kCorrelation);
  if (!value) return std::nullopt;
  const Text first{items[0].node->text, items[0].node->where}, second{items[1].node->text, items[1].node->where};
  if (first.value == second.value) {
    items[1].complain(fmt::format("is '{}' again (a pair has two {}s)", second.value, what));
    return std::nullopt;
  }
  const std::size_t i = place_of(first, names);
  return Pair{i, place_of(second, names), *value};
}

void read_pairs(const Field& field, std::string_view what, ReadCorrelations& read) {
  if (!field.node->is_list())
    return field.complain(
        fmt::format("is {} (a list of pairs is expected); write [[\"a\", \"b\", 0.5]]", words_for(field.node->kind)));
  std::vector<Pair> pairs;
  for (const Field& item : items_of(field)) {
    const std::optional<Pair> pair = read_pair(item, what, read.names);
    if (!pair) continue;
    const auto is_same = [&](const Pair& p) {
      return (p.i == pair->i && p.j == pair->j) || (p.i == pair->j && p.j == pair->i);
    };
    if (std::ranges::any_of(pairs, is_same))
      item.complain(fmt::format("repeats the pair of {} and {}; take one away", read.names[pair->i].value,
                                read.names[pair->j].value));
    else
      pairs.push_back(*pair);
  }
  const std::size_t n = read.names.size();
  read.matrix.assign(n, std::vector<double>(n, 0.0));
  for (std::size_t i = 0; i < n; ++i) read.matrix[i][i] = 1;
  for (const Pair& pair : pairs) read.matrix[pair.i][pair.j] = read.matrix[pair.j][pair.i] = pair.value;
}

void read_names_and_matrix(TableReader& reader, const Field& matrix, std::string_view what, ReadCorrelations& read) {
  const Field names = reader.need("names", fmt::format("the rows of the matrix belong to {}s", what));
  read.names = read_texts(names);
  const std::size_t n = read.names.size();
  if (!names || n == 0) return;
  if (matrix.node->is_list() && matrix.node->items.size() != n && !matrix.node->items.empty())
    return matrix.complain(
        fmt::format("has {} rows ({} {}s have {} rows of {} numbers)", matrix.node->items.size(), n, what, n, n));
  read.matrix = read_rows(matrix, n, kCorrelation);
  for (std::size_t i = 0; i < read.matrix.size(); ++i)
    for (std::size_t j = 0; j <= i; ++j) {
      if (i == j && read.matrix[i][i] != 1)
        return matrix.complain(
            fmt::format("has {} in row {} of its diagonal (correlations have 1 there)", read.matrix[i][i], i + 1));
      if (read.matrix[i][j] != read.matrix[j][i])
        return matrix.complain(fmt::format("is not symmetric ({} with {} is {}, {} with {} is {})", read.names[i].value,
                                           read.names[j].value, read.matrix[i][j], read.names[j].value,
                                           read.names[i].value, read.matrix[j][i]));
    }
}

}  // namespace

ReadCorrelations read_correlations(TableReader& reader, std::string_view what) {
  const Field pairs = reader.get("pairs"), matrix = reader.get("matrix");
  ReadCorrelations read;
  read.written = pairs ? pairs : matrix;
  if (pairs && matrix)
    matrix.complain("stands beside pairs (one of the two ways is enough); take one away");
  else if (pairs)
    read_pairs(pairs, what, read);
  else if (matrix)
    read_names_and_matrix(reader, matrix, what, read);
  else
    reader.complain("has neither pairs nor a matrix");
  if (read.matrix.size() != read.names.size()) read.matrix.clear();
  return read;
}

}  // namespace vt
