#pragma once
#include <optional>
#include <vector>

#include "host/campaign/campaign.hpp"
#include "host/campaign/kept_columns.hpp"
#include "host/campaign/record_patients.hpp"
#include "host/campaign/trial_hand.hpp"
#include "host/campaign/workers/do_unit.hpp"

namespace vt {

/// A trial that is being simulated.
class Trial {
 public:
  Trial(BuiltPlan built, const Engine& engine, const RunOptions& options, const Progress& progress,
        const std::atomic<bool>& stop);
  Trial(const Trial&) = delete;
  Trial& operator=(const Trial&) = delete;

  const Plan& plan() const { return built_.buffer.plan(); }
  /// All units, where nothing has to be looked at before they are done. Then who does them says what they add.
  std::optional<std::vector<PlacedUnit>> all_at_once() const;
  void add(const PlacedUnit& unit, std::vector<std::uint64_t> words);

  /// What is asked for: all of it, or a part; or puts together what is there. \throws DeviceError, Interrupted,
  /// IoError, Incomplete
  void simulate();
  /// Instead, in a process that does not lead: does what it is given.
  void follow();

  TrialFound found() &&;  ///< of what is done

 private:
  bool tests_by_replicate() const;
  /// Whether the trial table is wanted, for tests or to be kept: then whole replicates are simulated.
  bool has_table() const { return !tests_.empty() || kept_.is_wanted(); }
  bool is_whole_so_far() const;
  TrialWork work_for(Wanted wanted, std::uint64_t rows_begin) const;
  std::unique_ptr<Hand> hire(const TrialWork& work, const Seat& seat);
  std::string about(Wanted wanted, std::uint64_t rows_begin) const;
  void share_out(const std::vector<Take>& takes, Wanted wanted, Record* rows, std::uint64_t rows_begin);
  /// Adds what a run of this trial has saved. \throws BadBytes, also where it has patients that are already there
  void add_saved(std::string_view content);
  void save(bool is_whole = false) const { options_.checkpoint->save(saved(), is_whole); }
  void save_if_due() const {
    if (options_.checkpoint != nullptr && options_.checkpoint->is_due()) options_.checkpoint->try_save(saved());
  }
  void join();
  void do_replicates();
  void do_looks();
  std::vector<Take> own_part() const;
  void tell_parts(TrialFound& found) const;
  std::string saved() const;
  void resume();
  void keep_rows_of_done();

  BuiltPlan built_;
  const Engine& engine_;
  const RunOptions& options_;
  const Progress& progress_;
  const std::atomic<bool>& stop_;
  Parts parts_;
  Places places_;
  std::optional<PatientRecording> recording_;
  bool writes_down_ = false;  ///< patients of `recording_` while they are simulated
  Ledger ledger_;
  std::uint64_t patients_ = 0;  ///< per replicate, who are done
  std::uint64_t resumed_ = 0;   ///< of all replicates, who were done before
  Crew crew_;                   ///< the smallest that worked
  int wanted_threads_ = 1;
  std::vector<Record> records_;
  std::vector<ResultTest> tests_;  ///< of all replicates
  KeptColumns kept_;
  std::vector<std::string> said_, noted_;
};

}  // namespace vt
