#include <memory>

#include "host/cli/options/add.hpp"
#include "host/cli/shipped.hpp"

namespace vt {

namespace {

void declare_report(CLI::App& app, Chosen& chosen) {
  struct Asked {
    std::string results, page, targets;
  };
  const auto asked = std::make_shared<Asked>();
  app.add_option("FILE.h5", asked->results, "results")->required();
  add_file(app, "-o,--output", asked->page, "page (default: FILE.html)", "FILE.html");
  app.add_option("--targets", asked->targets, "published numbers to show beside")->type_name("TARGETS.toml");
  app.callback([asked, &chosen] {
    chosen.action = [asked] { return report_file(asked->results, asked->page, with_shipped_targets(asked->targets)); };
  });
}

constexpr CommandExample kReportExamples[] = {{"vtrial report output/runs/tops.h5", "writes output/runs/tops.html"}};

}  // namespace

const CommandEntry kReport = {.name = "report",
                              .summary = "write a report as one HTML page",
                              .declare = declare_report,
                              .group = CommandGroup::results,
                              .examples = kReportExamples};

}  // namespace vt
