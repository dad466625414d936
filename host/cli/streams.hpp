#pragma once
#include <fmt/format.h>

#include <string>
#include <string_view>
#include <utility>

/// \file Standard output and standard error. A reader who has gone or a full disk behind them never ends a run.

namespace vt {

/// Puts something that cannot be used in the place of closed standard streams, so that no file of ours gets their
/// numbers; and a pipe whose reader has gone becomes an error like others. Called once, before anything is opened.
void guard_standard_streams();

/// To standard output. What cannot be written is remembered for output_failure().
void print(std::string_view text);

/// To standard error; what cannot be written is gone.
void say(std::string_view text);

template <class... T>
void print(fmt::format_string<T...> format, T&&... values) {
  print(std::string_view(fmt::format(format, std::forward<T>(values)...)));
}

template <class... T>
void say(fmt::format_string<T...> format, T&&... values) {
  say(std::string_view(fmt::format(format, std::forward<T>(values)...)));
}

/// A line; texts that are not UTF-8 are made it.
template <class Json>
void print_json(const Json& json, int indent = -1) {
  print("{}\n", json.dump(indent, ' ', false, Json::error_handler_t::replace));
}

/// From now on neither prints nor says anything: another process of the run does.
void keep_quiet();

/// Whether anything was printed.
bool has_printed();

/// Why a part of what was printed did not arrive; "" if all did.
std::string output_failure();

}  // namespace vt
