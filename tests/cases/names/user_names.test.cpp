// A name that formulas read has one meaning: a covariate called like an observable would be read by criteria, models
// and doses, the observable by visits, rules and tallies. Every kind of name is tried with every name that formulas
// know.
#include <gtest/gtest.h>

#include "host/plan/names/observables.hpp"
#include "tests/support/population.hpp"

namespace vt::test { namespace {

/// A kind of table with a name, and what the problem calls it; "": formulas read such names behind a dot or not at all.
struct Kind {
  const char* called;
  const char* text;  ///< NAME stands for the name
};

const Kind kKinds[] = {
    {"covariate",
     "[[covariate]]\nname = \"NAME\"\ndistribution = \"fixed\"\nvalue = 1\nsource = \"t\"\nbasis = \"assumed\"\n"},
    {"parameter", "[[parameter]]\nname = \"NAME\"\nvalue = 1\nsource = \"t\"\nbasis = \"assumed\"\n"},
    {"parameter", "[[parameter]]\nname = \"NAME\"\nformula = \"2*3\"\nsource = \"t\"\nbasis = \"assumed\"\n"},
    {"test",
     "[[test]]\nname = \"NAME\"\ncondition = \"day > 1\"\nsensitivity = 1\nspecificity = 1\nsource = \"t\"\nbasis = "
     "\"assumed\"\n"},
    {"", "[[random_effect]]\nname = \"NAME\"\nsd = 0.1\nsource = \"t\"\nbasis = \"assumed\"\n"},
    {"", "[[event]]\nname = \"NAME\"\nwhen = \"day > 1\"\n"},
    {"", "[[column]]\nname = \"NAME\"\nvalue = \"day\"\n"},
    {"", "[[visit]]\nname = \"NAME\"\nat = [\"day 1\"]\nmeasure = []\n"},
    {"", "[[mutant]]\nname = \"NAME\"\nfold = 2\nshare = 1\nsource = \"t\"\nbasis = \"assumed\"\n"},
    {"", "[[ladder]]\nname = \"NAME\"\nsteps = [{ dose = \"1 mg\", every = \"24 h\" }]\n"},
    {"",
     "[[interaction]]\nperpetrator = \"NAME\"\nfraction = 1\nclearance_ratio = 2\nsource = \"t\"\nbasis = "
     "\"assumed\"\n"},
};

std::string named(std::string text, const std::string& name) {
  const std::size_t at = text.find("NAME");
  return text.replace(at, 4, name);
}

/// Every name that a formula reads without its user having chosen it.
std::vector<std::string> names_of_formulas() {
  std::vector<std::string> names = {"exp", "log", "if", "defined", "clamp"};
  for (const ObservableName& entry : observable_names()) {
    if (is_family(entry)) continue;
    std::string name(entry.name);
    if (const std::size_t n = name.find("_Nd"); n != std::string::npos) name.replace(n, 3, "_28d");
    names.push_back(name);
  }
  return names;
}

TEST(UserNames, OfFormulasAreNoNamesOfOurs) {
  for (const std::string& name : names_of_formulas())
    for (const Kind& kind : kKinds) {
      if (name == "arm" && std::string_view(kind.text).starts_with("[[column]]"))
        continue;  // what analyses call the arm
      const std::string problems = problems_of(trial_around(named(kind.text, name)));
      if (std::string_view(kind.called).empty())
        EXPECT_EQ(problems, "") << named(kind.text, name);
      else
        EXPECT_TRUE(problems.find(": " + std::string(kind.called) + " '" + name + "' has the name of ") !=
                        std::string::npos ||
                    problems.find("test." + name + ".name is '" + name + "' (measure") != std::string::npos)
            << name << ": " << problems;
    }
}

TEST(UserNames, OfTwoKindsDiffer) {
  for (int first : {0, 1, 3})
    for (int second : {0, 1, 3}) {
      const std::string text = trial_around(named(kKinds[first].text, "x") + named(kKinds[second].text, "x"));
      EXPECT_NE(problems_of(text), "") << text;
    }
}

TEST(UserNames, OfAMutantsCovariateIsTakenOnce) {
  const std::string problems = problems_of(trial_around(named(kKinds[0].text, "mutant") + named(kKinds[8].text, "T")));
  EXPECT_NE(problems.find("covariate 'mutant' has the name of a covariate"), std::string::npos) << problems;
}

TEST(UserNames, OfAPatientTableAreColumnsThatCanBeLeftOut) {
  const auto text = [](const std::string& more) {
    return trial_around("[population]\ntable = { file = \"p.csv\"" + more + " }\n", "patients = 2");
  };
  const std::string csv = "id,age,anc\n1,50,1\n2,60,2\n";
  const std::string problems = problems_of(Files{{"s.toml", text("")}, {"p.csv", csv}});
  EXPECT_TRUE(problems.starts_with("p.csv:1:8: column 'anc' has the name of an observable")) << problems;
  EXPECT_NE(problems.find("leave it out with columns"), std::string::npos) << problems;
  EXPECT_EQ(problems_of(Files{{"s.toml", text(", columns = [\"age\"]")}, {"p.csv", csv}}), "");
}

}}  // namespace vt::test
