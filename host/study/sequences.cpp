#include "host/study/sequences.hpp"

#include <boost/random/detail/sobol_table.hpp>

#include <algorithm>
#include <bit>
#include <numeric>
#include <stdexcept>
#include <utility>

#include "kernels/numerics/normal.hpp"
#include "kernels/numerics/philox.hpp"

namespace vt {

namespace {

/// Streams of a study's design, apart from those of patients by their ids.
constexpr std::uint64_t kOfDesign = ~std::uint64_t{0};
std::uint64_t word_of(std::uint64_t seed, std::uint64_t stream, std::uint64_t index) {
  const Words words = philox(seed, index, kOfDesign - stream);
  return std::uint64_t{words.w[0]} << 32 | words.w[1];
}

/// m_1 … of a dimension: the first ones of the table, then by the recurrence of its primitive polynomial.
void add_directions(std::size_t dimension, int bits, std::vector<std::uint32_t>& directions) {
  using Table = boost::random::detail::qrng_tables::sobol;
  std::vector<std::uint32_t> m(static_cast<std::size_t>(bits), 1);
  if (dimension > 0) {
    const std::uint32_t polynomial = Table::polynomial(dimension - 1);
    const int degree = std::bit_width(polynomial) - 1;
    for (int j = 0; j < bits; ++j) {
      if (j < degree) {
        m[static_cast<std::size_t>(j)] = Table::minit(dimension - 1, static_cast<std::size_t>(j));
        continue;
      }
      const auto before = [&](int k) { return m[static_cast<std::size_t>(j - k)]; };
      std::uint32_t next = before(degree) ^ before(degree) << degree;
      for (int k = 1; k < degree; ++k)
        if ((polynomial >> (degree - k) & 1u) != 0) next ^= before(k) << k;
      m[static_cast<std::size_t>(j)] = next;
    }
  }
  for (int j = 0; j < bits; ++j) directions.push_back(m[static_cast<std::size_t>(j)] << (bits - 1 - j));
}

}  // namespace

SobolSequence::SobolSequence(std::size_t dimensions) : shift_(dimensions, 0) {
  if (dimensions > kMostDimensions) throw std::out_of_range("Sobol's sequence has no so many dimensions");
  for (std::size_t d = 0; d < dimensions; ++d) add_directions(d, kBits, direction_);
}

SobolSequence::SobolSequence(std::size_t dimensions, std::uint64_t seed) : SobolSequence(dimensions) {
  for (std::size_t d = 0; d < dimensions; ++d) shift_[d] = static_cast<std::uint32_t>(word_of(seed, 0, d));
}

double SobolSequence::at(std::uint64_t point, std::size_t dimension) const {
  std::uint32_t x = shift_[dimension];
  const std::uint64_t gray = point ^ point >> 1;
  for (std::uint64_t rest = gray; rest != 0; rest &= rest - 1)
    x ^= direction_[dimension * kBits + static_cast<std::size_t>(std::countr_zero(rest))];
  return static_cast<double>(x) * 0x1p-32;
}

double random_share(std::uint64_t seed, std::uint64_t series, std::uint64_t i) {
  return uniform(word_of(seed, std::uint64_t{1} << 32 | series, i));
}

std::vector<std::vector<double>> latin_hypercube(std::size_t points, std::size_t dimensions, std::uint64_t seed) {
  std::vector<std::vector<double>> found(points, std::vector<double>(dimensions));
  std::vector<std::size_t> slice(points);
  for (std::size_t d = 0; d < dimensions; ++d) {
    std::iota(slice.begin(), slice.end(), std::size_t{0});
    for (std::size_t i = points; i > 1; --i) {
      const double u = uniform(word_of(seed, 1 + 2 * d, i));
      std::swap(slice[i - 1], slice[static_cast<std::size_t>(u * static_cast<double>(i))]);
    }
    for (std::size_t i = 0; i < points; ++i)
      found[i][d] =
          (static_cast<double>(slice[i]) + uniform(word_of(seed, 2 + 2 * d, i))) / static_cast<double>(points);
  }
  return found;
}

double off_the_ends(double u) { return std::clamp(u, 0x1p-33, 1.0 - 0x1p-33); }

namespace {

/// Which elements have the smallest value, the next one, …; of equal ones the first comes first.
std::vector<std::size_t> order_of(const std::vector<double>& values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return values[i]; });
  return order;
}

