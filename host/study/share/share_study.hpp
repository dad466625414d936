#pragma once
/// \file What studies of all kinds do alike when they share out their work.

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "host/campaign/campaign.hpp"
#include "host/study/points.hpp"

namespace vt {

/// Seats for so many pieces of work: where there are fewer, each has several threads.
std::vector<Seat> seats_for(const Engine& engine, std::uint64_t pieces);

/// Numbers of this run's part that are not known, of `count`; a part has every so manieth.
std::vector<Take> open_numbers(std::uint64_t count, const std::vector<bool>& is_known,
                               const std::optional<RunPart>& part);

/// \param what  "points" \throws Incomplete where some are not known
void need_all(const std::vector<bool>& is_known, const Joining& joining, const std::string& what);

/// Records by their number, as bytes, and back. \throws BadBytes
using NumberedRecords = std::vector<std::pair<std::size_t, std::string>>;
std::string numbered_bytes(const NumberedRecords& records);
void accept_numbered(std::string_view bytes, const std::function<void(std::size_t, std::string)>& accept);

/// Of what `options.answered` has, to `options.checkpoint`, if there is one.
Saving saving_of(const RunOptions& options);

/// Saves what is known where the work was stopped, or is a part, or has taken long. \param what  "design point"
/// \param is_all  of the study's work; a generation of a search is not \throws Interrupted, IoError
void finish_share(const RunOptions& options, const std::atomic<bool>& stop, const std::string& what, bool is_all);

/// Of all seats.
int threads_of(const std::vector<Seat>& seats);

/// A point's key in Answered.
std::string key_of_point(const StudySpec& study, const std::vector<double>& point);

/// What other processes need to make the same study: from it, and back.
std::string about_points(const StudySpec& study, const Design& design, const std::string& identity);
/// \throws std::runtime_error: of another identity
void read_about(std::string_view about, const StudySpec& study, const Design& design, const std::string& identity,
                StudySpec& its_study, Design& its_design);

}  // namespace vt
