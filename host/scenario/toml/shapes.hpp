#pragma once
/// \file What the readers ask for, written down while they read: keys of tables and forms of values. The schema for
/// editors is made of it (host/schema), so that it knows what the readers know.

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "host/scenario/toml/table_reader.hpp"

namespace vt {

/// One form that a value may have.
struct Form {
  enum class Kind { text, choice, number, any_number, whole, time, duration, flag, expression, anything, nothing };
  Kind kind = Kind::text;  ///< nothing: the key is asked for, and always refused there
  std::string unit = {};   ///< of numbers, durations and expressions
  Range range = {};
  std::vector<std::string> choices = {};
  bool may_be_formula = false;   ///< an expression: { formula = "…" }
  bool is_text_formula = false;  ///< an expression: text is a formula
};

/// What may stand at one place: forms of a value, a list, a table, or several of these.
struct Shape {
  std::vector<Form> forms;
  std::unique_ptr<Shape> item;                                       ///< of a list
  std::vector<std::pair<std::string, std::unique_ptr<Shape>>> keys;  ///< of a table
  bool is_table = false;
  bool has_own_names = false;                              ///< a table whose keys are names of the user's own
  std::size_t times = 0;                                   ///< that such a table was read
  std::map<std::string, std::size_t, std::less<>> needed;  ///< how often a key was needed

  Shape& key(std::string_view name);
  void need(std::string_view name) { ++needed[std::string(name)]; }
  Shape& items();
};

/// The shapes of all places that were read. Problems::write_down leads the readers to it.
class Shapes {
 public:
  /// The place of a path as in messages: elements of a list are one place, and so are tables with names.
  Shape& at(std::string_view path);
  const Shape& root() const { return root_; }

 private:
  Shape root_;
};

/// Where what is asked of a field is written down; mostly nowhere.
inline Shapes* shapes_of(const Field& field) { return field.problems != nullptr ? field.problems->shapes() : nullptr; }

/// What is asked of a field, also of one that is not there.
void note(const Field& field, Form form);
void note_items(const Field& field, Form form);
/// A table under whose keys the user's own names stand.
void note_own_names(const Field& field);

}  // namespace vt
