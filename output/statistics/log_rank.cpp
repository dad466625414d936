#include "output/statistics/log_rank.hpp"

#include <algorithm>
#include <stdexcept>

#include "output/statistics/cholesky.hpp"
#include "output/statistics/distributions.hpp"

namespace vt {
namespace {

/// Events and patients at risk of one group, asked for at ascending times.
class Walk {
 public:
  explicit Walk(const RiskTable& table) : table_(table) {}
  struct State {
    double at_risk, events;
  };
  State at(double time) {
    while (next_ < table_.time.size() && table_.time[next_] < time) ++next_;
    if (next_ == table_.time.size()) return {0, 0};
    return {table_.at_risk[next_], table_.time[next_] == time ? table_.total_events(next_) : 0};
  }

 private:
  const RiskTable& table_;
  std::size_t next_ = 0;
};

std::vector<double> all_times(const Stratum& stratum) {
  std::vector<double> times;
  for (const RiskTable& table : stratum) times.insert(times.end(), table.time.begin(), table.time.end());
  std::ranges::sort(times);
  times.erase(std::unique(times.begin(), times.end()), times.end());
  return times;
}

void add(const Stratum& stratum, LogRank& test, Eigen::MatrixXd& variance) {
  std::vector<Walk> walks(stratum.begin(), stratum.end());
  std::vector<Walk::State> now;
  for (const double time : all_times(stratum)) {
    now.clear();
    double n = 0, d = 0;
    for (Walk& walk : walks) {
      now.push_back(walk.at(time));
      n += now.back().at_risk, d += now.back().events;
    }
    if (d == 0) continue;
    const double spread = n > 1 ? d * (n - d) / (n - 1) : 0;
    for (std::size_t i = 0; i < now.size(); ++i) {
      const double share = now[i].at_risk / n;
      test.observed[i] += now[i].events;
      test.expected[i] += d * share;
      for (std::size_t j = 0; j < now.size(); ++j)
        variance(i, j) += spread * share * ((i == j ? 1 : 0) - now[j].at_risk / n);
    }
  }
}

}  // namespace

LogRank log_rank(const std::vector<Stratum>& strata) {
  const std::size_t groups = strata.empty() ? 0 : strata[0].size();
  LogRank test{std::vector<double>(groups), std::vector<double>(groups), 0, 0, 1};
  Eigen::MatrixXd variance = Eigen::MatrixXd::Zero(groups, groups);
  for (const Stratum& stratum : strata) {
    if (stratum.size() != groups) throw std::invalid_argument("strata differ in their number of groups");
    add(stratum, test, variance);
  }
  std::vector<std::size_t> used;  // groups that were ever at risk; the last one follows from the others
  for (std::size_t g = 0; g < groups; ++g)
    if (test.expected[g] > 0) used.push_back(g);
  if (used.size() < 2) return test;
  used.pop_back();
  Eigen::VectorXd excess(used.size());
  for (std::size_t i = 0; i < used.size(); ++i) excess[i] = test.observed[used[i]] - test.expected[used[i]];
  const auto factors = cholesky(variance(used, used));
  if (!factors) return test;
  test.chi_square = excess.dot(factors->solve(excess));
  test.degrees_of_freedom = static_cast<int>(used.size());
  test.p = chi_square_above(test.chi_square, test.degrees_of_freedom);
  return test;
}

LogRank log_rank(std::span<const double> time, std::span<const int> event, std::span<const int> group,
                 std::span<const int> stratum) {
  const std::size_t n = time.size();
  if (event.size() != n || group.size() != n || (!stratum.empty() && stratum.size() != n))
    throw std::invalid_argument("times, events, groups and strata differ in length");
  const auto most = [](std::span<const int> x) { return x.empty() ? 0 : std::ranges::max(x); };
  std::vector<Stratum> strata;
  for (int s = 0; s <= most(stratum); ++s) {
    strata.emplace_back();
    for (int g = 0; g <= most(group); ++g) {
      std::vector<double> times;
      std::vector<int> events;
      for (std::size_t i = 0; i < n; ++i)
        if (group[i] == g && (stratum.empty() || stratum[i] == s)) times.push_back(time[i]), events.push_back(event[i]);
      strata.back().push_back(risk_table(times, events));
    }
  }
  return log_rank(strata);
}

}  // namespace vt
