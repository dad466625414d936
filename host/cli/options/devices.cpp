#include "host/cli/options/add.hpp"

namespace vt {

namespace {

void declare_devices(CLI::App& app, Chosen& chosen) {
  add_json(app, chosen);
  app.callback([&chosen] { chosen.action = [&chosen] { return list_devices(chosen.json); }; });
}

constexpr CommandExample kDevicesExamples[] = {{"vtrial devices", "GPUs and builds for processors"}};

}  // namespace

const CommandEntry kDevices = {.name = "devices",
                               .summary = "what could run here, and why not",
                               .declare = declare_devices,
                               .group = CommandGroup::program,
                               .examples = kDevicesExamples};

}  // namespace vt
