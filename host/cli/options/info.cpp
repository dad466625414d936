#include <memory>

#include "host/cli/options/add.hpp"

namespace vt {

namespace {

void declare_info(CLI::App& app, Chosen& chosen) {
  const auto results = std::make_shared<std::string>();
  app.add_option("FILE.h5", *results, "results")->required();
  add_json(app, chosen);
  app.callback([results, &chosen] { chosen.action = [results, &chosen] { return inform(*results, chosen.json); }; });
}

}  // namespace

const CommandEntry kInfo = {.name = "info", .summary = "what is in a results file", .declare = declare_info};

}  // namespace vt