/// L·z
std::vector<double> times(const Matrix& lower, const std::vector<double>& z) {
  std::vector<double> product(z.size(), 0.0);
  for (std::size_t i = 0; i < z.size(); ++i)
    for (std::size_t j = 0; j <= i; ++j) product[i] += lower[i][j] * z[j];
  return product;
}

/// L⁻¹·z; 0 where the rows above leave nothing of a row, but for rounding: dimensions in one order by chance.
std::vector<double> solved(const Matrix& lower, std::vector<double> z) {
  constexpr double nothing = 1e-6;
  for (std::size_t i = 0; i < z.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) z[i] -= lower[i][j] * z[j];
    z[i] = lower[i][i] > nothing ? z[i] / lower[i][i] : 0.0;
  }
  return z;
}

Matrix correlations_between(const Matrix& columns) {
  Matrix found(columns.size(), std::vector<double>(columns.size()));
  const auto product = [&](std::size_t a, std::size_t b) {
    double sum = 0;
    for (std::size_t i = 0; i < columns[a].size(); ++i) sum += columns[a][i] * columns[b][i];
    return sum;
  };
  for (std::size_t a = 0; a < columns.size(); ++a)
    for (std::size_t b = 0; b < columns.size(); ++b) found[a][b] = product(a, b) / product(0, 0);
  return found;
}

}  // namespace

void correlate_by_rank(std::vector<std::vector<double>>& points, const std::vector<std::size_t>& dimensions,
                       const Matrix& correlation) {
  const std::size_t n = points.size(), k = dimensions.size();
  std::vector<double> score(n);  // by rank; every column has all of them, so the same mean, 0, and spread
  for (std::size_t r = 0; r < n; ++r)
    score[r] = normal_quantile(static_cast<double>(r + 1) / static_cast<double>(n + 1));
  Matrix scores(k, std::vector<double>(n)), sorted(k);
  for (std::size_t c = 0; c < k; ++c) {
    std::vector<double> values;
    for (const auto& point : points) values.push_back(point[dimensions[c]]);
    const std::vector<std::size_t> order = order_of(values);
    for (std::size_t r = 0; r < n; ++r) scores[c][order[r]] = score[r];
    for (const std::size_t i : order) sorted[c].push_back(values[i]);
  }
  const Matrix by_chance = cholesky_factor(correlations_between(scores)), wanted = cholesky_factor(correlation);
  for (std::size_t i = 0; i < n; ++i) {
    std::vector<double> z;
    for (std::size_t c = 0; c < k; ++c) z.push_back(scores[c][i]);
    z = times(wanted, solved(by_chance, std::move(z)));
    for (std::size_t c = 0; c < k; ++c) scores[c][i] = z[c];
  }
  for (std::size_t c = 1; c < k; ++c) {
    const std::vector<std::size_t> order = order_of(scores[c]);
    for (std::size_t r = 0; r < n; ++r) points[order[r]][dimensions[c]] = sorted[c][r];
  }
}

void correlate_by_score(std::vector<std::vector<double>>& points, const std::vector<std::size_t>& dimensions,
                        const Matrix& correlation) {
  const Matrix factor = cholesky_factor(correlation);
  for (auto& point : points) {
    std::vector<double> z;
    for (const std::size_t d : dimensions) z.push_back(normal_quantile(off_the_ends(point[d])));
    z = times(factor, z);
    for (std::size_t c = 1; c < dimensions.size(); ++c) point[dimensions[c]] = normal_cdf(z[c]);
  }
}

}  // namespace vt
