#pragma once
#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <type_traits>
#include <vector>

#include "host/cli/numbers.hpp"
#include "host/cli/options/entry.hpp"
#include "host/cli/printing.hpp"

/// \file Options that several commands have.

namespace vt {

/// An option that takes a whole number: "1e6" and "100_000" too, but not "010" or "0x10".
template <class T>
CLI::Option* add_whole(CLI::App& app, const std::string& name, T& target, const std::string& help,
                       std::uint64_t largest = kLargestWhole) {
  using Number = std::remove_reference_t<decltype(number_of(target))>;
  largest = std::min(largest, static_cast<std::uint64_t>(std::numeric_limits<Number>::max()));
  return app
      .add_option_function<std::string>(
          name,
          [&target, name, largest](const std::string& text) {
            const auto value = parse_whole(text, largest);
            if (!value)
              throw CLI::ValidationError(
                  name, fmt::format("'{}' is not a whole number from 0 to {}; write for example 100000, 100_000 or 1e5",
                                    text, largest));
            target = static_cast<Number>(*value);
          },
          help)
      ->type_name("N");
}

/// An option that takes the name of a file or a directory.
CLI::Option* add_file(CLI::App& app, const std::string& name, std::string& target, const std::string& help,
                      const std::string& type);

void add_set(CLI::App& app, std::vector<std::string>& set,
             const std::string& help = "set any entry of the scenario, as for run");

/// --set, --patients and --seed.
void add_changes(CLI::App& app, Changes& changes);

void add_json(CLI::App& app, Chosen& chosen, const std::string& help = "one JSON object on standard output");

/// --print and --quiet.
void add_printing(CLI::App& app, PrintingAsked& asked);

/// --tally.
CLI::Option* add_tally(CLI::App& app, std::vector<std::string>& tallies);

}  // namespace vt
