#include "output/results.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "output/sha256.hpp"
#include "output/statistics/quantile_groups.hpp"
#include "output/tally/kinds.hpp"

namespace vt {
namespace {

std::size_t labelled_cells(const ResultAxis& axis) {
  if (axis.labels.empty() && axis.kind == ResultAxisKind::octaves && axis.octaves > 0)
    return std::size_t{64} * axis.octaves + 1;
  return axis.labels.size();
}

void add(Sha256& hash, const ResultAxis& axis) {
  hash.text(axis.name);
  hash.text(entry_of(axis.kind).name);
  hash.integer(axis.labels.size());
  for (const std::string& label : axis.labels) hash.text(label);
  hash.numbers(coordinate(axis));
  hash.numbers(axis.cuts);
  hash.integers(axis.group_patients);
}

}  // namespace

void add_to_hash(Sha256& hash, const ResultTally& tally) {
  hash.text(tally.name);
  hash.text(to_string(tally.kind));
  hash.integer(tally.axes.size());
  for (const ResultAxis& axis : tally.axes) add(hash, axis);
  hash.integers(tally.randomised);
  hash.integers(tally.evaluable);
  tally.kind->hash(hash, tally);
}

double Binning::edge(std::uint64_t bin) const {
  if (equal > 0) return from + width * static_cast<double>(bin);
  const double place = static_cast<double>(bin % per_octave) / per_octave;
  const std::uint64_t octave = bin / per_octave;
  if (octave < linear) return std::ldexp(place, first_octave);
  return std::ldexp(1.0 + place, first_octave + static_cast<int>(octave) - static_cast<int>(linear));
}

double ResultTally::step(std::uint64_t octave) const {
  const int beneath = static_cast<int>(binning.summed_octaves() - 1 - std::max<std::uint64_t>(octave, binning.linear));
  return std::ldexp(1.0 / scale, -beneath);
}

std::vector<double> coordinate(const ResultAxis& axis) {
  std::vector<double> values = axis.values;
  if (!values.empty()) values.resize(labelled_cells(axis), std::numeric_limits<double>::quiet_NaN());
  return values;
}

std::vector<std::size_t> axis_sizes(const ResultTally& tally) {
  std::vector<std::size_t> sizes;
  std::size_t known = 1, unknown = 0;
  for (const ResultAxis& axis : tally.axes) {
    sizes.push_back(labelled_cells(axis));
    sizes.back() > 0 ? known *= sizes.back() : ++unknown;
  }
  if (unknown == 1) std::replace(sizes.begin(), sizes.end(), std::size_t{0}, tally.cells() / known);
  return sizes;
}

std::size_t axis_cells(const ResultTally& tally) {
  std::size_t cells = 1;
  for (const std::size_t size : axis_sizes(tally)) cells *= size;
  return cells;
}

std::string axes_flaw(const ResultTally& tally) {
  std::size_t cells = 1;
  for (const std::size_t size : axis_sizes(tally)) {
    if (size == 0 || cells > (std::size_t{1} << 40) / size) return "an axis has no cells, or far too many";
    cells *= size;
  }
  for (const ResultAxis& axis : tally.axes) {
    if (axis.name.empty() || axis.name.find_first_of(" /\n") != std::string::npos) return "an axis has no proper name";
  }
  return tally.kind->flaw(tally);
}

std::string shape_flaw(const ResultTally& tally) {
  if (std::string flaw = axes_flaw(tally); !flaw.empty()) return flaw;
  const std::size_t cells = axis_cells(tally);
  for (const CountTable& table : count_tables(tally.kind))
    if ((tally.*table.member).size() != cells * per_cell(table.axes, tally))
      return std::string("its table '") + table.name + "' does not match the axes";
  return "";
}

std::string size_in_words(const Results& results) {
  std::string text = std::to_string(results.patients) + " patients";
  if (results.replicates > 1) text += " × " + std::to_string(results.replicates) + " replicates";
  if (results.first_patient != 0) text += ", from patient " + std::to_string(results.first_patient) + " on";
  return text;
}

std::string patient_text(std::uint64_t id, std::uint64_t replicates) {
  const std::string patient = "patient " + std::to_string(number_in_replicate(id));
  return replicates > 1 ? patient + " of replicate " + std::to_string(replicate_of(id)) : patient;
}

std::vector<const ResultTally*> in_scenario_order(const Results& results) {
  std::vector<const ResultTally*> tallies;
  for (const ResultTally& tally : results.tallies) tallies.push_back(&tally);
  std::ranges::stable_sort(tallies, {}, [](const ResultTally* tally) { return tally->order; });
  return tallies;
}

std::int64_t rejected(const Results& results) {
  std::int64_t all = 0;
  for (const ScreeningCount& count : results.screening) all += count.rejected;
  return all;
}

std::string content_hash(const Results& results) {
  if (has_octaves(results)) {
    Results cut = results;
    collapse_quantiles(cut);
    return content_hash(cut);
  }
  std::vector<const ResultTally*> tallies;
  for (const ResultTally& tally : results.tallies) tallies.push_back(&tally);
  std::sort(tallies.begin(), tallies.end(), [](auto* a, auto* b) { return a->name < b->name; });
  Sha256 hash;
  hash.text("vtrial-content-3");
  hash.integer(results.plan_hash);
  if (results.first_patient != 0) {
    hash.text("first patient");
    hash.integer(results.first_patient);
  }
  hash.integer(tallies.size());
  for (const ResultTally* tally : tallies) add_to_hash(hash, *tally);
  for (const ScreeningCount& count : results.screening) {
    hash.text(count.criterion);
    hash.integer(static_cast<std::uint64_t>(count.rejected));
  }
  hash.integer(results.rules.size());
  for (const RuleResult& rule : results.rules) {
    hash.text(rule.name);
    hash.integers(rule.fired);
    hash.integers(rule.patients);
  }
  hash.integer(results.leaving.size());
  for (const LeavingResult& leaving : results.leaving) {
    hash.text(leaving.reason);
    hash.integers(leaving.patients);
  }
  hash.integer(results.records.size());
  hash.bytes(results.records.data(), results.records.size());
  if (results.columns.is_there() && !results.columns.is_recorded) {
    const PatientColumns& columns = results.columns;
    for (const auto* texts : {&columns.names, &columns.lives}) {
      hash.integer(texts->size());
      for (const std::string& text : *texts) hash.text(text);
    }
    hash.integers(columns.arm);
    hash.numbers(columns.values);
  }
  return hash.hex();
}

}  // namespace vt
