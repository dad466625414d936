#include "host/cli/schema_command.hpp"

#include <filesystem>

#include "host/cli/streams.hpp"
#include "host/embedded.hpp"
#include "host/schema/schema.hpp"
#include "kernels/vocabulary/named.hpp"
#include "output/files.hpp"
#include "output/io_error.hpp"

namespace vt {

ExitCode write_schema(const std::string& what, const std::string& output) {
  const SchemaName* name = find_named(kSchemas, what);
  if (name == nullptr) throw UsageError("there is no schema '" + what + "'");
  const std::string text = schema_of(name->what, embedded_text("reference.md")).dump(1) + "\n";
  if (output.empty()) {
    print(text);
    return ExitCode::ok;
  }
  const std::string_view begin = std::string_view(text).substr(0, text.find('\n', text.find('\n') + 1));
  if (std::filesystem::exists(output) && !read_ends(output, begin.size()).first.starts_with(begin))
    throw IoError(output, "is not replaced", "it is no JSON Schema; take it away, or choose another name");
  write_whole_file(output, text);
  return ExitCode::ok;
}

}  // namespace vt
