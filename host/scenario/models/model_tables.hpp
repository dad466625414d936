#pragma once
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "host/scenario/sections.hpp"

/// \file What the readers of model tables share.

namespace vt {

/// Names of entries without source and basis, by file: one Problem for each file.
using Unsourced = std::map<std::string, std::pair<Position, std::string>>;

/// Notes an entry that has neither source nor basis; one of them without the other is a Problem.
void note_origin(const Field& field, Unsourced& unsourced);

/// The Problems of what was noted.
void report(const Unsourced& unsourced, Problems& problems);

/// Opens [section]; false where the scenario has none.
bool begin_model(const Field& field, ModelSpec& model);

/// The entries of a section that kModelKeys lists.
void read_keys(TableReader& reader, std::string_view section, ModelSpec& model, Unsourced& unsourced);

/// The names of those models of a table of kernels/vocabulary that are bits of `models`.
template <class Entry, std::size_t N>
std::vector<std::string_view> names_with(const Entry (&table)[N], std::uint32_t models) {
  std::vector<std::string_view> names;
  for (const Entry& one : table)
    if (models & bits_of_models(one.model)) names.push_back(one.name);
  return names;
}

void read_pk(TableReader& root, Scenario& scenario);
void read_assays(TableReader& root, Scenario& scenario);

/// The trends of a model that are given, by key.
void read_trends(TableReader& reader, ModelSpec& model, Unsourced& unsourced);

}  // namespace vt
