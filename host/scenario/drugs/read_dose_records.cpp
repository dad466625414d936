#include <algorithm>
#include <filesystem>
#include <optional>
#include <span>
#include <unordered_map>

#include <fmt/format.h>

#include "host/scenario/sections.hpp"
#include "host/scenario/toml/csv.hpp"
#include "host/scenario/units/units.hpp"
#include "output/sha256.hpp"

/// \file Dose records: who took how much, and when.

namespace vt {
namespace {

constexpr std::size_t kMostDoses = 5'000'000;
constexpr double kMostDose_mg = 1e6;
constexpr std::size_t kMostProblems = 20;
constexpr std::size_t kShortestRow = std::string_view("0,0,1\n").size();
constexpr double kLatest_h = kHoursPerDay - kMorning_h;  ///< after the nominal morning dose, what belongs to a day

/// The rows of a file on their way into the scenario.
class DoseReader {
 public:
  DoseReader(Scenario& scenario, std::string file, Problems& problems)
      : scenario_(scenario), records_(scenario.dose_records), file_(std::move(file)), problems_(problems) {
    for (std::size_t row = 0; row < scenario.table.ids.size(); ++row) {
      const auto [twin, is_new] = rows_.try_emplace(scenario.table.ids[row], static_cast<std::uint32_t>(row));
      if (!is_new) twin->second = kTwice;
    }
  }

  bool take(std::span<const CsvField> line) {
    if (!has_header_) return take_header(line);
    take_dose(line);
    return mistakes_ < kMostProblems && records_.doses.size() <= kMostDoses;
  }

  /// Patients in ascending order, with their doses.
  void finish() {
    if (!std::ranges::is_sorted(blocks_, {}, &Block::patient)) sort();
    for (const Block& block : blocks_) {
      records_.patients.push_back(block.patient);
      records_.first.push_back(static_cast<std::uint32_t>(block.first));
    }
    records_.first.push_back(static_cast<std::uint32_t>(records_.doses.size()));
  }

 private:
  static constexpr std::uint32_t kTwice = 0xffffffffu;

  /// One patient's rows, which stand together.
  struct Block {
    std::uint32_t patient;
    std::size_t first, last;  ///< of the doses
  };
  /// A dose's time, also where nothing was taken.
  struct Moment {
    std::int32_t day;
    double time_h;
  };

  void sort() {
    std::ranges::sort(blocks_, {}, &Block::patient);
    std::vector<DoseRecordsSpec::Dose> doses;
    doses.reserve(records_.doses.size());
    for (Block& block : blocks_) {
      const std::size_t first = doses.size();
      doses.insert(doses.end(), records_.doses.begin() + static_cast<std::ptrdiff_t>(block.first),
                   records_.doses.begin() + static_cast<std::ptrdiff_t>(block.last));
      block = {block.patient, first, doses.size()};
    }
    records_.doses = std::move(doses);
  }

  void complain(const CsvField& cell, const std::string& text) {
    ++mistakes_;
    problems_.add({file_, cell.line, cell.column}, text);
  }

  bool take_header(std::span<const CsvField> line) {
    has_header_ = true;
    for (std::size_t c = 0; c < line.size(); ++c) {
      const ColumnHeader header = split_header(line[c].text);
      int* place = header.name == "id" || header.name == "ID" ? &id_
                   : header.name == "day"                     ? &day_
                   : header.name == "hour"                    ? &hour_
                   : header.name == "clock"                   ? &clock_
                   : header.name == "dose"                    ? &dose_
                                                              : nullptr;
      if (place == nullptr)
        complain(line[c], fmt::format("column '{}' says nothing about a dose (columns are id, day, hour or clock, and "
                                      "dose [mg]); take it away",
                                      line[c].text));
      else if (*place >= 0)
        complain(line[c], fmt::format("column '{}' stands twice; take one away", header.name));
      else
        *place = static_cast<int>(c);
      if (header.name != "dose") continue;
      const std::optional<Unit> unit = parse_unit(header.unit), mg = parse_unit("mg");
      if (unit && unit->dimension == mg->dimension)
        to_mg_ = Conversion(*unit, *mg);
      else
        complain(line[c], "column 'dose' has no unit of mass; write 'dose [mg]' as its header");
    }
    for (const auto& [place, name] : {std::pair(id_, "id"), std::pair(day_, "day"), std::pair(dose_, "dose [mg]")})
      if (place < 0) complain(line[0], fmt::format("there is no column '{}'", name));
    if (hour_ >= 0 && clock_ >= 0)
      complain(line[static_cast<std::size_t>(clock_)],
               "column 'clock' stands beside 'hour' (one of the two tells the time); take one away");
    if (scenario_.table.file.is_set() && scenario_.table.ids.empty())
      complain(line[0], fmt::format("dose records name patients by id, and '{}' has no column id; add one",
                                    scenario_.table.file.value));
    return mistakes_ == 0;
  }

