#pragma once
#include "kernels/course/visit.hpp"
#include "kernels/drug/within_day/morning.hpp"

/// \file What a day's visits measure: for all patients in lanes where many come, what few scenarios measure one by one.

namespace vt { inline namespace VT_ISA {

/// When the samples for troughs are drawn, in hours after the day's start, by the first of several kinds of visit.
template <int L>
VT_COLD void find_sample_times(const Plan& plan, const Cohort<L>& cohort, std::int32_t day, const Visits<L>& visits,
                               std::uint64_t who, double (&time_h)[L]) {
  Lanes<Drawn, L> drawn;
  draw_some(plan.seed, cohort.id, Stream::sample_time, day, 0, who, drawn);
  VT_LANES
  for (int lane = 0; lane < L; ++lane) time_h[lane] = kMorning_h;
  for (std::uint32_t k = plan.visit_kinds.count; k-- > 0;) {
    const VisitKind& kind = at(plan, plan.visit_kinds, k);
    const std::uint64_t bit = std::uint64_t{1} << k;
    const bool draws = !kind.is_late && (kind.measures & static_cast<std::uint32_t>(Measure::trough));
    if (!draws || !(visits.any & bit)) continue;
    for_these<L>(who, [&](int lane) VT_INLINE {
      const double time = jittered_h(kMorning_h, kind.sample_sd_h, kind.sample_cdf_low, kind.sample_cdf_span,
                                     uniform(drawn[lane].first));
      time_h[lane] = select((visits.attended[lane] & bit) != 0, time, time_h[lane]);
    });
  }
}

/// Total concentrations in ng/mL, unscaled, `time_h` after the day's start, before any of today's doses.
template <class In, int L>
VT_COLD void find_concentrations(const Plan& plan, const Cohort<L>& c, std::uint64_t who, const double (&time_h)[L],
                                 double (&ng_per_mL)[L]) {
  for_these<L>(who, [&](int lane) VT_INLINE {
    ng_per_mL[lane] = In::eliminate(c.body[lane], c.today[lane], time_h[lane]).central_mg;
  });
  for (std::uint32_t i = 0; i < plan.intakes; ++i)
    if (!is_empty(c.pending[i]))
      for_these<L>(who, [&](int lane) VT_INLINE {
        ng_per_mL[lane] += In::contribution(c.pending[i][lane], c.today[lane], time_h[lane]).central_mg;
      });
  for_these<L>(
      who, [&](int lane) VT_INLINE { ng_per_mL[lane] = ng_per_mL[lane] / c.today[lane].volume_L * kNgPerMlPerMgPerL; });
}

template <int L>
VT_COLD void find_concentrations(const Plan& plan, const Cohort<L>& c, std::uint64_t who, const double (&time_h)[L],
                                 double (&ng_per_mL)[L]) {
  with_variant(plan.drug.pharmacokinetics, [&]<Variant variant>() {
    if constexpr (variant == Variant::general)
      for_each<L>(who, [&](int lane) { ng_per_mL[lane] = concentration(plan, c, lane, time_h[lane]); });
    else
      find_concentrations<InputOf<variant>>(plan, c, who, time_h, ng_per_mL);
  });
}

/// c·e^(log-normal error)·(1 + proportional error) + additive error; below the limit of quantification half the limit
/// is reported. `slot` tells the samples of one day apart.
template <int L>
VT_COLD void assay_troughs(const Plan& plan, const Cohort<L>& cohort, std::int32_t day, int slot, std::uint64_t who,
                           double (&ng_per_mL)[L]) {
  const AssayPlan& assay = plan.assays;
  Lanes<Drawn, L> drawn, on_log;
  draw_some(plan.seed, cohort.id, Stream::trough_assay, day, 2 * slot, who, drawn);
  for_these<L>(who, [&](int lane) VT_INLINE {
    ng_per_mL[lane] *= fma(assay.trough_cv, normal_quantile(uniform(drawn[lane].first)), 1.0);
  });
  if (assay.trough_sd_log > 0.0) {
    draw_some(plan.seed, cohort.id, Stream::trough_assay, day, 2 * slot + 1, who, on_log);
    for_these<L>(who, [&](int lane) VT_INLINE {
      ng_per_mL[lane] *= exp(assay.trough_sd_log * normal_quantile(uniform(on_log[lane].first)));
    });
  }
  if (assay.trough_sd_ng_per_mL > 0.0)
    for_these<L>(who, [&](int lane) VT_INLINE {
      const double error = normal_quantile(uniform(drawn[lane].second));
      ng_per_mL[lane] = fma(assay.trough_sd_ng_per_mL, error, ng_per_mL[lane]);
    });
  const double limit = assay.trough_limit_ng_per_mL;
  for_these<L>(who, [&](int lane) VT_INLINE {
    const double measured = greater(0.0, ng_per_mL[lane]);
    ng_per_mL[lane] = measured < limit ? 0.5 * limit : measured;
  });
}

/// Troughs before the day's first dose.
template <int L>
VT_COLD void measure_troughs(const Plan& plan, std::int32_t day, const Visits<L>& visits, std::uint64_t who,
                             Cohort<L>& cohort) {
  double time_h[L], measured[L];
  find_sample_times(plan, cohort, day, visits, who, time_h);
  find_concentrations(plan, cohort, who, time_h, measured);
  const double scale = plan.drug.pharmacokinetics.exposure_scale;
  for_these<L>(who, [&](int lane) VT_INLINE { measured[lane] = scale * measured[lane]; });
  assay_troughs(plan, cohort, day, 0, who, measured);
  report(plan, day, Result::trough, who, measured, cohort);
  const std::int32_t due = day + plan.assays.wait_days[static_cast<int>(Result::trough)];
  for_each<L>(who, [&](int lane) {
    cohort.sampled_h.put(lane, {greater(cohort.sampled_h[lane].x, time_h[lane])});
    if (!plan.prediction.keeps_levels) return;
    const double yesterday_h = time_h[lane] + kHoursPerDay;
    const double after_h = yesterday_h - last_intake_h(plan, cohort, lane, yesterday_h);
    keep_level(plan, cohort, lane, day, measured[lane], time_h[lane], after_h, due);
  });
}

/// RQ-PCR: the size of the error depends on the level.
template <int L>
VT_COLD void measure_bcr_abl(const Plan& plan, std::int32_t day, std::uint64_t who, Cohort<L>& cohort) {
  double sd[L], measured[L];
  Lanes<Drawn, L> drawn;
  find_pcr_sds(plan, cohort, who, sd);
  draw_some(plan.seed, cohort.id, Stream::pcr, day, 0, who, drawn);
  for_these<L>(who, [&](int lane) VT_INLINE {
    measured[lane] = assay_level(load_percent(cohort.leukaemia[lane]), sd[lane], words_of(drawn[lane]));
  });
  report(plan, day, Result::bcr_abl_is, who, measured, cohort);
}

/// Ph-positive cells among `assays.metaphases` looked at, in percent.
template <int L>
VT_COLD void count_metaphases(const Plan& plan, std::int32_t day, std::uint64_t who, Cohort<L>& cohort) {
  const std::uint32_t n = plan.assays.metaphases;
  std::uint64_t below[L];
  double percent[L];
  for_these<L>(who, [&](int lane) VT_INLINE {
    below[lane] = bernoulli_threshold(ph_positive_share(plan.assays, load_percent(cohort.leukaemia[lane])));
    percent[lane] = 0.0;
  });
  for (std::uint32_t first = 0; first < n; first += 4) {
    double one[4];  // cells looked at, of the four words of a draw
    for (std::uint32_t i = 0; i < 4; ++i) one[i] = first + i < n ? 1.0 : 0.0;
    Lanes<Drawn, L> drawn;
    draw_some(plan.seed, cohort.id, Stream::metaphases, day, static_cast<int>(first / 4), who, drawn);
    for_these<L>(who, [&](int lane) VT_INLINE {
      const Words words = words_of(drawn[lane]);
      VT_UNROLL
      for (int i = 0; i < 4; ++i) percent[lane] += std::uint64_t{words.w[i]} < below[lane] ? one[i] : 0.0;
    });
  }
  for_these<L>(who, [&](int lane) VT_INLINE { percent[lane] = 100.0 * percent[lane] / static_cast<double>(n); });
  report(plan, day, Result::ph_percent, who, percent, cohort);
}

/// Neutrophils, platelets and white cells.
template <int L>
VT_COLD void count_cells(const Plan& plan, std::int32_t day, std::uint64_t who, Cohort<L>& cohort) {
  Lanes<Drawn, L> drawn;
  draw_some(plan.seed, cohort.id, Stream::counting, day, 0, who, drawn);
  for (int lineage = 0; lineage < kLineages; ++lineage) {
    if (!has_lineage(plan, lineage)) continue;
    const Lanes<Blood, L>& blood = blood_seen(plan, cohort, lineage);
    double counted[L];
    for_these<L>(who, [&](int lane) VT_INLINE {
      const Drawn both = drawn[lane];
      const double z = normal_quantile(uniform(lineage == 0 ? both.first : both.second));
      counted[lane] = with_error<ErrorLaw::proportional>(BloodCount::count(blood[lane]), plan.assays.count_cv, z);
    });
    report(plan, day, lineage == 0 ? Result::anc : Result::platelets, who, counted, cohort);
  }
  if (!has_lineage(plan, Neutrophils::lineage)) return;
  draw_some(plan.seed, cohort.id, Stream::counting, day, 1, who, drawn);
  double counted[L];
  for_these<L>(who, [&](int lane) VT_INLINE {
    const double z = normal_quantile(uniform(drawn[lane].first));
    counted[lane] = with_error<ErrorLaw::proportional>(white_cells(plan, cohort, lane), plan.assays.count_cv, z);
  });
  report(plan, day, Result::white_cells, who, counted, cohort);
}

/// Share of the prescribed pills that did not come back, in % since the last count: those taken, and of those left over
/// the ones that were lost.
template <int L>
VT_COLD void count_pills(const Plan& plan, Cohort<L>& cohort, int lane, std::int32_t day) {
  Course& course = cohort.course[lane];
  const DoseCount doses = cohort.doses[lane];
  const double prescribed = doses.prescribed_mg - course.pills.prescribed_mg;
  const double taken = doses.taken_mg - course.pills.taken_mg;
  if (!(prescribed > 0.0)) return;
  const double gone = fma(course.pills.lost, greater(prescribed - taken, 0.0), taken);
  report(plan, cohort, lane, Result::pill_count, 100.0 * gone / prescribed, day, 0);
  course.pills.prescribed_mg = doses.prescribed_mg;
  course.pills.taken_mg = doses.taken_mg;
}

/// What is measured of a model's state in one patient.
template <class M, int L>
VT_COLD void measure_model(const Plan& plan, Cohort<L>& cohort, std::int32_t day, std::uint64_t wanted, int lane) {
  const typename M::State state = state_of<M>(cohort)[lane];
  for_each_row(RowsOf<decltype(M::measured)>{}, [&]<int i>() VT_INLINE {
    constexpr Assay one = kAssay<M, i>;
    if (!(wanted & static_cast<std::uint64_t>(one.measure))) return;
    const Words words = draw(plan, cohort.id[lane], one.draw.stream, day, one.draw.slot);
    const double z = normal_quantile(uniform(words.w[one.draw.word], words.w[one.draw.word + 1]));
    const double found = with_error<one.law>(true_value<M, i>(state), plan.assays.error[one.place], z);
    report(plan, cohort, lane, one.result, found, day, plan.assays.wait_days[static_cast<int>(one.result)]);
  });
}

/// What few scenarios measure: BCR-ABL with a detection limit, droplet digital PCR, states of models.
template <int L>
VT_COLD void measure_further(const Plan& plan, Cohort<L>& cohort, std::int32_t day, std::uint64_t wanted, int lane) {
  const Id id = cohort.id[lane];
  const AssayPlan& assays = plan.assays;
  const auto wants = [wanted](Measure m) VT_INLINE { return (wanted & static_cast<std::uint64_t>(m)) != 0; };
  const auto result = [&](Result which, double value) VT_INLINE {
    report(plan, cohort, lane, which, value, day, assays.wait_days[static_cast<int>(which)]);
  };
  const double percent = load_percent(cohort.leukaemia[lane]);
  if (wants(Measure::bcr_abl) && assays.pcr_copies > 0.0) {
    const Sample sample = take_sample(assays.pcr_copies, assays.pcr_copies_spread, percent,
                                      draw(plan, id, Stream::pcr, day, 1), draw(plan, id, Stream::pcr, day, 2));
    double sd[L];
    find_pcr_sds(plan, cohort, std::uint64_t{1} << lane, sd);
    const double found = assay_level(percent, sd[lane], draw(plan, id, Stream::pcr, day, 0));
    result(Result::bcr_abl_is, sample.is_detected ? found : 0.0);
    result(Result::control_copies, sample.control_copies);
  }
  if (wants(Measure::ddpcr)) {
    const Sample sample = take_sample(assays.ddpcr_copies, assays.ddpcr_copies_spread, percent,
                                      draw(plan, id, Stream::ddpcr, day, 1), draw(plan, id, Stream::ddpcr, day, 2));
    const double found = assay_level(percent, assays.ddpcr_sd_log10, draw(plan, id, Stream::ddpcr, day, 0));
    result(Result::ddpcr_is, sample.is_detected ? found : 0.0);
    result(Result::ddpcr_copies, sample.control_copies);
  }
  for_each_model(Models{}, [&]<class M>() VT_INLINE {
    if constexpr (IsMeasured<M>) {
      if (has<M>(plan)) measure_model<M>(plan, cohort, day, wanted, lane);
    }
  });
}

/// The kinds of visit that measure something; `late`: whose sample is drawn after the dose.
VT_COLD std::uint64_t kinds_with(const Plan& plan, std::uint32_t kinds, Measure measure, bool late) {
  std::uint64_t found = 0;
  for_each<kMaxVisitKinds>(kinds, [&](int k) {
    const VisitKind& kind = at(plan, plan.visit_kinds, static_cast<std::uint32_t>(k));
    const bool is_late = measure == Measure::trough && kind.is_late != 0;
    if ((kind.measures & static_cast<std::uint32_t>(measure)) && is_late == late) found |= std::uint64_t{1} << k;
  });
  return found;
}

/// The patients who attend one of these kinds of visit.
template <int L>
VT_HD std::uint64_t who_attend(const Visits<L>& visits, std::uint64_t kinds) {
  return lanes_where<L>([&](int lane) VT_INLINE { return (visits.attended[lane] & kinds) != 0; });
}

/// Samples after the dose wait until it is taken.
template <int L>
VT_COLD void await_late_samples(const Plan& plan, const Visits<L>& visits, Cohort<L>& cohort) {
  const std::uint64_t late = kinds_with(plan, visits.any, Measure::trough, true);
  if (late == 0) return;
  for_each<L>(who_attend(visits, late), [&](int lane) {
    cohort.course[lane].laboratory.late_kinds |= static_cast<std::uint32_t>(visits.attended[lane] & late);
  });
}

/// One kind of measurement of the day's visits.
template <int L>
VT_COLD void measure(const Plan& plan, std::int32_t day, Measure what, const Visits<L>& visits, std::uint64_t who,
                     Cohort<L>& cohort) {
  switch (what) {
    case Measure::trough:
      return measure_troughs(plan, day, visits, who, cohort);
    case Measure::bcr_abl:
      if (!(plan.assays.pcr_copies > 0.0)) measure_bcr_abl(plan, day, who, cohort);
      break;
    case Measure::cytogenetics:
      return count_metaphases(plan, day, who, cohort);
    case Measure::blood_count:
      count_cells(plan, day, who, cohort);
      break;
    case Measure::pill_count:
      for_each<L>(who, [&](int lane) { count_pills(plan, cohort, lane, day); });
      return;
    default:
      break;
  }
  if (plan.measures_further)
    for_each<L>(who, [&](int lane) { measure_further(plan, cohort, day, static_cast<std::uint64_t>(what), lane); });
}

/// The laboratory's part of the day's visits: results that arrive, samples that are drawn.
template <int L>
VT_COLD void measure(const Plan& plan, Cohort<L>& cohort, std::int32_t day, const Visits<L>& visits) {
  if (plan.waits) {
    for_each<L>(who_attend(visits, ~std::uint64_t{0}), [&](int lane) { deliver(plan, cohort, lane, day); });
    await_late_samples(plan, visits, cohort);
  }
  std::uint32_t measures = 0;
  for_each<kMaxVisitKinds>(
      visits.any, [&](int k) { measures |= at(plan, plan.visit_kinds, static_cast<std::uint32_t>(k)).measures; });
  for_each<kMeasures>(measures, [&](int m) {
    const auto what = static_cast<Measure>(1u << m);
    const std::uint64_t who = who_attend(visits, kinds_with(plan, visits.any, what, false));
    for_each<L>(who, [&](int lane) { cohort.course[lane].laboratory.samples[m] += 1; });
    measure(plan, day, what, visits, who, cohort);
  });
}

}}  // namespace vt
