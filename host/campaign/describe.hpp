#pragma once
/// \file What has to be said of how a campaign was done.

#include <string>
#include <vector>

#include "host/campaign/campaign.hpp"
#include "output/results.hpp"

namespace vt {

/// Who did it, in a run's provenance. \param threads  of this process
void describe_work(const Engine& engine, const RunOptions& options, int threads, Provenance& provenance);

/// Of a checkpoint that could not be saved.
std::string unsaved_note(const Checkpoint& checkpoint);

/// Of results of which some is missing: says so in the title and before all other notes. \param done  "120 of 216
/// points" \param share  of the work
void mark_partial(const std::string& done, double share, std::string& title, std::vector<std::string>& notes);

/// \param leading, here  RunOptions::identity \throws std::runtime_error: this process reads something else than the
/// one that leads
void check_same_work(const std::string& leading, const std::string& here);

}  // namespace vt
