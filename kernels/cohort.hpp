#pragma once
#include "kernels/course/course.hpp"
#include "kernels/course/file/running_totals.hpp"
#include "kernels/course/standing.hpp"
#include "kernels/drug/binding.hpp"
#include "kernels/drug/doses/adherence.hpp"
#include "kernels/drug/doses/habits.hpp"
#include "kernels/drug/interactions.hpp"
#include "kernels/drug/metabolite.hpp"
#include "kernels/drug/prediction/dose_history.hpp"
#include "kernels/drug/second_drug.hpp"
#include "kernels/lanes.hpp"
#include "kernels/models/models.hpp"
#include "kernels/recorder.hpp"
#include "kernels/tally/words.hpp"

namespace vt { inline namespace VT_ISA {

/// What only the general pharmacokinetic model carries.
template <int L>
struct Disposition {
  Lanes<DispositionTraits, L> traits;
  Lanes<Rates, L> rates;
  Lanes<Amounts, L> amounts;
  Lanes<Metabolite, L> metabolite;
  Lanes<MetaboliteDay, L> metabolite_day;
  Lanes<Rates, L> metabolite_rates;
  Lanes<GutShares, L> gut;
};

/// The start of the last day, where something looks back at it.
template <int L>
struct LastDay {
  Lanes<PkDay, L> day;
  Lanes<Body, L> body;
  Lanes<Input, L> pending[kIntakesPerDay];
  Lanes<Rates, L> rates;
  Lanes<Amounts, L> amounts;
};

/// Profiles of yesterday whose last samples are drawn today, after doses that are not known at their visit.
template <int L>
struct OpenProfiles {
  std::uint32_t kinds;                    ///< bits: of visit, one for each profile
  std::uint64_t cell[kMaxVisitKinds][L];  ///< of each patient in the profile's tally
  std::uint64_t attended[L];              ///< kinds, by patient
  double first_intake_h[L];               ///< time of yesterday's first intake
};

/// A plain model in the patients.
template <class M, int L>
struct Held {
  Lanes<typename M::Traits, L> traits;
  Lanes<typename M::State, L> state;
};
template <int L, class Models>
struct AllHeld;
template <int L, class... M>
struct AllHeld<L, ModelList<M...>> : Held<M, L>... {};

/// What few scenarios follow; each part lives where the Plan has it.
template <int L>
struct SlowStates {
  AllHeld<L, PlainModels> models;
  Lanes<Exposures, L> second_drug;               ///< nothing before the switch and on hold
  Lanes<Scalar, L> second_taken;                 ///< chance that a day's dose of it is taken
  Lanes<Exposures, L> both_drugs;                ///< of the last day
  Lanes<Blood, L> morning_blood[kLineages];      ///< on day `counted_on`, of lineages that follow the concentration
  Lanes<Passage, L> morning_passage[kLineages];  ///< through a step to the morning dose, of the same
  std::int32_t counted_on;
};

/// L patients who live their days side by side.
template <int L>
struct Cohort {
  std::int32_t day;    ///< that is being lived
  std::uint32_t life;  ///< counterfactual allocation: the arm that is being lived
  Lanes<Id, L> id;
  Lanes<PkTraits, L> pk;
  Lanes<Scalar, L> occasion;                      ///< exp(κ) of this occasion, on bioavailability
  std::int32_t occasion_phase[L];                 ///< day on which the patient's first whole occasion begins
  std::int32_t occasion_began_on, next_occasion;  ///< somebody's
  Lanes<Modifiers, L> modifiers;                  ///< by comedications, today
  Lanes<PkDay, L> today;
  Lanes<Decay, L> decay;                                    ///< today's, of one compartment
  Lanes<Shares, L> until_morning;                           ///< where they are kept (kernels/drug/compartment.hpp)
  Lanes<Remainder, L> remains[L > 1 ? kIntakesPerDay : 1];  ///< of each slot's intakes, where they are kept
  std::uint32_t knows_remains;                              ///< bits: of which slots
  Lanes<Body, L> body;
  Lanes<Binding, L> binding;
  Lanes<Induction, L> induction[kMaxInteractions];
  Lanes<Window, L> window[kMaxInteractions];  ///< when each comedication is taken; may change during the trial
  Lanes<Intake, L> prescription[kIntakesPerDay];
  Lanes<Input, L> intake[kIntakesPerDay];   ///< of today
  Lanes<Input, L> pending[kIntakesPerDay];  ///< of yesterday, not yet all in
  Lanes<Scalar, L> sampled_h;               ///< time of today's sample; the first dose is not before it
  Lanes<HabitTraits, L> habit_traits;
  Lanes<Habit, L> habit;
  Lanes<DoseCount, L> doses;
  Lanes<DoseCursor, L> cursor;  ///< where there are dose records
  Lanes<Exposure, L> exposure;
  Lanes<Scalar, L> relative_exposure;  ///< of the last day, to the reference concentration
  Lanes<Leukaemia::Traits, L> leukaemia_traits;
  Lanes<Leukaemia::State, L> leukaemia;
  Lanes<BloodTraits, L> blood_traits[kLineages];
  Lanes<Passage, L> passage[kLineages];  ///< through a step
  Lanes<Blood, L> blood[kLineages];
  Lanes<BloodDay, L> blood_day;  ///< of the day that ends
  Lanes<BloodForcing, L> blood_forcing;
  RunningTotals<L> troughs, concentrations;  ///< only where the Plan asks for them
  Course course[L];
  Lanes<Filed, L> file[kResults];  ///< by Result
  std::uint64_t dose_history[L];
  std::uint64_t arm[L];
  Standing standing;            ///< lanes without a patient have none
  std::int32_t due_on;          ///< nothing is due for any patient before
  std::int32_t wears_off_on;    ///< before, nobody's own way with the drug is back
  Disposition<L>* disposition;  ///< null unless the model is the general one
  LastDay<L>* last_day;         ///< filled if the Plan keeps it
  OpenProfiles<L>* profiles;
  SlowStates<L>* slow;
  DoseHistory* history;    ///< of each lane, filled if predictions use it
  ResultHistory* results;  ///< of each lane, filled where the Plan keeps some
  int patients;            ///< lanes in use: 0 … patients − 1
  bool keeps_dose_history;
  Recorder* recorder;  ///< or null
  TallyWords words;
};

/// The patients' states of a model.
template <class M, int L>
VT_HD const Lanes<typename M::State, L>& state_of(const Cohort<L>& c) {
  if constexpr (std::is_same_v<M, Leukaemia>)
    return c.leukaemia;
  else if constexpr (std::is_base_of_v<BloodCount, M>)
    return c.blood[M::lineage];
  else
    return static_cast<const Held<M, L>&>(c.slow->models).state;
}

/// A patient's course has changed.
template <int L>
VT_HD void update_standing(Cohort<L>& cohort, int lane) {
  if (lane < cohort.patients) cohort.standing = standing_after(cohort.standing, lane, cohort.course[lane]);
}

/// The patient's trial cannot be computed any further (kernels/failure.hpp).
template <int L>
VT_HD void fail(Cohort<L>& cohort, int lane, std::uint32_t failure) {
  cohort.course[lane].failure = failure;
  update_standing(cohort, lane);
}

/// Whether nothing enters in any of the patients.
template <int L>
VT_HD bool is_empty(const Lanes<Input, L>& input) {
  std::uint64_t any = 0;
  for_lanes<L>([&](int lane) VT_INLINE { any |= bits_of(input[lane].mg); });
  return any == 0;
}

}}  // namespace vt
