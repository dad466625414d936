#include "host/study/power/play.hpp"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <functional>
#include <limits>
#include <queue>
#include <utility>

#include "host/campaign/trial_table.hpp"
#include "host/study/power/arm_choice.hpp"
#include "kernels/tables.hpp"
#include "output/statistics/sequential/adaptation.hpp"
#include "output/statistics/sequential/group_sequential.hpp"

namespace vt {

namespace {

constexpr double kNotAtAll = std::numeric_limits<double>::infinity();

Sides sides_of(const TrialDesign& design) { return design.sides == 2 ? Sides::two : Sides::one; }

/// Something that becomes known: a response, or an event.
struct News {
  double day;
  std::size_t patient;
  bool operator>(const News& other) const { return std::pair(day, patient) > std::pair(other.day, other.patient); }
};

/// Of what has come since the last look; 0 where nothing has.
double z_since(const Compared& last, const Compared& now) {
  if (now.information <= last.information) return 0;
  if (last.information == 0) return now.z;
  return stage_z(last.z, static_cast<double>(last.information), now.z, static_cast<double>(now.information));
}

/// A trial that is being conducted.
class Conduct {
 public:
  Conduct(const PreparedDesign& prepared, const Lives& lives)
      : prepared_(prepared),
        design_(prepared.design),
        lives_(lives),
        is_open_(lives.arms(), true),
        known_(lives.arms()),
        so_far_(lives.arms()),
        wanted_(design_.patients),
        wanted_information_(design_.events > 0 ? design_.events : design_.patients) {
    played_.patients.resize(lives.arms());
    played_.events.resize(lives.arms());
    next_entry_ = entry_after(0);
  }

  PlayedTrial conduct() {
    for (std::size_t look = 0; look < design_.looks.size(); ++look) {
      const bool is_complete = wait_for(look);
      if (look_at(look, is_complete)) break;
    }
    return std::move(played_);
  }

 private:
  struct SoFar {  ///< of an arm: the last look; of each stage its z and its weight
    Compared last;
    std::vector<double> z, weight;
  };

  double entry_after(double day) const;
  std::uint32_t arm_of_next();
  void enter();
  bool wait_for(std::size_t look);
  bool look_at(std::size_t look, bool is_complete);
  void compare_all(std::size_t look, std::vector<double>& z);
  double bound(std::size_t look, bool is_last);
  void drop_some(std::size_t look, const std::vector<double>& z);
  void re_estimate(std::size_t look, double z);
  void close(std::uint32_t arm) {
    is_open_[arm] = false;
    chances_.clear();  // they gave this arm some
  }
  std::size_t open_others() const {
    return static_cast<std::size_t>(std::count(is_open_.begin() + 1, is_open_.end(), true));
  }
  double power_on_trend(std::size_t look, double z) const {
    const double share = design_.looks[look];
    return conditional_power(z, share, trend(z, share), prepared_.bounds.back());
  }
  void end(std::size_t look, TrialEnding ending, const std::vector<double>& z);

