#include <memory>

#include "host/cli/options/add.hpp"
#include "host/cli/shipped.hpp"

namespace vt {

namespace {

void declare_check(CLI::App& app, Chosen& chosen) {
  struct Asked {
    std::vector<std::string> paths;
    Changes changes;
  };
  const auto asked = std::make_shared<Asked>();
  app.add_option("SCENARIO", asked->paths, "files of scenarios, studies or qualifications")->required();
  add_changes(app, asked->changes);
  add_json(app, chosen);
  app.callback([asked, &chosen] {
    chosen.action = [asked, &chosen] {
      return check_scenarios(with_shipped(asked->paths), asked->changes, chosen.json);
    };
  });
}

constexpr CommandExample kCheckExamples[] = {{"vtrial check scenarios/tops.toml", "every mistake, or ok"}};

}  // namespace

const CommandEntry kCheck = {.name = "check",
                             .summary = "name every mistake in scenarios, studies and qualifications, or say ok",
                             .declare = declare_check,
                             .group = CommandGroup::trials,
                             .examples = kCheckExamples};

}  // namespace vt
