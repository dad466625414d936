#pragma once
#include "kernels/lanes.hpp"
#include "kernels/parameters.hpp"
#include "kernels/random/streams.hpp"
#include "kernels/vocabulary/domain.hpp"
#include "kernels/vocabulary/laboratory.hpp"

/// \file What a model of a disease or a toxicity is made of. Each is a struct in a file of its own and a name in the
/// list in kernels/models/models.hpp, over which enrolment, the day, observables, records and the host are folded:
///
///   section, name, title    its table in a scenario, what `model` says there, its name in words
///   subject                 what it is about
///   Parameters, parameters  what a patient has of that table: the numbers, and their rows
///   settings                numbers of the table that are the same in all patients; may be missing
///   Traits, traits_of       what follows from the parameters once and for all
///   State, start            what changes from day to day, and how it begins
///   quantities              what formulas can read of it
///   measured                what a laboratory can measure of it; may be missing
///   vitals                  what of it has to stay a number
///   recorded                so many of the state's members, from the first on, are in a patient's record
///   effect, step            which effect of the drug acts on it; its next day (plain models)

namespace vt {

/// What formulas of visits, rules and tallies can read of the model, also at a past visit.
template <class State>
struct ModelQuantity {
  double (*of)(const State&);
  std::string_view name, unit;
  Domain domain;
  Domain usual;  ///< over which quantile groups are formed
  std::string_view meaning, defined;
};

/// The draw of a measurement's error: two words, from `word` on, of a draw of its day.
struct AssayDraw {
  Stream stream;
  int slot, word;
};

/// What a visit can measure of the model's state, with an error. [assays] has the error's size, and delay and cost of
/// the measurement.
template <class State>
struct MeasuredQuantity {
  double (*of)(const State&);
  std::string_view name, unit;
  Domain domain, usual;
  std::string_view meaning, noun;  ///< as in ReportedQuantity
  std::string_view measurement;    ///< one that is there, or one of its own: its keys are NAME_delay and NAME_cost
  AssayError error;
  AssayDraw draw = {stream_of(name), 0, 0};
};

/// A number of the state without which the patient's trial fails, in words.
template <class State>
struct Vital {
  double (*of)(const State&);
  std::string_view words;
};

/// Which of the drugs' effects acts on a plain model (kernels/drug/second_drug.hpp).
enum class Effect : std::uint32_t { on_disease, on_blood };

}  // namespace vt
