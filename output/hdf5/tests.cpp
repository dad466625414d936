#include "output/hdf5/tests.hpp"

#include "output/hdf5/write_tally.hpp"
#include "output/statistics/test_summary.hpp"

namespace vt::hdf5 {
namespace {

struct Table {
  const char* name;
  std::vector<double> ResultTest::*member;
  const char* long_name;
};
constexpr Table kTables[] = {
    {"estimate", &ResultTest::estimate, "log hazard ratio (cox), log odds ratio (logistic), chi-square (log-rank)"},
    {"standard_error", &ResultTest::standard_error, "of the estimate; NaN for log-rank"},
    {"p", &ResultTest::p, "two-sided p value"},
};

void write_test(hid_t tests, const ResultTest& test) {
  const Handle group = create_group(tests, tally_group_name(test.name));
  put(group, "name", test.name);
  put(group, "kind", std::string(name_of(test.kind)));
  put(group, "long_name", test.what);
  std::vector<double> numbers;
  for (std::size_t r = 0; r < test.replicates(); ++r) numbers.push_back(static_cast<double>(r));
  const Handle replicate = write_scale(group, "replicate", numbers), term = write_scale(group, "term", test.terms);
  put(replicate, "units", "1");
  put(replicate, "long_name", "replicate of the trial");
  put(term, "long_name", "what is estimated");
  const auto table = [&](const char* name, const std::vector<double>& values, const char* words) {
    const Handle data = write(group, name, {test.replicates(), test.terms.size()}, values);
    put(data, "units", "1");
    put(data, "long_name", words);
    attach(data, replicate, 0);
    attach(data, term, 1);
  };
  for (const auto& [name, member, words] : kTables) table(name, test.*member, words);
  for (const DerivedOfTest& derived : kDerivedOfTests)
    if (const std::vector<double> values = numbers_of(derived, test); !values.empty())
      table(derived.name, values, derived.long_name);
  const auto counts = [&](const char* name, const std::vector<std::int64_t>& values, const char* words) {
    const Handle data = write(group, name, {test.replicates()}, values);
    put(data, "units", "1");
    put(data, "long_name", words);
    attach(data, replicate, 0);
  };
  counts("patients", test.patients, "patients that entered the test");
  counts("events", test.events, "events among them");
  const auto by_term = [&](const char* name, const auto& values, const char* words) {
    const Handle data = write(group, name, {test.terms.size()}, values);
    put(data, "units", "1");
    put(data, "long_name", words);
    attach(data, term, 0);
  };
  std::vector<TestSummary> summaries;
  for (std::size_t t = 0; t < test.terms.size(); ++t) summaries.push_back(summary_of(test, t));
  std::vector<std::int64_t> estimates;
  for (const TestSummary& summary : summaries) estimates.push_back(summary.estimates);
  by_term("estimates", estimates, "replicates with an estimate; the others are NaN");
  for (const auto& [name, words, member] : kNumbersOfSummary) {
    std::vector<double> values;
    for (const TestSummary& summary : summaries) values.push_back(summary.*member);
    by_term(name, values, words);
  }
}

}  // namespace

void write_tests(hid_t file, const std::vector<ResultTest>& tests) {
  if (tests.empty()) return;
  const Handle group = create_group(file, "tests");
  for (const ResultTest& test : tests) write_test(group, test);
}

std::vector<ResultTest> read_tests(hid_t file) {
  std::vector<ResultTest> tests;
  if (!has(file, "tests")) return tests;
  const Handle all = open_group(file, "tests");
  for (const std::string& name : names_as_written(all)) {
    const Handle group = open_group(all, name);
    ResultTest test;
    test.name = text_attribute(group, "name");
    const std::string kind = text_attribute(group, "kind");
    const TestKindEntry* entry = find_named(kTestKinds, kind);
    if (entry == nullptr) throw Failure("test of the unknown kind '" + kind + "'");
    test.kind = entry->kind;
    test.what = text_attribute(group, "long_name");
    test.terms = read_texts(group, "term");
    for (const auto& table : kTables) test.*table.member = read_numbers(group, table.name);
    test.patients = read_integers(group, "patients");
    test.events = read_integers(group, "events");
    const std::size_t n = test.replicates() * test.terms.size();
    if (test.estimate.size() != n || test.p.size() != n || test.events.size() != test.replicates())
      throw Failure("test '" + name + "' has tables of different sizes");
    tests.push_back(std::move(test));
  }
  return tests;
}

}  // namespace vt::hdf5
