#pragma once
#include <ostream>
#include <string>

#include <gtest/gtest.h>

#include "tests/unit/host/scenario/sample.hpp"

namespace vt {

/// A mistake made in the sample: `from` replaced by `to`, where «» marks the place that must be named.
struct Refusal {
  std::string from, to, text;  ///< text: a part of the problem
  friend std::ostream& operator<<(std::ostream& out, const Refusal& r) { return out << r.to << " → " << r.text; }
};

/// The problem stands at the marked place, and says what it should.
inline void expect_refused(const Refusal& refusal) {
  const sample::Marked marked = sample::unmark(sample::with(refusal.from, refusal.to));
  const sample::Reading reading = sample::read(marked.text);
  for (const Problem& problem : reading.problems)
    if (problem.where.file == "s.toml" && problem.where.line == marked.line && problem.where.column == marked.column &&
        problem.text.find(refusal.text) != std::string::npos)
      return;
  ADD_FAILURE() << "expected s.toml:" << marked.line << ":" << marked.column << ": " << refusal.text << "\ngot:\n"
                << sample::join(reading.problems);
}

}  // namespace vt
