#include "host/study/share/point_record.hpp"

#include "host/campaign/bytes.hpp"
#include "output/tally/kinds.hpp"

namespace vt {

namespace {

void save_texts(const std::vector<std::string>& texts, BytesOut& out) {
  out.put<std::uint64_t>(texts.size());
  for (const std::string& text : texts) out.put(std::string_view(text));
}
std::vector<std::string> load_texts(BytesIn& in) {
  std::vector<std::string> texts;
  for (auto n = in.number<std::uint64_t>(); n > 0; --n) texts.push_back(in.text());
  return texts;
}

/// see(member) for all numbers and texts of an axis, and of a tally: written and read in one order.
template <class Axis, class See>
void for_each_member(Axis& axis, See see) {
  see(axis.name), see(axis.unit), see(axis.title), see(axis.labels), see(axis.values);
  see(axis.groups), see(axis.first_octave), see(axis.octaves), see(axis.cuts), see(axis.group_patients);
}
template <class Tally, class See>
void for_each_table(Tally& tally, See see) {
  see(tally.name), see(tally.title), see(tally.score), see(tally.unit), see(tally.visit);
  see(tally.among), see(tally.from);
  see(tally.low), see(tally.high), see(tally.scale), see(tally.thresholds);
  see(tally.outcomes), see(tally.times), see(tally.is_within_day), see(tally.pair);
  see(tally.binning.first_octave), see(tally.binning.octaves), see(tally.binning.from), see(tally.binning.width);
  see(tally.binning.equal), see(tally.binning.linear), see(tally.binning.per_octave);
  for (const CountTable& table : count_tables(tally.kind)) see(tally.*table.member);
}

struct Saver {
  BytesOut& out;
  void operator()(const std::vector<std::string>& texts) const { save_texts(texts, out); }
  void operator()(const std::string& text) const { out.put(std::string_view(text)); }
  template <class T>
  void operator()(const T& value) const {
    out.put(value);
  }
};
struct Loader {
  BytesIn& in;
  void operator()(std::vector<std::string>& texts) const { texts = load_texts(in); }
  void operator()(std::string& text) const { text = in.text(); }
  template <class T>
  void operator()(std::vector<T>& values) const {
    values = in.numbers<T>();
  }
  template <class T>
  void operator()(T& value) const {
    value = in.number<T>();
  }
};

void save_tally(const ResultTally& tally, BytesOut& out) {
  const Saver save{out};
  save(to_string(tally.kind));
  out.put(static_cast<std::uint8_t>(tally.estimand));
  out.put(static_cast<std::uint32_t>(tally.subject)), out.put(tally.is_cumulative);
  out.put<std::uint64_t>(tally.axes.size());
  for (const ResultAxis& axis : tally.axes) {
    out.put(static_cast<std::uint8_t>(axis.kind)), out.put(static_cast<std::uint32_t>(axis.subject));
    for_each_member(axis, save);
  }
  for_each_table(tally, save);
}

ResultTally load_tally(BytesIn& in) {
  const Loader load{in};
  ResultTally tally;
  tally.kind = find_result_kind(in.text());
  if (tally.kind == nullptr) throw BadBytes("it has a tally of a kind that there is not");
  tally.estimand = static_cast<Estimand>(in.number<std::uint8_t>());
  tally.subject = static_cast<Subject>(in.number<std::uint32_t>()), tally.is_cumulative = in.number<bool>();
  for (auto n = in.number<std::uint64_t>(); n > 0; --n) {
    ResultAxis& axis = tally.axes.emplace_back();
    axis.kind = static_cast<ResultAxisKind>(in.number<std::uint8_t>());
    axis.subject = static_cast<Subject>(in.number<std::uint32_t>());
    for_each_member(axis, load);
  }
  for_each_table(tally, load);
  return tally;
}

}  // namespace

std::string PointRecord::bytes() const {
  BytesOut out;
  out.put(point.coordinates), out.put(point.plan_hash), out.put(std::string_view(point.content_hash));
  out.put(point.failed), out.put(point.patients), out.put(patients);
  out.put<std::uint64_t>(answers.size());
  for (const auto& [simulated, reason] : answers) {
    out.put(simulated.value), out.put(simulated.standard_error);
    out.put(simulated.interval.low), out.put(simulated.interval.high), out.put(simulated.n);
    out.put(std::string_view(reason));
  }
  out.put(parts.shares);
  out.put<std::uint64_t>(parts.without.size());
  for (const std::vector<double>& endpoint : parts.without) out.put(endpoint);
  out.put<std::uint64_t>(kept.size());
  for (const ResultTally& tally : kept) save_tally(tally, out);
  return out.bytes();
}

PointRecord PointRecord::of(std::string_view bytes) {
  BytesIn in(bytes);
  PointRecord record;
  StudyPoint& point = record.point;
  point.coordinates = in.numbers<double>(), point.plan_hash = in.number<std::uint64_t>();
  point.content_hash = in.text();
  point.failed = in.number<std::uint64_t>(), point.patients = in.number<std::uint64_t>();
  record.patients = in.number<std::uint64_t>();
  for (auto n = in.number<std::uint64_t>(); n > 0; --n) {
    Answer& answer = record.answers.emplace_back();
    Estimate& simulated = answer.simulated;
    simulated.value = in.number<double>(), simulated.standard_error = in.number<double>();
    simulated.interval.low = in.number<double>(), simulated.interval.high = in.number<double>();
    simulated.n = in.number<std::int64_t>();
    answer.reason = in.text();
  }
  record.parts.shares = in.numbers<double>();
  for (auto n = in.number<std::uint64_t>(); n > 0; --n) record.parts.without.push_back(in.numbers<double>());
  for (auto n = in.number<std::uint64_t>(); n > 0; --n) record.kept.push_back(load_tally(in));
  in.end();
  return record;
}

}  // namespace vt
