#include <cstdint>
#include <cstring>

#include <fmt/format.h>

#include "host/scenario/toml/toml_reader.hpp"

namespace vt {
namespace {

/// Bytes of the UTF-8 character that starts `text`, or 0 if it is malformed (overlong forms and surrogates included).
std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  const auto follows = [&](std::size_t i) { return (byte(i) & 0xC0u) == 0x80u; };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return follows(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    if (!follows(1) || !follows(2)) return 0;
    if (first == 0xE0 && byte(1) < 0xA0) return 0;
    if (first == 0xED && byte(1) > 0x9F) return 0;
    return 3;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    if (!follows(1) || !follows(2) || !follows(3)) return 0;
    if (first == 0xF0 && byte(1) < 0x90) return 0;
    if (first == 0xF4 && byte(1) > 0x8F) return 0;
    return 4;
  }
  return 0;
}

/// Walks over TOML text character by character and knows whether it stands within quotes or a comment.
class Scanner {
 public:
  Scanner(std::string_view text, const std::string& file) : text_(text), here_{file, 1, 1} {
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    if (text_.substr(0, 3) == byte_order_mark) at_ = 3;
  }

  /// What is wrong with the text, or "".
  std::string find_problem() {
    while (at_ < text_.size()) {
      const std::size_t length = utf8_length(text_.substr(at_));
      if (length == 0) return "this is not UTF-8 text (scenarios are read as UTF-8); save the file with that encoding";
      if (length > 1 && state_ == State::open)
        return fmt::format(
            "the character '{}' stands outside quotes (keys and values have ASCII letters only); put it "
            "into quotes or a comment",
            text_.substr(at_, length));
      const std::size_t step = length > 1 ? length : step_over_ascii();
      if (depth_ > kMaxTomlDepth || dots_ > kMaxTomlDepth)
        return fmt::format("tables are nested too deeply (more than {} levels)", kMaxTomlDepth);
      move(step, length > 1);
    }
    return "";
  }

  const Position& where() const { return here_; }

 private:
  enum class State { open, comment, basic, literal, long_basic, long_literal };

  bool stands_here(std::string_view what) const { return text_.substr(at_, what.size()) == what; }

  std::size_t step_over_ascii() {
    switch (state_) {
      case State::open:
        return step_over_open();
      case State::comment:
        return leave_on("\n");
      case State::basic:
        return leave_on(stands_here("\n") ? "\n" : "\"");
      case State::literal:
        return leave_on(stands_here("\n") ? "\n" : "'");
      case State::long_basic:
        return leave_on("\"\"\"");
      case State::long_literal:
        return leave_on("'''");
    }
    return 1;
  }

  std::size_t leave_on(std::string_view end) {
    const bool escapes = state_ == State::basic || state_ == State::long_basic;
    if (escapes && stands_here("\\") && at_ + 1 < text_.size() && text_[at_ + 1] > 0 && text_[at_ + 1] != '\n')
      return 2;
    if (!stands_here(end)) return 1;
    std::size_t step = end.size();
    if (end.size() == 3)  // up to two quotes may stand before the closing three
      while (step < 5 && at_ + step < text_.size() && text_[at_ + step] == end[0]) ++step;
    state_ = State::open;
    return step;
  }

  std::size_t step_over_open() {
    const char c = text_[at_];
    if (c == '[' || c == '{') ++depth_;
    if ((c == ']' || c == '}') && depth_ > 0) --depth_;
    if (c == '.') ++dots_;
    if (c == '=' || c == ',' || c == '[' || c == '{' || c == '\n') dots_ = 0;
    if (c == '#') state_ = State::comment;
    if (c != '"' && c != '\'') return 1;
    const bool is_long = stands_here("\"\"\"") || stands_here("'''");
    if (is_long)
      state_ = c == '"' ? State::long_basic : State::long_literal;
    else
      state_ = c == '"' ? State::basic : State::literal;
    return is_long ? 3 : 1;
  }

  void move(std::size_t bytes, bool is_one_character) {
    for (std::size_t i = 0; i < bytes && !is_one_character; ++i) {
      const bool is_line_end = text_[at_ + i] == '\n';
      here_.line += is_line_end;
      here_.column = is_line_end ? 1 : here_.column + 1;
    }
    here_.column += is_one_character;
    at_ += bytes;
  }

  std::string_view text_;
  Position here_;
  std::size_t at_ = 0;
  State state_ = State::open;
  int depth_ = 0, dots_ = 0;
};

}  // namespace

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    if (std::uint64_t eight; text.size() >= sizeof eight) {
      std::memcpy(&eight, text.data(), sizeof eight);
      if ((eight & 0x8080808080808080u) == 0) {  // ASCII
        text.remove_prefix(sizeof eight);
        continue;
      }
    }
    const std::size_t length = utf8_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

bool check_toml_text(std::string_view text, const std::string& file, Problems& problems) {
  if (text.size() > kMaxScenarioBytes) {
    problems.add({file, 1, 1},
                 fmt::format("the text has {} bytes (a scenario has at most {})", text.size(), kMaxScenarioBytes));
    return false;
  }
  Scanner scanner(text, file);
  const std::string problem = scanner.find_problem();
  if (!problem.empty()) problems.add(scanner.where(), problem);
  return problem.empty();
}

}  // namespace vt
