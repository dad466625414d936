#include "host/formula/lexer.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <utility>

namespace vt::formula_text {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/// A symbol as it is written and as it is meant; `why` is empty if that is how it should be written.
struct Sign {
  std::string_view written, meant, why;
};
constexpr std::string_view words_for_logic = "formulas use words for logic", plain_ascii = "operators are plain ASCII",
                           equals_last = "the sign of equality comes last";
constexpr std::array<Sign, 32> symbols{{
    {"=>", ">=", equals_last},
    {"=<", "<=", equals_last},
    {"&&", "and", words_for_logic},
    {"||", "or", words_for_logic},
    {"**", "^", "a power is written with ^"},
    {"<>", "!=", "inequality is written with !="},
    {"\u2264", "<=", plain_ascii},
    {"\u2265", ">=", plain_ascii},
    {"\u2260", "!=", plain_ascii},
    {"\u2212", "-", plain_ascii},
    {"\u00d7", "*", plain_ascii},
    {"\u00b7", "*", plain_ascii},
    {"\u00f7", "/", plain_ascii},
    {"<=", "<=", ""},
    {">=", ">=", ""},
    {"==", "==", ""},
    {"!=", "!=", ""},
    {"<", "<", ""},
    {">", ">", ""},
    {"+", "+", ""},
    {"-", "-", ""},
    {"*", "*", ""},
    {"/", "/", ""},
    {"^", "^", ""},
    {"(", "(", ""},
    {")", ")", ""},
    {",", ",", ""},
    {"@", "@", ""},
    {"&", "and", words_for_logic},
    {"|", "or", words_for_logic},
    {"!", "not", words_for_logic},
    {"=", "==", "a formula compares, it does not assign"},
}};

class Lexer {
 public:
  Lexer(std::string_view text, Mistakes& mistakes) : text_(text), mistakes_(mistakes) {}

  Tokens split() {
    for (skip_spaces(); at_ < text_.size(); skip_spaces()) {
      const char c = text_[at_];
      if (is_digit(c) || (c == '.' && at_ + 1 < text_.size() && is_digit(text_[at_ + 1])))
        read_number();
      else if (is_letter(c))
        read_name();
      else if (c == '\'' || c == '"')
        read_text();
      else
        read_symbol();
    }
    add(Token::Kind::end, "", text_.size());
    return std::move(tokens_);
  }

 private:
  void add(Token::Kind kind, std::string_view text, std::size_t offset, double number = 0.0) {
    tokens_.list.push_back({kind, std::string(text), number, offset});
  }
  bool starts(std::string_view with) const { return text_.substr(at_, with.size()) == with; }
  void skip_spaces() {
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
  }
  void skip_digits(std::string& digits) {
    for (; at_ < text_.size() && (is_digit(text_[at_]) || text_[at_] == '_'); ++at_) digits += text_[at_];
  }

  void read_number() {
    const std::size_t start = at_;
    std::string digits;
    skip_digits(digits);
    if (starts(".")) digits += text_[at_++], skip_digits(digits);
    read_exponent(digits);
    report_number(start, digits);
  }

  /// Only if digits follow: in "2 eggs" the e is a name.
  void read_exponent(std::string& digits) {
    if (at_ >= text_.size() || (text_[at_] != 'e' && text_[at_] != 'E')) return;
    std::size_t next = at_ + 1;
    if (next < text_.size() && (text_[next] == '+' || text_[next] == '-')) ++next;
    if (next >= text_.size() || !is_digit(text_[next])) return;
    digits.append(text_.substr(at_, next - at_));
    at_ = next;
    skip_digits(digits);
  }

  void report_number(std::size_t start, const std::string& digits) {
    std::string plain;
    bool is_well_formed = is_digit(digits.front());
    for (std::size_t i = 0; i < digits.size(); ++i) {
      if (digits[i] != '_')
        plain += digits[i];
      else
        is_well_formed &= i > 0 && i + 1 < digits.size() && is_digit(digits[i - 1]) && is_digit(digits[i + 1]);
    }
    if (plain.back() == '.' || plain.find(".e") != std::string::npos || plain.find(".E") != std::string::npos)
      is_well_formed = false;
    double number = 0.0;
    const auto read = std::from_chars(plain.data(), plain.data() + plain.size(), number);
    if (read.ec == std::errc::result_out_of_range)
      mistakes_.add(start, in_quotes(digits) + " is too large or too small for a number (about 1e-308 to 1e308)");
    else if (!is_well_formed || read.ptr != plain.data() + plain.size())
      mistakes_.add(start, in_quotes(digits) +
                               " is not a number (digits stand on both sides of a point or an underscore); " +
                               "write it like 0.5 or 1_000");
    add(Token::Kind::number, digits, start, number);
  }

