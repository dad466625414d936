#include "output/report/measure.hpp"

#include <algorithm>

#include "output/text.hpp"

namespace vt::report {
namespace {

/// Of ' ' to '~', in hundredths of the font's size: DejaVu Sans 2.37, rounded up.
constexpr unsigned char kAdvance[] = {32, 41, 46, 84, 64, 96, 78, 28, 40, 40, 50, 84, 32, 37,  32, 34, 64, 64, 64,
                                      64, 64, 64, 64, 64, 64, 64, 34, 34, 84, 84, 84, 54, 100, 69, 69, 70, 78, 64,
                                      58, 78, 76, 30, 30, 66, 56, 87, 75, 79, 61, 79, 70, 64,  62, 74, 69, 99, 69,
                                      62, 69, 40, 34, 40, 84, 50, 50, 62, 64, 55, 64, 62, 36,  64, 64, 28, 28, 58,
                                      28, 98, 64, 62, 64, 64, 42, 53, 40, 64, 60, 82, 60, 60,  53, 64, 34, 64, 84};
static_assert(std::size(kAdvance) == 95);

double advance(unsigned char first) {
  if (first >= ' ' && first <= '~') return kAdvance[first - ' '];
  return first < 0xE0 ? 84 : 100;  // two bytes: letters and signs; more: dashes, arrows, East Asian letters
}

bool begins_letter(char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }

/// Bytes of the longest beginning that has room.
std::size_t bytes_within(const std::string& text, double pixels, double size) {
  double taken = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!begins_letter(text[i])) continue;
    taken += 0.01 * size * advance(static_cast<unsigned char>(text[i]));
    if (taken > pixels) return i;
  }
  return text.size();
}

}  // namespace

double pixel_width(std::string_view text, double size) {
  double hundredths = 0;
  for (const char c : valid_utf8(text))
    if (begins_letter(c)) hundredths += advance(static_cast<unsigned char>(c));
  return 0.01 * size * hundredths;
}

std::string fitting(const std::string& text, double pixels, double size) {
  const std::string safe = valid_utf8(text);
  if (pixel_width(safe, size) <= pixels) return text;
  std::string cut = safe.substr(0, bytes_within(safe, pixels - pixel_width("…", size), size));
  while (!cut.empty() && cut.back() == ' ') cut.pop_back();
  return cut + "…";
}

std::vector<std::string> wrapped(const std::string& text, double pixels, std::size_t most, double size) {
  std::vector<std::string> lines;
  std::string rest = valid_utf8(text);
  std::ranges::replace(rest, '\n', ' ');
  while (!rest.empty()) {
    if (lines.size() + 1 == most || pixel_width(rest, size) <= pixels) {
      lines.push_back(fitting(rest, pixels, size));
      break;
    }
    std::size_t end = bytes_within(rest, pixels, size);
    const std::size_t blank = rest.rfind(' ', end);
    if (blank != std::string::npos && blank > 0) {
      end = blank;
    } else if (end == 0) {  // not even one letter has room
      for (end = 1; end < rest.size() && !begins_letter(rest[end]);) ++end;
    }
    lines.push_back(rest.substr(0, end));
    rest.erase(0, end + (end < rest.size() && rest[end] == ' ' ? 1 : 0));
  }
  return lines.empty() ? std::vector<std::string>{""} : lines;
}

}  // namespace vt::report
