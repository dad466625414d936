#pragma once
/// \file SHA-256 (FIPS 180-4) of values, the same on every machine: integers and doubles enter as 8 little-endian
/// bytes.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

struct evp_md_ctx_st;

namespace vt {

class Sha256 {
 public:
  Sha256();
  void bytes(const void* data, std::size_t size);
  void integer(std::uint64_t value);
  /// Every NaN counts as the same value.
  void number(double value);
  /// Length, then bytes: "ab","c" differs from "a","bc".
  void text(std::string_view);
  /// Length, then values.
  void integers(const std::vector<std::int64_t>&);
  void numbers(const std::vector<double>&);
  /// 64 hexadecimal digits of all that was given; nothing may be added afterwards.
  std::string hex();

 private:
  std::unique_ptr<evp_md_ctx_st, void (*)(evp_md_ctx_st*)> context_;
};

/// SHA-256 of bytes as they are, 64 hexadecimal digits.
std::string sha256_hex(std::string_view);

}  // namespace vt
