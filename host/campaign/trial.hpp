#pragma once
#include <optional>
#include <vector>

#include "host/campaign/campaign.hpp"
#include "host/campaign/record_patients.hpp"
#include "host/campaign/workers/do_units.hpp"

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
  std::optional<WorkSchedule> all_at_once() const;
  void add(const WorkSchedule::Unit& unit, std::vector<std::uint64_t> words);

  void simulate();
  TrialFound found() &&;  ///< once all is done

 private:
  int most_threads() const;
  /// \param rows  of these units; null: none
  void do_some(const Units& some, Record* rows);
  void do_replicates();
  void do_looks();
  void tell_parts(TrialFound& found) const;
  std::string saved(const Ledger& ledger) const;
  void resume();

  BuiltPlan built_;
  const Engine& engine_;
  const RunOptions& options_;
  const Progress& progress_;
  const std::atomic<bool>& stop_;
  std::optional<PatientRecording> recording_;
  Units all_;
  Parts parts_;
  Doing doing_;
  Ledger ledger_;
  std::uint64_t patients_ = 0;  ///< per replicate, who are done
  std::uint64_t resumed_ = 0;   ///< of all replicates, who were done before
  Crew crew_;                   ///< the smallest that worked
  std::vector<Record> records_;
  std::vector<ResultTest> tests_;
  std::vector<std::string> said_;
};

}  // namespace vt
