#pragma once
#include <map>
#include <string>
#include <string_view>
#include <utility>

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

void read_pk(TableReader& root, Scenario& scenario);

}  // namespace vt
