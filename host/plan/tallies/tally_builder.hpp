#pragma once
#include <map>

#include "host/plan/plan_parts.hpp"

namespace vt {

/// Tallies, tests of the trial table, and when a run may end early.
class TallyBuilder {
 public:
  explicit TallyBuilder(PlanParts& parts) : parts_(parts) {}
  void build();

 private:
  // tallies.cpp
  void build_tally(const TallySpec& spec);
  void check_unit(const TallySpec& spec);
  void set_range(const TallySpec& spec, RangeUse use, TallyPlan& tally, ResultTally& names);

  // axes.cpp
  std::optional<Axis> build_axis(const AxisSpec& spec, const TallySpec& tally, ResultAxis& names, std::uint64_t& reads);
  void add_computed_doses(const RuleSpec& rule, const AxisSpec& axis, std::vector<double>& daily_mg);

  // lives.cpp: what is tallied at the end of a life
  void check_axis(const AxisSpec& axis, const TallySpec& tally);
  void set_times(const TallySpec& spec, TallyPlan& tally, ResultTally& names);
  void set_pair(const TallySpec& spec, TallyPlan& tally, ResultTally& names);

  // analyses.cpp
  void build_analyses();
  std::map<std::string, int> build_columns();
  Program condition(const Text& among, const std::string& of);
  int column(const Column& column, const Position& where);

  PlanParts& parts_;
  std::vector<TallyPlan> tallies_;
  std::vector<Column> columns_;
  std::uint32_t pairs_ = 0;
};

}  // namespace vt
