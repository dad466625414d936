#include <memory>

#include "host/cli/options/add.hpp"
#include "host/cli/selftest_command.hpp"

namespace vt {

namespace {

void declare_selftest(CLI::App& app, Chosen& chosen) {
  const auto asked = std::make_shared<SelfTestCommand>();
  add_file(app, "-o,--output", asked->directory, "where the certificate goes (default: output/selftest)", "DIRECTORY");
  add_json(app, chosen);
  app.add_flag("--quiet", asked->quiet, "nothing on standard output but --json; what failed on standard error");
  app.callback([asked, &chosen] {
    asked->json = chosen.json;
    chosen.action = [asked] { return run_self_test(*asked); };
  });
}

constexpr CommandExample kSelftestExamples[] = {
    {"vtrial selftest", "in half a minute; a certificate as page and as JSON"}};

}  // namespace

const CommandEntry kSelftest = {.name = "selftest",
                                .summary = "whether this installation computes what it has to: a certificate",
                                .declare = declare_selftest,
                                .group = CommandGroup::program,
                                .examples = kSelftestExamples};

}  // namespace vt
