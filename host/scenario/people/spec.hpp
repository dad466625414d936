#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "host/scenario/written.hpp"
#include "kernels/vocabulary/distributions.hpp"

/// \file Who the patients are, as written.

namespace vt {

struct CovariateSpec {
  std::string name;
  Distribution distribution = Distribution::fixed;  ///< table: a column of the user's table
  std::map<std::string, Expression> parameters;     ///< value | p | mean, sd | median, sd_log | low, high | a, b
  std::vector<double> values, probabilities;        ///< categorical
  std::optional<double> min, max;
  int column = -1;             ///< table
  bool per_replicate = false;  ///< drawn once for all patients of a replicate
  Origin origin;
  Position where;
};

/// A mutant of the disease's target; one of them is drawn for each patient.
struct MutantSpec {
  std::string name;
  double fold = 1, second_fold = 1;  ///< loss of sensitivity to the first and to the second drug
  double share = 0;                  ///< weight among the mutants
  Origin origin;
  Position where;
};

/// A group of correlated random effects, or one alone.
struct RandomEffectSpec {
  std::vector<std::string> names;               ///< used in formulas as eta.NAME
  std::vector<std::vector<double>> covariance;  ///< square, order of names
  std::vector<int> columns;                     ///< of the user's table, -1 = sampled; empty: all are sampled
  bool per_replicate = false;                   ///< drawn once for all patients of a replicate
  Origin origin;
  Position where;
};

/// A named value: a number, or a formula over covariates, eta.* and parameters above it.
struct ParameterSpec {
  std::string name;
  Expression value;
};

/// Patients qualify for whom `when`, a formula over covariates, eta.* and parameters, holds.
struct CriterionSpec {
  std::string name;
  Text when;
};

/// A Gaussian copula: the correlations of the normal scores of covariates.
struct CorrelationSpec {
  std::vector<std::string> names;
  std::vector<std::vector<double>> matrix;  ///< positive definite, diagonal 1, order of names
  Origin origin;
  Position where;
};

/// The user's own patients, from a CSV file.
struct PatientTableSpec {
  struct Wanted {
    std::string name;
    Text header;
  };
  struct Column {
    std::string name;
    std::vector<double> values;  ///< a value for each row, in kernel units
  };
  Text file;                      ///< as written, relative to the file that names it
  bool with_replacement = false;  ///< each patient draws a row; otherwise patient i has row i
  std::vector<Wanted> wanted;     ///< columns to take; empty = all but id
  std::vector<Column> columns;
  std::size_t rows = 0;
  std::vector<std::string> ids;  ///< of the rows, where dose records ask for them
  std::string sha256;            ///< of the file
  Origin origin;
};

/// Doses that the user's patients have taken, from a CSV file: they take the place of regimen and adherence.
struct DoseRecordsSpec {
  struct Dose {
    std::int32_t day;
    double time_h;  ///< after the day's start
    double mg;
  };
  Text file;                              ///< as written, relative to the file that names it
  std::optional<std::int32_t> until_day;  ///< from this day on regimen and adherence hold again
  double morning_h = 8;                   ///< clock time of the nominal morning dose
  std::vector<Dose> doses;                ///< patient after patient, ascending
  /// Who has records, ascending: rows of the user's table or, without a table, numbers of patients. And the first dose
  /// of each, with the number of all doses at the end.
  std::vector<std::uint32_t> patients, first;
  std::string sha256;  ///< of the file
  Origin origin;
};

}  // namespace vt