  void read_name() {
    const std::size_t start = at_;
    while (at_ < text_.size() && (is_letter(text_[at_]) || is_digit(text_[at_]) || text_[at_] == '.')) ++at_;
    std::string name(text_.substr(start, at_ - start));
    if (name.ends_with('.') && at_ < text_.size() && (starts("'") || starts("\""))) read_member(name);
    if (is_operator_word(name)) {
      const std::string word = lower_case(name);
      if (word != name) refuse(name, word, "words are lower case", start);
      return add(Token::Kind::symbol, word, start);
    }
    const std::size_t end = at_;
    skip_spaces();
    if (!starts("@"))
      at_ = end;
    else if (!read_occasion(name))
      tokens_.is_readable = false;
    add(Token::Kind::name, name, start);
  }

  /// After "fired.": 'a name with blanks'.
  void read_member(std::string& name) {
    const std::size_t close = text_.find(text_[at_], at_ + 1);
    if (close == std::string_view::npos) return;  // read_text says so
    name += text_.substr(at_ + 1, close - at_ - 1);
    at_ = close + 1;
  }

  /// After "trough": @ 'day 29', or @ event.NAME. The name becomes "trough@day 29", "trough@event.NAME".
  bool read_occasion(std::string& name) {
    const std::size_t sign = at_++;
    skip_spaces();
    if (starts("event.")) {
      const std::size_t start = at_;
      while (at_ < text_.size() && (is_letter(text_[at_]) || is_digit(text_[at_]) || text_[at_] == '.')) ++at_;
      name += '@';
      name += text_.substr(start, at_ - start);
      return true;
    }
    const char quote = at_ < text_.size() ? text_[at_] : ' ';
    const std::size_t close = quote == '\'' || quote == '"' ? text_.find(quote, at_ + 1) : std::string_view::npos;
    if (close == std::string_view::npos) {
      mistakes_.add(sign,
                    "'@' is not followed by a visit in quotes or an event (a past value is named by what it is "
                    "of); write " +
                        name + " @ 'day 29' or " + name + " @ event.NAME");
      at_ = text_.size();
      return false;
    }
    std::string occasion;
    for (const char c : text_.substr(at_ + 1, close - at_ - 1))
      if (!is_space(c))
        occasion += c;
      else if (!occasion.empty() && occasion.back() != ' ')
        occasion += ' ';
    while (!occasion.empty() && occasion.back() == ' ') occasion.pop_back();
    if (occasion.empty()) mistakes_.add(at_, "the visit after '@' is empty; write " + name + " @ 'day 29'");
    name += '@';
    name += occasion;
    at_ = close + 1;
    return true;
  }

  void read_text() {
    const std::size_t start = at_, close = text_.find(text_[at_], at_ + 1);
    at_ = close == std::string_view::npos ? text_.size() : close + 1;
    if (close == std::string_view::npos) {
      mistakes_.add(start, "a quote is never closed; add it behind the name");
      tokens_.is_readable = false;
    }
    add(Token::Kind::text, text_.substr(start + 1, std::min(close, text_.size()) - start - 1), start);
  }

  void read_symbol() {
    const auto written_here = [this](const Sign& symbol) { return starts(symbol.written); };
    const auto found = std::find_if(symbols.begin(), symbols.end(), written_here);
    if (found == symbols.end()) return skip_unknown_character();
    if (!found->why.empty()) refuse(found->written, found->meant, found->why, at_);
    add(Token::Kind::symbol, found->meant, at_);
    at_ += found->written.size();
  }

  void refuse(std::string_view written, std::string_view meant, std::string_view why, std::size_t offset) {
    mistakes_.add(offset,
                  in_quotes(written) + " is not an operator (" + std::string(why) + "); write " + std::string(meant));
  }

  void skip_unknown_character() {
    const std::size_t start = at_++;
    while (at_ < text_.size() && (static_cast<unsigned char>(text_[at_]) & 0xc0) == 0x80) ++at_;
    const std::string character(text_.substr(start, at_ - start));
    const char* hint =
        character == "?" || character == ":" ? "; write if(condition, a, b)"
        : character == "\u201c" || character == "\u201d" || character == "\u2018" || character == "\u2019"
            ? "; write names without quotes, and plain quotes around visits and arms"
        : character == "%" ? "; write a plain number, in the unit of what it is compared with"
                           : "";
    mistakes_.add(start, in_quotes(character) + " has no meaning in a formula" + hint);
    tokens_.is_readable = false;
  }

  std::string_view text_;
  Mistakes& mistakes_;
  std::size_t at_ = 0;
  Tokens tokens_;
};

}  // namespace

std::string lower_case(std::string_view word) {
  std::string lower(word);
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return lower;
}

std::string in_quotes(std::string_view text) {
  std::string result = "'";
  result += text;
  result += '\'';
  return result;
}

bool is_operator_word(std::string_view word) {
  const std::string lower = lower_case(word);
  return lower == "and" || lower == "or" || lower == "not";
}

Tokens split_formula(std::string_view text, Mistakes& mistakes) { return Lexer(text, mistakes).split(); }

}  // namespace vt::formula_text
