#include "tests/unit/output/sample_results.hpp"

#include <algorithm>
#include <cmath>

namespace vt::test {
namespace {

constexpr int kPatients = 6000;

/// Knuth's MMIX generator; sums of twelve uniforms are normal enough here.
class Draws {
 public:
  double uniform() {
    state_ = state_ * 6364136223846793005ULL + 1442695040888963407ULL;
    return static_cast<double>(state_ >> 11) * 0x1p-53;
  }
  double normal() {
    double sum = -6;
    for (int i = 0; i < 12; ++i) sum += uniform();
    return sum;
  }

 private:
  std::uint64_t state_ = 2010;
};

ResultAxis arm_axis() {
  return {"arm", ResultAxisKind::arm, "", "Arm", {"400 mg QD", "400 mg BID"}, {}, 0, 0, 0, {}, {}};
}

ResultAxis visit_axis(std::vector<std::string> labels, std::vector<double> days) {
  return {"visit", ResultAxisKind::visit, "day", "Visit", std::move(labels), std::move(days), 0, 0, 0, {}, {}};
}

ResultTally proportion(const char* name, const char* title, const char* score, std::vector<ResultAxis> axes) {
  ResultTally tally;
  tally.name = name, tally.title = title, tally.score = score, tally.visit = "pcr", tally.axes = std::move(axes);
  std::size_t cells = 1;
  for (const std::size_t size : axis_sizes(tally)) cells *= size;
  tally.randomised.resize(cells);
  tally.evaluable.resize(cells);
  tally.events.resize(cells);
  return tally;
}

ResultTally trough_tally() {
  const ResultAxis dose{"daily_dose_mg",
                        ResultAxisKind::values,
                        "mg",
                        "Daily dose",
                        {"300", "400", "600", "800", "other"},
                        {300, 400, 600, 800},
                        0,
                        0,
                        0,
                        {},
                        {}};
  ResultTally tally = proportion("trough", "Trough by actual dose", "trough",
                                 {visit_axis({"day 29", "month 6", "month 9", "month 12"}, {29, 183, 274, 365}), dose});
  tally.kind = find_result_kind("number");
  tally.events.clear();
  tally.unit = "ng/mL", tally.visit = "trough";
  tally.low = 10, tally.high = 20000, tally.scale = 0x1p16;  // 31 bits in the octave of 2^14
  tally.binning = {3, 12};
  const std::size_t cells = tally.cells();
  for (auto* table : {&tally.sum, &tally.square_low, &tally.square_high})
    table->resize(cells * tally.binning.summed_octaves());
  tally.clamped.resize(cells);
  tally.histogram.resize(cells * tally.binning.bins());
  return tally;
}

std::size_t bin_of(double x, std::int32_t first_octave, std::size_t bins) {
  int exponent = 0;
  const double half = std::frexp(x, &exponent);
  const auto bin = (exponent - 1 - first_octave) * 64 + static_cast<long>((2 * half - 1) * 64);
  return static_cast<std::size_t>(std::clamp<long>(bin, 0, static_cast<long>(bins) - 1));
}

void add_number(ResultTally& tally, std::size_t cell, double value) {
  const double x = std::clamp(value, tally.low, tally.high);
  const std::size_t bins = tally.binning.bins(), bin = bin_of(x, tally.binning.first_octave, bins);
  const std::size_t octave = cell * tally.binning.summed_octaves() + bin / 64;
  const auto q = std::llround(x / tally.step(bin / 64));
  ++tally.evaluable[cell];
  tally.clamped[cell] += x != value;
  tally.sum[octave] += q;
  tally.square_low[octave] += (q * q) & 0x7fffffff;
  tally.square_high[octave] += (q * q) >> 31;
  ++tally.histogram[cell * bins + bin];
}

void add_event(ResultTally& tally, std::size_t cell, bool is_seen, bool is_event) {
  ++tally.randomised[cell];
  tally.evaluable[cell] += is_seen;
  tally.events[cell] += is_seen && is_event;
}

struct Tallies {
  ResultTally mmr, by_cut, overall, trough;
};

void live(Tallies& t, Draws& draws, int id) {
  const std::size_t arm = id % 3 == 0 ? 0 : 1;
  const double exposure = std::exp(0.45 * draws.normal());
  const bool is_measured = draws.uniform() > 0.08;
  const std::size_t source_bins = 64 * 11;
  double day_29 = 0;
  for (std::size_t v = 0; v < 4; ++v) {
    const std::size_t dose = arm == 0 ? 1 - (v > 0 && draws.uniform() < 0.1) : 3 - (v > 0 && draws.uniform() < 0.35);
    const double mg[] = {300, 400, 600, 800};
    const double trough = mg[dose] * 3.1 * exposure * std::exp(0.25 * draws.normal());
    if (v == 0) day_29 = trough;
    ++t.trough.randomised[v * 5 + dose];
    if (v > 0 || is_measured) add_number(t.trough, v * 5 + dose, trough);
  }
  const std::size_t source = is_measured ? bin_of(day_29, 4, source_bins) : source_bins;
  const double latency = -std::log(draws.uniform()) * 14 / std::sqrt(day_29 / 1200);
  bool by_the_end = false;
  for (std::size_t v = 0; v < 3; ++v) {
    const bool is_event = latency<3.0 * static_cast<double>(v + 1) - 1.5, is_seen = draws.uniform()> 0.1;
    add_event(t.mmr, (arm * 3 + v) * (source_bins + 1) + source, is_seen, is_event);
    by_the_end = is_event;
  }
  add_event(t.by_cut, arm * 3 + (is_measured ? day_29 >= 1165 : 2), true, by_the_end);
  add_event(t.overall, 0, true, by_the_end);
}

Target target(const char* name, const char* tally, const char* statistic, Selection where, double value, double low,
              double high) {
  Target t;
  t.name = name, t.tally = tally, t.statistic = statistic, t.where = std::move(where);
  t.value = value, t.low = low, t.high = high;
  t.source = "made up";
  return t;
}

}  // namespace

Results sample_results() {
  ResultAxis quartile{"trough_day_29", ResultAxisKind::octaves, "ng/mL", "Trough on day 29", {}, {}, 4, 4, 11, {}, {}};
  ResultAxis bins{"trough_bins",
                  ResultAxisKind::bins,
                  "ng/mL",
                  "Trough on day 29",
                  {"< 1165", "≥ 1165", "not measured"},
                  {},
                  0,
                  0,
                  0,
                  {},
                  {}};
  Tallies t{proportion("mmr", "Major molecular response", "bcr_abl_is <= 0.1",
                       {arm_axis(), visit_axis({"month 3", "month 6", "month 9"}, {91, 183, 274}), quartile}),
            proportion("mmr_by_cut", "Major molecular response at month 9", "bcr_abl_is <= 0.1", {arm_axis(), bins}),
            proportion("overall", "", "bcr_abl_is <= 0.1", {}), trough_tally()};
  Draws draws;
  for (int id = 0; id < kPatients; ++id) live(t, draws, id);

  Results r;
  r.title = "A made-up trial: 400 mg once or twice daily";
  r.scenario_path = "made_up.toml";
  r.resolved_scenario = "title = \"A made-up trial\"  # ≥ µ <b>\n";
  r.seed = 2010, r.patients = kPatients, r.last_day = 365, r.plan_hash = 0x0123456789abcdefULL;
  r.arms = {{"400 mg QD", "400 mg every 24 h", kPatients / 3, 1},
            {"400 mg BID", "400 mg every 12 h", kPatients - kPatients / 3, 2}};
  t.trough.order = 0, t.mmr.order = 1, t.overall.order = 2, t.by_cut.order = 3;
  r.tallies = {t.mmr, t.by_cut, t.overall, t.trough};
  r.failures = {{"not finite", "", 0, 0}, {"bad trait", "pk.volume = 0 L", 2, (std::uint64_t{3} << 32) + 17}};
  r.without_value = {{"the condition of rule 'x'", "1/day > 1", 12}};
  r.sources = {{"pk.clearance", "10.6*(weight_kg/80)^0.3", "L/h", "A. Author 2005", "published", ""},
               {"pk.exposure_scale", "1.44", "", "this project", "calibrated", "median trough at 400 mg"}};
  r.records = {1, 2, 3, 255, 0};
  r.provenance = {"0.1.0",
                  "abc123",
                  "g++ 12",
                  "-O2",
                  "node7",
                  "cpu",
                  "avx2",
                  "none",
                  "vtrial run made_up.toml",
                  "2024-01-01T00:00:00Z",
                  "2024-01-01T00:00:09Z",
                  8,
                  1,
                  7.5,
                  9.25};
  return r;
}

std::vector<Target> sample_targets() {
  std::vector<Target> targets;
  const auto dose = [](double mg) { return Selection{{"daily_dose_mg", mg}}; };
  const auto cell = [](const char* arm, const char* visit) { return Selection{{"arm", arm}, {"visit", visit}}; };
  targets.push_back(target("Median trough, 400 mg", "trough", "median", dose(400), 1200, 1140, 1260));
  targets.back().kind = TargetKind::fitted, targets.back().required = true, targets.back().unit = "ng/mL";
  targets.push_back(target("Median trough, 800 mg", "trough", "median", dose(800), 2900, 2610, 3190));
  targets.back().unit = "ng/mL", targets.back().required = true;
  targets.push_back(target("Median trough, 600 mg", "trough", "median", dose(600), 1935, 1587, 1800));
  targets.back().unit = "ng/mL", targets.back().explanation = "The made-up model has linear kinetics.";
  targets.push_back(target("Trough ratio, 800 to 400 mg", "trough", "median", dose(800), 2.24, 0, 2.5));
  targets.back().over.where = dose(400);
  targets.push_back(target("MMR at month 6, 400 mg", "mmr", "itt", cell("400 mg QD", "month 6"), 0.24, 0.18, 0.32));
  targets.push_back(target("MMR at month 9, 400 mg", "mmr", "itt", cell("400 mg QD", "month 9"), 0.36, 0.28, 0.42));
  targets.push_back(target("MMR at month 6, 800 mg", "mmr", "itt", cell("400 mg BID", "month 6"), 0.35, 0.29, 0.45));
  targets.push_back(target("MMR difference at month 6", "mmr", "itt", cell("400 mg BID", "month 6"), 0.1, 0, 0.3));
  targets.back().minus.where = cell("400 mg QD", "month 6");
  targets.push_back(target("400 mg arm stays flat", "trough", "median", dose(400), 0, -0.1, 0.1));
  targets.back().spread = "visit";
  targets.push_back(target("Deaths", "deaths", "itt", {}, 0.01, 0, 0.02));
  targets.back().required = true, targets.back().explanation = "Deaths are not simulated.";
  return targets;
}

}  // namespace vt::test
