#include "host/plan/names/observables.hpp"

#include <charconv>

#include <fmt/format.h>

namespace vt {
namespace {

void add(const ReportedQuantity& one, std::vector<ObservableName>& all) {
  const auto index = static_cast<std::uint32_t>(one.result);
  const auto entry = [&](std::string name, std::string meaning, std::string_view defined, Source source) {
    all.push_back({.name = std::move(name),
                   .unit = one.unit,
                   .subject = one.subject,
                   .in_time = source == Source::lowest    ? InTime::never_rises
                              : source == Source::highest ? InTime::never_falls
                                                          : InTime::varies,
                   .domain = one.domain,
                   .usual = one.usual,
                   .meaning = std::move(meaning),
                   .defined = defined,
                   .source = source,
                   .can_be_remembered = true,
                   .index = index,
                   .measured = source == Source::last ? &entry_of(one.measure) : nullptr});
  };
  const std::string name(one.name);
  entry(name, std::string(one.meaning), one.defined, Source::last);
  entry("previous_" + name, fmt::format("{} reported before the last", one.noun), "once measured twice",
        Source::previous);
  entry("lowest_" + name, fmt::format("lowest {} reported so far", one.noun), "once measured", Source::lowest);
  entry("highest_" + name, fmt::format("highest {} reported so far", one.noun), "once measured", Source::highest);
}

void add_windows(const ReportedQuantity& one, std::vector<ObservableName>& all) {
  for (const ResultWindow& window : kResultWindows) {
    const bool counts = window.source == Source::results_within;
    all.push_back({.name = fmt::format("{}{}_Nd", window.prefix, one.name),
                   .unit = counts ? "1" : one.unit,
                   .subject = one.subject,
                   .domain = counts ? kFromZero : one.domain,
                   .usual = counts ? kUsual : one.usual,
                   .meaning = std::string(window.meaning),
                   .defined = window.defined,
                   .source = window.source,
                   .can_be_remembered = true,
                   .index = static_cast<std::uint32_t>(one.result),
                   .most_days = kLongestResultWindow});
  }
}

std::vector<ObservableName> all_names() {
  std::vector<ObservableName> all;
  for (const QuantityEntry& one : kQuantities)
    all.push_back({.name = std::string(one.name),
                   .unit = one.unit,
                   .subject = one.subject,
                   .in_time = one.in_time,
                   .domain = one.domain,
                   .usual = one.usual,
                   .meaning = std::string(one.meaning),
                   .defined = one.defined,
                   .source = one.source,
                   .can_be_remembered = one.can_be_remembered,
                   .need = one.need});
  std::uint32_t index = 0;
  for_each_model(Models{}, [&]<class M>() {
    for (const auto& one : M::quantities)
      all.push_back({.name = std::string(one.name),
                     .unit = one.unit,
                     .subject = M::subject,
                     .domain = one.domain,
                     .usual = one.usual,
                     .meaning = std::string(one.meaning),
                     .defined = one.defined,
                     .source = Source::model,
                     .can_be_remembered = true,
                     .index = index++});
  });
  for (const ReportedQuantity& one : kReported) add(one, all);
  for (const ReportedQuantity& one : kReported) add_windows(one, all);
  return all;
}

}  // namespace

const std::vector<ObservableName>& observable_names() {
  static const std::vector<ObservableName> table = all_names();
  return table;
}

namespace {

constexpr std::string_view kWindowMark = "_Nd";

bool is_window(const ObservableName& entry) { return entry.name.ends_with(kWindowMark); }

}  // namespace

std::uint32_t window_days(const ObservableName& entry, std::string_view name) {
  if (!is_window(entry)) return 0;
  name.remove_prefix(entry.name.size() - kWindowMark.size() + 1);
  std::uint32_t days = 0;
  const auto read = std::from_chars(name.data(), name.data() + name.size(), days);
  return read.ec == std::errc() && read.ptr + 1 == name.data() + name.size() && *read.ptr == 'd' ? days : 0;
}

const ObservableName* find_observable(std::string_view name) {
  for (const ObservableName& entry : observable_names()) {
    const std::string_view whole = entry.name;
    if (is_family(entry) && name.starts_with(whole.substr(0, whole.find('.') + 1))) return &entry;
    if (!is_window(entry) && whole == name) return &entry;
    const std::string_view stem = whole.substr(0, whole.size() - kWindowMark.size() + 1);
    if (!is_window(entry) || !name.starts_with(stem)) continue;
    const std::uint32_t days = window_days(entry, name);
    if (days >= 1 && days <= entry.most_days) return &entry;
  }
  return nullptr;
}

}  // namespace vt
