#include "output/qualification/certificate.hpp"

#include <fstream>

#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "output/io_error.hpp"

namespace vt { namespace {

/// Of 1000 patients 200 in A, 400 in B; of 10 patients 5 in C.
Results arms() {
  Results results;
  results.patients = 2010;
  ResultTally tally;
  tally.name = "mmr";
  tally.axes.push_back({"arm", ResultAxisKind::arm, "", "", {"A", "B", "C"}, {}, 0, 0, 0, {}, {}});
  tally.randomised = tally.evaluable = {1000, 1000, 10};
  tally.events = {200, 400, 5};
  results.tallies = {tally};
  return results;
}

/// Accepted from `low` to `high`.
QualificationRow row(const char* name, const char* arm, double low, double high, TargetKind kind,
                     const char* tag = "V") {
  QualificationRow one;
  one.id = "V1";
  Target& t = one.target;
  t.name = name, t.run = "first", t.tally = "mmr", t.statistic = "itt", t.kind = kind, t.tag = tag, t.source = "s";
  t.where = {{"arm", arm}};
  t.low = low, t.high = high, t.value = 0.5 * (low + high);
  return one;
}

constexpr TargetKind kFitted = TargetKind::fitted, kPredicted = TargetKind::predicted;

Certificate of(const std::vector<QualificationRow>& rows, double required_share = 0.5) {
  const Results results = arms();
  Certificate certificate;
  certificate.name = "toy", certificate.title = "A toy <b>", certificate.file = "toy.toml";
  certificate.required_share = required_share, certificate.fewest_patients = 30;
  certificate.rows = certify({{"first", &results}}, rows, certificate.fewest_patients);
  certificate.runs.push_back({"first", "x.toml", "out/first.h5", {"trial.seed = 2"}, 7, 2010, 1, 0, 0xabc, "hash", {}});
  certificate.provenance.software_version = "0.1", certificate.provenance.finished_utc = "2026-01-01T00:00:00Z";
  return certificate;
}

TEST(Certificate, counts_fitted_predicted_and_soft_rows_apart) {
  const Certificate certificate = of({row("a", "A", 0.1, 0.3, kFitted), row("b", "B", 0.3, 0.5, kPredicted),
                                      row("c", "B", 0.1, 0.2, kPredicted), row("d", "B", 0.1, 0.2, kPredicted, "ML"),
                                      row("e", "B", 0.1, 0.2, kFitted, "A"), row("f", "A", 0.1, 0.2, kFitted, "P")});
  const CertificateStanding standing = standing_of(certificate);
  EXPECT_EQ(standing.fitted.rows, 1);
  EXPECT_EQ(standing.fitted.inside, 1);
  EXPECT_EQ(standing.predicted.rows, 2);
  EXPECT_EQ(standing.predicted.inside, 1);
  EXPECT_EQ(standing.soft.rows, 3);
  EXPECT_EQ(standing.soft.inside, 1);
  EXPECT_DOUBLE_EQ(standing.share, 2.0 / 3);
  EXPECT_TRUE(standing.is_passed()) << standing.why_not[0];
  EXPECT_EQ(summary_of(certificate),
            "passed: 2 of 3 rows inside (66.7 %, 50.0 % needed): fitted 1 of 1, predicted 1 of 2; soft rows, which do "
            "not count: 1 of 3");
}

TEST(Certificate, is_refused_for_a_fitted_row_a_required_row_or_too_few_inside) {
  const std::vector<QualificationRow> good = {row("a", "A", 0.1, 0.3, kFitted), row("b", "B", 0.3, 0.5, kPredicted)};
  EXPECT_TRUE(standing_of(of(good, 1)).is_passed());
  auto why = [&](const QualificationRow& one, double share) {
    std::vector<QualificationRow> rows = good;
    rows.push_back(one);
    return standing_of(of(rows, share)).why_not;
  };
  EXPECT_EQ(why(row("c", "A", 0.3, 0.4, kFitted), 0.5), std::vector<std::string>{"the fitted row 'c' is not inside"});
  EXPECT_TRUE(why(row("c", "A", 0.3, 0.4, kPredicted), 0.66).empty());
  EXPECT_EQ(why(row("c", "A", 0.3, 0.4, kPredicted), 0.67),
            std::vector<std::string>{"2 of 3 rows are inside, 66.7 %; 67.0 % are needed"});
  QualificationRow required = row("c", "A", 0.3, 0.4, kPredicted);
  required.target.required = true;
  EXPECT_EQ(why(required, 0.5), std::vector<std::string>{"the required row 'c' is not inside"});
}

TEST(Certificate, counts_what_cannot_be_tested_as_outside) {
  QualificationRow missing = row("no such cell", "D", 0, 1, kPredicted);
  const Certificate certificate = of({row("few", "C", 0, 1, kPredicted), missing});
  EXPECT_EQ(certificate.rows[0].found.verdict, Verdict::not_testable);
  EXPECT_EQ(certificate.rows[0].found.reason, "10 patients were simulated there (30 are needed)");
  EXPECT_EQ(certificate.rows[1].found.verdict, Verdict::not_testable);
  EXPECT_EQ(standing_of(certificate).predicted.inside, 0);
  EXPECT_FALSE(standing_of(certificate).is_passed());
}

TEST(Certificate, says_where_more_patients_might_tell) {
  EXPECT_FALSE(of({row("a", "A", 0.1, 0.3, kPredicted)}).rows[0].is_near_limit);
  EXPECT_TRUE(of({row("a", "A", 0.1, 0.21, kPredicted)}).rows[0].is_near_limit);
  EXPECT_TRUE(of({row("a", "A", 0.21, 0.3, kPredicted)}).rows[0].is_near_limit);
}

TEST(Certificate, as_json_has_rows_runs_and_predictive_intervals) {
  QualificationRow sized = row("a", "A", 0.1, 0.3, kFitted);
  sized.study_size = {157};
  const nlohmann::ordered_json json = certificate_json(of({sized, row("b", "B", 0.1, 0.2, kPredicted, "ML")}));
  EXPECT_EQ(json["schema"], "vtrial-certificate");
  EXPECT_TRUE(json["passed"]);
  EXPECT_EQ(json["fitted"]["rows"], 1);
  EXPECT_EQ(json["soft"]["inside"], 0);
  const auto& one = json["rows"][0];
  EXPECT_EQ(one["id"], "V1");
  EXPECT_EQ(one["verdict"], "inside");
  EXPECT_FALSE(one["soft"]);
  EXPECT_DOUBLE_EQ(one["predictive"]["low"], 21.0 / 157);  // as in predictive.test.cpp
  EXPECT_DOUBLE_EQ(one["predictive"]["high"], 42.0 / 157);
  EXPECT_TRUE(one["predictive"]["holds_published"]);
  EXPECT_TRUE(json["rows"][1]["predictive"]["low"].is_null());
  EXPECT_TRUE(json["rows"][1]["soft"]);
  EXPECT_EQ(json["runs"][0]["plan_hash"], "0000000000000abc");
}

TEST(Certificate, shows_what_was_before_and_what_has_become_of_it) {
  const std::string path = testing::TempDir() + "earlier.certificate.json";
  write_certificate_json(path, of({row("a", "A", 0.3, 0.4, kFitted), row("gone", "B", 0.3, 0.5, kPredicted)}));
  EXPECT_TRUE(is_certificate_file(path));
  Certificate now = of({row("a", "A", 0.1, 0.3, kFitted), row("new", "B", 0.3, 0.5, kPredicted)});
  now.earlier = read_certificate(path);
  EXPECT_FALSE(now.earlier->is_passed);
  const nlohmann::ordered_json changes = certificate_json(now)["changes"];
  ASSERT_EQ(changes.size(), 3u);
  EXPECT_EQ(changes[0]["before"]["verdict"], "outside");
  EXPECT_EQ(changes[0]["before"]["low"], 0.3);
  EXPECT_EQ(changes[0]["after"]["verdict"], "inside");
  EXPECT_TRUE(changes[1]["before"].is_null());
  EXPECT_EQ(changes[2]["name"], "gone");
  EXPECT_TRUE(changes[2]["after"].is_null());
  const std::string page = certificate_html(now);
  EXPECT_NE(page.find("before: 30.0 to 40.0 %"), std::string::npos);
  EXPECT_NE(page.find("no such row"), std::string::npos);
}

TEST(Certificate, is_read_from_no_other_file) {
  const std::string path = testing::TempDir() + "other.json";
  for (const char* text : {"{}", "[1]", "{\"schema\": \"vtrial-certificate\"}", "text",
                           "{\"schema\": \"vtrial-certificate\", \"schema_version\": \"2.0\"}"}) {
    std::ofstream(path) << text;
    EXPECT_THROW(read_certificate(path), IoError) << text;
    EXPECT_FALSE(is_certificate_file(path));
  }
}

TEST(Certificate, page_has_every_row_its_miss_and_no_script) {
  QualificationRow miss = row("outside & alone", "B", 0.1, 0.2, kPredicted);
  miss.target.explanation = "Nobody knows <why>.";
  const std::string page =
      certificate_html(of({row("a", "A", 0.1, 0.3, kFitted), miss, row("soft", "B", 0, 1, kFitted, "A"),
                           row("silent", "A", 0.5, 0.6, kPredicted)}));
  for (const char* text : {"outside &amp; alone", "Nobody knows &lt;why&gt;.", "nothing is said of this miss",
                           "A toy &lt;b&gt;", "Predicted: 0 of 2 inside", "Fitted: 1 of 1 inside",
                           "Soft: 1 of 1 inside", "0000000000000abc", "not passed", "forest-1"})
    EXPECT_NE(page.find(text), std::string::npos) << text;
  EXPECT_EQ(page.find("<script"), std::string::npos);
}

TEST(Certificate, print_names_each_miss_and_ends_with_the_summary) {
  QualificationRow miss = row("b", "B", 0.1, 0.2, kPredicted);
  miss.target.explanation = "Nobody knows why.";
  const Certificate certificate = of({row("a", "A", 0.1, 0.3, kFitted), miss});
  EXPECT_EQ(print_certificate(certificate),
            "A toy <b>\n  V1 b (predicted, MISS): 40.0 % against 10.0 to 20.0 %\n    Nobody knows why.\n" +
                summary_of(certificate) + "\n");
}

}  // namespace
}  // namespace vt
