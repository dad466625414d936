#include <memory>

#include "host/cli/options/add.hpp"

namespace vt {

namespace {

void declare_qualify(CLI::App& app, Chosen& chosen) {
  const auto asked = std::make_shared<QualifyCommand>();
  const auto printing = std::make_shared<PrintingAsked>();
  app.add_option("QUALIFICATION", asked->names, "qualifications, or files of them (default: all that are shipped)");
  add_file(app, "-o,--output", asked->directory, "where files go (default: output/qualification)", "DIRECTORY");
  add_whole(app, "--patients", asked->patients, "patients of every trial, instead of the file's");
  add_whole(app, "--threads", asked->threads, "CPU threads (default: one for each core that it may use)", kMostThreads);
  add_file(app, "--before", asked->before, "an earlier certificate, to show before and after", "FILE.json");
  app.add_flag("--resume", asked->resume, "go on with one that was stopped or killed");
  add_json(app, chosen);
  add_printing(app, *printing);
  app.callback([asked, printing, &chosen] {
    printing->json = chosen.json, asked->quiet = printing->quiet;
    asked->line = chosen.line, asked->json = chosen.json;
    chosen.action = [asked, printing] {
      asked->printing = choose_printing(*printing);
      return qualify(*asked);
    };
  });
}

constexpr CommandExample kQualifyExamples[] = {
    {"vtrial qualify gist --patients 300", "too few to pass, enough to see what it does"}};

}  // namespace

const CommandEntry kQualify = {
    .name = "qualify",
    .summary = "simulate what qualifications name, and hold it against published numbers: certificates",
    .declare = declare_qualify,
    .group = CommandGroup::trials,
    .examples = kQualifyExamples};

}  // namespace vt