  static const CsvField& cell(std::span<const CsvField> line, int place) {
    return line[static_cast<std::size_t>(place)];
  }

  /// Row or number of a patient by id.
  std::optional<std::uint32_t> patient(const CsvField& id) {
    if (scenario_.table.file.is_set()) {
      const auto found = rows_.find(id.text);
      if (found == rows_.end())
        complain(id, fmt::format("there is no patient '{}' in '{}'; correct the id, or take the row away", id.text,
                                 scenario_.table.file.value));
      else if (found->second == kTwice)
        complain(id, fmt::format("'{}' has several patients '{}' (whose dose is it?); give each an id of its own",
                                 scenario_.table.file.value, id.text));
      else
        return found->second;
      return std::nullopt;
    }
    const std::optional<double> number = parse_number(id.text);
    const auto patients = static_cast<double>(scenario_.patients);
    if (number && *number >= 0 && *number < patients && *number == static_cast<std::uint32_t>(*number))
      return static_cast<std::uint32_t>(*number);
    complain(id, fmt::format("there is no patient '{}' (without a population.table patients are numbered from 0 to "
                             "{}); correct the id, or take the row away",
                             id.text, scenario_.patients == 0 ? 0 : scenario_.patients - 1));
    return std::nullopt;
  }

  std::optional<Moment> moment(std::span<const CsvField> line) {
    const CsvField& day_cell = cell(line, day_);
    const std::optional<double> day = parse_number(day_cell.text);
    constexpr double most_days = 1e6;
    if (!day || !(*day >= -most_days && *day <= most_days) || *day != static_cast<std::int32_t>(*day)) {
      complain(day_cell, fmt::format("day is '{}' (a whole number of days since day 0 is expected)", day_cell.text));
      return std::nullopt;
    }
    Moment at{static_cast<std::int32_t>(*day), kMorning_h};
    if (hour_ >= 0 && !cell(line, hour_).text.empty()) {
      const CsvField& hour_cell = cell(line, hour_);
      const std::optional<double> hour = parse_number(hour_cell.text);
      if (!hour || *hour < -kMorning_h || *hour >= kLatest_h) {
        complain(hour_cell, fmt::format("hour is '{}' (hours after the day's nominal morning dose, from {} to less "
                                        "than {}; others belong to another day)",
                                        hour_cell.text, -kMorning_h, kLatest_h));
        return std::nullopt;
      }
      at.time_h = kMorning_h + *hour;
    }
    if (clock_ >= 0 && !cell(line, clock_).text.empty()) {
      const CsvField& clock_cell = cell(line, clock_);
      const std::optional<double> clock = parse_clock_h(clock_cell.text);
      if (!clock) {
        complain(clock_cell, fmt::format("clock is '{}' (a time of day such as 08:30 is expected)", clock_cell.text));
        return std::nullopt;
      }
      at.time_h = kMorning_h + (*clock - records_.morning_h);
      if (at.time_h < 0) at = {at.day - 1, at.time_h + kHoursPerDay};  // the patient's day begins 6 h before the dose
      if (at.time_h >= kHoursPerDay) at = {at.day + 1, at.time_h - kHoursPerDay};
    }
    if (at.day < scenario_.first_day || at.day >= scenario_.duration_day) {
      complain(day_cell, fmt::format("the dose is on day {} (the trial has doses from day {} to day {}); take the row "
                                     "away, or change trial.start or trial.duration",
                                     at.day, scenario_.first_day, scenario_.duration_day - 1));
      return std::nullopt;
    }
    return at;
  }

  void take_dose(std::span<const CsvField> line) {
    const std::size_t before = mistakes_;
    const CsvField& id = cell(line, id_);
    if (!last_id_ || id.text != *last_id_) begin_patient(id);
    const std::optional<Moment> at = moment(line);
    const CsvField& dose_cell = cell(line, dose_);
    const std::optional<double> amount = parse_number(dose_cell.text);
    const double mg = amount ? to_mg_(*amount) : -1;
    if (!(mg >= 0 && mg <= kMostDose_mg))
      complain(dose_cell,
               fmt::format("dose is '{}' (a number from 0 to {} mg is expected)", dose_cell.text, kMostDose_mg));
    if (!at || mistakes_ != before || !is_known_) return;
    check_order(id, *at);
    last_ = at;
    if (mg == 0) return;  // the patient has records, and took nothing
    records_.doses.push_back({at->day, at->time_h, mg});
    blocks_.back().last = records_.doses.size();
  }

