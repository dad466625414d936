#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "output/compare.hpp"
#include "output/text.hpp"

namespace vt {

std::string print_comparison_summary(const std::vector<Comparison>& rows) {
  constexpr std::size_t most_misses = 15;
  if (rows.empty()) return "No targets to compare with.\n";
  std::string out;
  for (const auto& [kind, words] :
       {std::pair(TargetKind::predicted, "predicted"), std::pair(TargetKind::fitted, "fitted")})
    if (const Score score = score_of(rows, kind); score.rows > 0)
      out += fmt::format("{}: {} of {} inside\n", words, score.inside, score.rows);
  TextTable table({"", "not inside", ">simulated", ">accepted", "", ""});
  std::size_t misses = 0;
  for (const Comparison& row : rows) {
    if (row.verdict == Verdict::inside || ++misses > most_misses) continue;
    const Target& t = row.target;
    table.row({t.required ? "*" : "", shortened(t.name, 44), simulated_number(row), target_range(t, t.low, t.high),
               row.verdict == Verdict::not_testable ? "not testable" : "",
               t.kind == TargetKind::fitted ? "fitted" : ""});
  }
  if (misses > 0) out += table.str("  ");
  if (misses > most_misses) out += fmt::format("  … and {} more\n", misses - most_misses);
  const bool none = std::ranges::none_of(rows, [](const Comparison& row) { return row.target.required; });
  out += none                      ? "No row is required.\n"
         : any_required_miss(rows) ? "A required row (*) is not inside.\n"
                                   : "Every required row (*) is inside.\n";
  return out + "Every row, and what is said of the misses: --print all\n";
}

}  // namespace vt
