#pragma once
/// \file Numbers and texts in a row of bytes, of this machine's order, and back. What is read is never trusted.

#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace vt {

class BytesOut {
 public:
  template <class T>
  void put(const T& value) {
    static_assert(std::is_arithmetic_v<T>);
    bytes_.append(reinterpret_cast<const char*>(&value), sizeof value);
  }
  void put(std::string_view text) {
    put<std::uint64_t>(text.size());
    bytes_.append(text);
  }
  template <class T>
  void put(const std::vector<T>& values) {
    put<std::uint64_t>(values.size());
    bytes_.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T));
  }
  const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
};

/// Bytes end before what was written does, or go on behind it.
class BadBytes : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// \throws BadBytes
class BytesIn {
 public:
  explicit BytesIn(std::string_view bytes) : left_(bytes) {}
  template <class T>
  T number() {
    T value;
    std::memcpy(&value, take(sizeof value).data(), sizeof value);
    return value;
  }
  std::string text() { return std::string(take(number<std::uint64_t>())); }
  template <class T>
  std::vector<T> numbers() {
    const auto count = number<std::uint64_t>();
    if (count > left_.size() / sizeof(T)) throw BadBytes("it ends too early");
    std::vector<T> values(count);
    const std::string_view all = take(count * sizeof(T));
    if (count > 0) std::memcpy(values.data(), all.data(), all.size());
    return values;
  }
  void end() const {
    if (!left_.empty()) throw BadBytes("it goes on behind its end");
  }

 private:
  std::string_view take(std::uint64_t size) {
    if (size > left_.size()) throw BadBytes("it ends too early");
    const std::string_view front = left_.substr(0, size);
    left_.remove_prefix(size);
    return front;
  }
  std::string_view left_;
};

}  // namespace vt