  void begin_patient(const CsvField& id) {
    last_id_ = id.text;
    last_.reset();
    on_day_ = 0;
    const std::optional<std::uint32_t> who = patient(id);
    if (who && !seen_.try_emplace(*who, id.line).second)
      complain(id, fmt::format("patient '{}' stands in line {} and again here, after others (a patient's doses stand "
                               "together); sort the file",
                               id.text, seen_[*who]));
    is_known_ = who.has_value();
    if (who) blocks_.push_back({*who, records_.doses.size(), records_.doses.size()});
  }

  void check_order(const CsvField& id, const Moment& at) {
    const bool is_same_day = last_ && last_->day == at.day;
    on_day_ = is_same_day ? on_day_ + 1 : 1;
    if (is_same_day && last_->time_h == at.time_h)
      complain(id, fmt::format("patient '{}' takes two doses at the same time; write one with their sum", id.text));
    else if (last_ && (at.day < last_->day || (is_same_day && at.time_h < last_->time_h)))
      complain(id,
               fmt::format("patient '{}' takes this dose before the one above (doses ascend); sort the file", id.text));
    else if (on_day_ > kIntakesPerDay)
      complain(id, fmt::format("patient '{}' takes more than {} doses on day {}; join some", id.text, kIntakesPerDay,
                               at.day));
  }

  Scenario& scenario_;
  DoseRecordsSpec& records_;
  std::string file_;
  Problems& problems_;
  Conversion to_mg_;
  int id_ = -1, day_ = -1, hour_ = -1, clock_ = -1, dose_ = -1;
  bool has_header_ = false;
  std::size_t mistakes_ = 0;
  std::unordered_map<std::string_view, std::uint32_t> rows_;  ///< of the user's table, by id
  std::unordered_map<std::uint32_t, int> seen_;               ///< patients, and the line of the first dose
  std::vector<Block> blocks_;
  std::optional<std::string_view> last_id_;
  bool is_known_ = false;  ///< the patient of the last row
  std::optional<Moment> last_;
  int on_day_ = 0;
};

}  // namespace

std::optional<double> parse_clock_h(std::string_view text) {
  constexpr int minutes_per_hour = 60;
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0 || colon > 2 || text.size() != colon + 3) return std::nullopt;
  int parts[2] = {0, 0};
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i == colon) continue;
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    int& part = parts[i < colon ? 0 : 1];
    part = 10 * part + (text[i] - '0');
  }
  if (parts[0] >= kHoursPerDay || parts[1] >= minutes_per_hour) return std::nullopt;
  return parts[0] + static_cast<double>(parts[1]) / minutes_per_hour;
}

ColumnHeader split_header(std::string_view text) {
  const std::size_t open = text.find('['), close = text.find(']');
  if (open == std::string_view::npos || close != text.size() - 1) return {std::string(text), ""};
  std::string name(text.substr(0, open));
  name.erase(name.find_last_not_of(' ') + 1);
  return {name, std::string(text.substr(open + 1, close - open - 1))};
}

std::string path_beside(const Text& file) {
  const std::filesystem::path folder = std::filesystem::path(file.where.file).parent_path();
  return (folder / file.value).lexically_normal().string();
}

void read_dose_records(const FileText& text_of, Scenario& scenario, Problems& problems) {
  DoseRecordsSpec& records = scenario.dose_records;
  if (!records.file.is_set()) return;
  const bool has_patients = !scenario.table.file.is_set() || scenario.table.rows > 0;
  if (!has_patients) return;  // what is wrong with them has been said
  if (!records.file.value.ends_with(".csv"))
    return problems.add(records.file.where,
                        fmt::format("population.dose_records is '{}' (the name of a CSV file ends in .csv); rename the "
                                    "file",
                                    records.file.value));
  const std::string path = path_beside(records.file);
  const std::optional<std::string> text = text_of(path, records.file.where, problems);
  if (!text) return;
  records.doses.reserve(std::min(text->size() / kShortestRow, kMostDoses) + 1);
  DoseReader reader(scenario, path, problems);
  const bool is_whole =
      read_csv_lines(*text, path, problems, [&](std::span<const CsvField> line) { return reader.take(line); });
  if (records.doses.size() > kMostDoses)
    problems.add(records.file.where,
                 fmt::format("'{}' has more than {} doses (they stay in memory, 24 bytes each); split the trial",
                             records.file.value, kMostDoses));
  if (!is_whole) return;
  reader.finish();
  records.sha256 = sha256_hex(*text);
  if (records.origin.source.empty()) records.origin.source = "the user's dose records " + records.file.value;
}

}  // namespace vt