  const PreparedDesign& prepared_;
  const TrialDesign& design_;
  const Lives& lives_;
  Entered entered_;
  std::vector<bool> is_open_;
  std::vector<KnownResponses> known_;
  std::vector<SoFar> so_far_;
  std::priority_queue<News, std::vector<News>, std::greater<>> news_;
  std::uint64_t wanted_, wanted_information_, information_ = 0;
  std::vector<double> looked_at_;  ///< information at the looks so far
  std::vector<double> chances_;    ///< of arms, since the last update
  double today_ = 0, next_entry_ = 0;
  PlayedTrial played_;
};

double Conduct::entry_after(double day) const {
  const std::size_t p = entered_.day.size();
  if (p >= std::min<std::uint64_t>(wanted_, lives_.patients())) return kNotAtAll;
  if (p == 0 || design_.accrual == AccrualProcess::at_once) return 0;
  const double apart = 1 / design_.patients_per_day;
  return day + (design_.accrual == AccrualProcess::even ? apart : -std::log(lives_.wait[p]) * apart);
}

std::uint32_t Conduct::arm_of_next() {
  const std::size_t p = entered_.day.size();
  if (design_.allocation == Allocation::thall_wathen && p >= design_.burn_in) {
    if (chances_.empty() || (p - design_.burn_in) % design_.every == 0)
      chances_ = thall_wathen(known_, is_open_, design_.fewer_is_better,
                              static_cast<double>(p) / static_cast<double>(wanted_));
    return choose(chances_, lives_.choice[p]);
  }
  const std::uint32_t arm = lives_.block_arm[p];
  return is_open_[arm] ? arm : choose(shares_of_open(prepared_.shares, is_open_), lives_.choice[p]);
}

void Conduct::enter() {
  const std::size_t p = entered_.day.size();
  const std::uint32_t arm = arm_of_next();
  const Record& row = *lives_.row[arm][p];
  entered_.day.push_back(next_entry_);
  entered_.arm.push_back(arm);
  today_ = next_entry_;
  ++played_.patients[arm];
  const bool has_event = is_event(prepared_.analysis, row);
  if (!prepared_.counts_events) {
    played_.events[arm] += has_event;
    news_.push({today_ + design_.known_after, p});
  } else if (has_event)
    news_.push({today_ + row.column[prepared_.analysis.time], p});
  next_entry_ = entry_after(today_);
}

/// Until a look is due. \return whether there is nothing left to wait for
bool Conduct::wait_for(std::size_t look) {
  const bool to_the_end = prepared_.counts_events && design_.events == 0;
  const double share = design_.looks[look] * static_cast<double>(wanted_information_);
  const auto due = static_cast<std::uint64_t>(std::ceil(share - 1e-9));
  while (to_the_end || information_ < due) {
    const double next_news = news_.empty() ? kNotAtAll : news_.top().day;
    if (next_entry_ == kNotAtAll && next_news == kNotAtAll) break;
    if (next_entry_ <= next_news) {
      enter();
      continue;
    }
    const News news = news_.top();
    news_.pop();
    today_ = news.day;
    ++information_;
    const std::uint32_t arm = entered_.arm[news.patient];
    const Record& row = *lives_.row[arm][news.patient];
    if (is_usable(prepared_.analysis, row))
      ++(is_event(prepared_.analysis, row) ? known_[arm].with : known_[arm].without);
    if (prepared_.counts_events) ++played_.events[arm];
  }
  if (information_ >= due && !to_the_end) return false;
  if (prepared_.counts_events && !entered_.day.empty())
    today_ = std::max(today_, entered_.day.back() + prepared_.follow_up);
  return true;
}

/// z of every open arm; with a size that may have changed, of increments with the weights that were planned.
void Conduct::compare_all(std::size_t look, std::vector<double>& z) {
  const double planned = design_.looks[look] - (look > 0 ? design_.looks[look - 1] : 0);
  for (std::uint32_t arm = 1; arm < lives_.arms(); ++arm) {
    if (!is_open_[arm]) continue;
    const Compared now = compare_arms(prepared_.analysis, lives_, entered_, arm, today_, design_.known_after,
                                      design_.margin, design_.fewer_is_better);
    SoFar& so_far = so_far_[arm];
    if (design_.re_estimation) {
      so_far.z.push_back(z_since(so_far.last, now));
      so_far.weight.push_back(planned);
    }
    so_far.last = now;
    z[arm] = design_.re_estimation ? inverse_normal(so_far.z, so_far.weight) : now.z;
  }
}

/// At the last look all of alpha is spent, with as much information as there is.
double Conduct::bound(std::size_t look, bool is_last) {
  looked_at_.push_back(static_cast<double>(information_));
  if (!is_last) return prepared_.bounds[look];
  const bool is_as_planned = look + 1 == design_.looks.size() && information_ >= wanted_information_;
  if (is_as_planned || design_.re_estimation || !design_.spending) return prepared_.bounds.back();
  std::vector<double> fractions, errors;
  for (std::size_t k = 0; k <= look; ++k) {
    if (k < look && looked_at_[k] == looked_at_[k + 1]) continue;  // the same z twice: the later, lower bound decides
    fractions.push_back(looked_at_[k] / looked_at_.back());
    errors.push_back(k < look ? spent(*design_.spending, prepared_.alpha, design_.looks[k]) : prepared_.alpha);
  }
  return efficacy_bounds(fractions, errors, sides_of(design_)).upper.back();
}

/// Arms that are unlikely to win, or that do worst, take no more patients.
void Conduct::drop_some(std::size_t look, const std::vector<double>& z) {
  for (std::uint32_t arm = 1; arm < lives_.arms(); ++arm) {
    if (!is_open_[arm]) continue;
    const double power = power_on_trend(look, z[arm]);
    const bool is_futile = design_.futile_below && power < *design_.futile_below;
    const bool is_dropped = design_.dropping == Dropping::by_power && power < design_.drop_below && open_others() > 1;
    if (is_futile || is_dropped) close(arm);
  }
  if (design_.dropping != Dropping::worst || open_others() < 2) return;
  std::uint32_t worst = 0;
  for (std::uint32_t arm = 1; arm < lives_.arms(); ++arm)
    if (is_open_[arm] && (worst == 0 || z[arm] < z[worst])) worst = arm;
  close(worst);
}

void Conduct::re_estimate(std::size_t look, double z) {
  const ReEstimation& plan = *design_.re_estimation;
  if (look != plan.look) return;
  const auto planned = static_cast<double>(wanted_information_);
  const Resized resized = resize({.first = static_cast<double>(information_),
                                  .planned = planned,
                                  .most = std::max(planned, static_cast<double>(plan.most)),
                                  .critical = prepared_.bounds.back(),
                                  .power = plan.power,
                                  .least_conditional_power = plan.from},
                                 z);
  if (resized.zone != Zone::promising) return;
  wanted_information_ = static_cast<std::uint64_t>(std::ceil(resized.size));
  if (design_.events == 0) wanted_ = wanted_information_;
  if (next_entry_ == kNotAtAll) next_entry_ = std::max(today_, entry_after(entered_.day.back()));
}

void Conduct::end(std::size_t look, TrialEnding ending, const std::vector<double>& z) {
  played_.ending = ending;
  played_.look = static_cast<std::uint32_t>(look);
  played_.days = today_;
  played_.is_short = wanted_ > lives_.patients();
  std::uint32_t best = 0;
  for (std::uint32_t arm = 1; arm < lives_.arms(); ++arm)
    if (!std::isnan(z[arm]) && (best == 0 || z[arm] > z[best])) best = arm;
  if (best == 0) return;
  played_.z = z[best];
  played_.estimate = so_far_[best].last.estimate;
}

bool Conduct::look_at(std::size_t look, bool is_complete) {
  const bool is_last = is_complete || look + 1 == design_.looks.size();
  std::vector<double> z(lives_.arms(), kNaN);
  compare_all(look, z);
  const double least = bound(look, is_last);
  for (std::uint32_t arm = 1; arm < lives_.arms(); ++arm) {
    if (!is_open_[arm]) continue;
    if (z[arm] >= least) played_.better |= std::uint64_t{1} << arm;
    if (design_.sides == 2 && z[arm] <= -least) close(arm);
  }
  if (played_.better != 0) return end(look, TrialEnding::better, z), true;
  if (open_others() == 0) return end(look, TrialEnding::worse, z), true;
  if (is_last) return end(look, TrialEnding::undecided, z), true;
  drop_some(look, z);
  if (open_others() == 0) return end(look, TrialEnding::futile, z), true;
  if (design_.re_estimation) re_estimate(look, z[1]);
  return false;
}

}  // namespace

PreparedDesign prepare(const TrialDesign& design, const BuiltPlan& built) {
  PreparedDesign prepared;
  prepared.design = design;
  prepared.analysis = *std::ranges::find(built.analyses, design.analysis, &AnalysisPlan::name);
  const Plan& plan = built.buffer.plan();
  for (std::uint32_t a = 0; a < plan.arms.count; ++a) prepared.shares.push_back(at(plan, plan.arms, a).share);
  if (prepared.design.patients == 0) prepared.design.patients = plan.patients;
  if (prepared.design.known_after < 0) prepared.design.known_after = plan.last_day;
  prepared.follow_up = plan.last_day;
  prepared.counts_events = prepared.analysis.time >= 0;
  prepared.alpha = design.alpha / design.sides;
  if (design.adjusts) prepared.alpha /= std::max(1.0, static_cast<double>(prepared.shares.size()) - 1);
  if (design.spending) {
    prepared.bounds =
        efficacy_bounds(design.looks, spent(*design.spending, prepared.alpha, design.looks), sides_of(design)).upper;
  } else {
    prepared.bounds.assign(design.looks.size(), kNotAtAll);
    prepared.bounds.back() = boost::math::quantile(boost::math::complement(boost::math::normal(), prepared.alpha));
  }
  return prepared;
}

PlayedTrial play(const PreparedDesign& design, const Lives& lives) { return Conduct(design, lives).conduct(); }

}  // namespace vt
