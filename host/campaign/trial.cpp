#include "host/campaign/trial.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <span>
#include <thread>

#include "host/campaign/collect.hpp"
#include "host/campaign/looks.hpp"
#include "host/campaign/trial_table.hpp"
#include "output/io_error.hpp"

namespace vt {

Trial::Trial(BuiltPlan built, const Engine& engine, const RunOptions& options, const Progress& progress,
             const std::atomic<bool>& stop)
    : built_(std::move(built)),
      engine_(engine),
      options_(options),
      progress_(progress),
      stop_(stop),
      doing_{plan(), engine.run, engine.run} {
  constexpr std::uint64_t gpu_block = std::uint64_t{1} << 18;  // four waves of blocks on the largest devices
  all_ = {options.first, plan().patients, plan().replicates,
          engine.cpu ? std::max<std::uint64_t>(1, options.block) : gpu_block};
  if (options.in_parts && !built_.stopping) parts_ = parts_of(plan().patients, plan().replicates);
  ledger_ = Ledger(plan(), parts_.count);
  if (built_.recording.patients > 0) recording_.emplace(built_, options.first);
  if (recording_ && engine.cpu)
    doing_.run = [this](const Plan&, WorkUnit unit, std::uint64_t* words, Record* rows) {
      recording_->run_unit(engine_.cpu->run, unit, words, rows);
    };
  doing_.threads = crew_.threads =
      static_cast<int>(std::clamp<std::uint64_t>(all_.count(), 1, static_cast<std::uint64_t>(most_threads())));
  records_.resize(options.keep_records ? plan().patients * plan().replicates : 0);
  tests_ = empty_tests(built_);
}

std::optional<WorkSchedule> Trial::all_at_once() const {
  if (!tests_.empty() || built_.stopping || recording_ || !records_.empty()) return std::nullopt;
  return WorkSchedule(all_, all_, parts_);
}

void Trial::add(const WorkSchedule::Unit& unit, std::vector<std::uint64_t> words) {
  add_unit(doing_, unit, std::move(words), ledger_);
  patients_ = plan().patients;
}

int Trial::most_threads() const {
  constexpr int gpu_threads = 2;  // one's kernel runs while the other adds up
  if (!engine_.cpu) return gpu_threads;
  const int cores = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  return options_.threads > 0 ? options_.threads : cores;
}

void Trial::do_some(const Units& some, Record* rows) {
  const auto all = static_cast<double>(plan().patients * plan().replicates);
  const double before = static_cast<double>(ledger_.lives()) / all;
  const WorkSchedule schedule(some, all_, parts_, ledger_.done);
  const Progress overall = [&](double share) {
    if (progress_) progress_(before + share * static_cast<double>(schedule.lives()) / all);
  };
  const Saving saving{[this] { return options_.checkpoint->is_due(); },
                      [this](const Ledger& ledger) { options_.checkpoint->save(saved(ledger)); }};
  // What rows are for is not done with its units: they are added when it is.
  const bool has_rows = rows != nullptr;
  Ledger apart(plan(), parts_.count);
  const Crew crew = do_units(doing_, schedule, has_rows ? apart : ledger_, rows, overall, stop_,
                             options_.checkpoint != nullptr && !has_rows ? &saving : nullptr);
  if (crew.threads < crew_.threads) crew_ = crew;
  if (!stop_) return ledger_.add(std::move(apart));
  if (options_.checkpoint == nullptr) throw Interrupted("stopped before the last patient; nothing was written");
  options_.checkpoint->save(saved(ledger_));
  throw Interrupted(
      fmt::format("stopped before the last patient; what is done is kept in {}, and the same command with "
                  "--resume goes on",
                  options_.checkpoint->path()));
}

std::string Trial::saved(const Ledger& ledger) const {
  BytesOut out;
  out.put(patients_);
  ledger.save(out);
  for (const ResultTest& test : tests_) {
    for (const std::vector<double>* column : {&test.estimate, &test.standard_error, &test.p}) out.put(*column);
    out.put(test.patients);
    out.put(test.events);
  }
  return out.bytes();
}

/// \throws IoError
void Trial::resume() {
  std::string note;
  const std::optional<std::string> content = options_.checkpoint->load(note);
  if (!note.empty()) said_.push_back(note);
  if (!content) return;
  try {
    BytesIn in(*content);
    patients_ = in.number<std::uint64_t>();
    ledger_ = Ledger::load(in, plan(), parts_.count);
    for (ResultTest& test : tests_) {
      for (std::vector<double>* column : {&test.estimate, &test.standard_error, &test.p})
        *column = in.numbers<double>();
      test.patients = in.numbers<std::int64_t>();
      test.events = in.numbers<std::int64_t>();
    }
    in.end();
    resumed_ = ledger_.lives();
    doing_.run = engine_.run;  // who is written down may be done: finish() writes down all of them
  } catch (const BadBytes& flaw) {
    throw IoError(options_.checkpoint->path(), "cannot be resumed", flaw.what());
  }
}

/// Some replicates at a time, so that only their trial tables are held.
void Trial::do_replicates() {
  constexpr std::uint64_t most_rows = std::uint64_t{1} << 16;
  const std::uint64_t patients = plan().patients, replicates = plan().replicates;
  const std::uint64_t at_once = std::max<std::uint64_t>(1, most_rows / std::max<std::uint64_t>(1, patients));
  std::vector<Record> tables(std::min(at_once, replicates) * patients);
  Units some = all_;
  some.first_replicate = tests_[0].replicates();  // of a trial that goes on
  for (; some.first_replicate < replicates; some.first_replicate += some.replicates) {
    some.replicates = std::min(at_once, replicates - some.first_replicate);
    do_some(some, tables.data());
    for (std::uint64_t r = 0; r < some.replicates; ++r)
      add_replicate(built_, std::span(tables).subspan(r * patients, patients), tests_);
    if (!records_.empty())
      std::copy_n(tables.data(), some.replicates * patients, records_.data() + some.first_replicate * patients);
    if (options_.checkpoint != nullptr && options_.checkpoint->is_due()) options_.checkpoint->save(saved(ledger_));
  }
  patients_ = patients;
}

/// All patients, or as many as it takes to know a tally.
void Trial::do_looks() {
  bool is_enough = false;
  Units some = all_;
  do {
    if (built_.stopping) {
      some.first = all_.first + patients_;
      some.patients = next_look(patients_, plan().patients) - patients_;
    }
    do_some(some, records_.empty() ? nullptr : records_.data() + patients_);
    patients_ += some.patients;
    is_enough = built_.stopping && is_known(built_, ledger_.total(plan()));
  } while (patients_ < plan().patients && !is_enough);
  if (built_.stopping) said_.push_back(how_it_ended(built_, patients_, is_enough));
}

void Trial::tell_parts(TrialFound& found) const {
  if (parts_.count <= 1) return;
  const auto lives = static_cast<double>(ledger_.lives());
  for (std::size_t p = 0; p < parts_.count; ++p) {
    found.without.push_back(collect_without(built_, ledger_, p));
    found.shares.push_back(static_cast<double>(ledger_.lives_in[p]) / lives);
    if (!parts_.by_replicate) continue;
    const auto [begin, end] = replicates_of(parts_, p, plan().replicates);
    for (const ResultTest& test : tests_) found.without.back().tests.push_back(without_replicates(test, begin, end));
  }
}

void Trial::simulate() {
  if (options_.checkpoint != nullptr && options_.resumes) resume();
  if (tests_.empty())
    do_looks();
  else
    do_replicates();
  records_.resize(options_.keep_records ? patients_ * plan().replicates : 0);
}

TrialFound Trial::found() && {
  TrialFound found;
  tell_parts(found);
  Results& results = found.results;
  results = collect(built_, ledger_, patients_, doing_.plain);
  results.tests = std::move(tests_);
  results.notes.insert(results.notes.end(), said_.begin(), said_.end());
  results.records.resize(records_.size() * sizeof(Record));
  if (!records_.empty()) std::memcpy(results.records.data(), records_.data(), results.records.size());
  if (recording_) recording_->finish(choose_cpu_build().run, results);
  results.provenance.backend = engine_.cpu ? "cpu" : "cuda";
  results.provenance.isa = engine_.cpu ? engine_.cpu->name : "";
  results.provenance.device_name = engine_.backend.device;
  results.provenance.threads = crew_.threads;
  if (resumed_ > 0)
    results.provenance.notes.push_back(fmt::format("{} of {} patients were done when the run was resumed", resumed_,
                                                   plan().patients * plan().replicates));
  if (crew_.threads < doing_.threads)
    results.provenance.notes.push_back(fmt::format("the run had {} of {} threads ({}), and the numbers of any",
                                                   crew_.threads, doing_.threads, crew_.flaw));
  return found;
}

}  // namespace vt
