#include "output/sha256.hpp"

#include <openssl/evp.h>

#include <bit>
#include <cmath>
#include <cstring>
#include <stdexcept>

namespace vt {
namespace {

void require(int ok) {
  if (ok != 1) throw std::runtime_error("SHA-256 is not available (the cryptographic library refused it)");
}

/// Looked up once: OpenSSL 3 searches its providers each time that EVP_sha256() is used.
const EVP_MD* algorithm() {
#if OPENSSL_VERSION_MAJOR >= 3
  static EVP_MD* const fetched = EVP_MD_fetch(nullptr, "SHA2-256", nullptr);
  require(fetched != nullptr);
  return fetched;
#else
  return EVP_sha256();
#endif
}

void store_little_endian(std::uint64_t value, unsigned char* to) {
  for (int i = 0; i < 8; ++i) to[i] = static_cast<unsigned char>(value >> (8 * i));
}

}  // namespace

Sha256::Sha256() : context_(EVP_MD_CTX_new(), EVP_MD_CTX_free) {
  if (!context_) throw std::bad_alloc();
  require(EVP_DigestInit_ex(context_.get(), algorithm(), nullptr));
}

void Sha256::bytes(const void* data, std::size_t size) { require(EVP_DigestUpdate(context_.get(), data, size)); }

void Sha256::integer(std::uint64_t value) {
  unsigned char word[8];
  store_little_endian(value, word);
  bytes(word, sizeof word);
}

void Sha256::number(double value) {
  integer(std::isnan(value) ? 0x7ff8000000000000ULL : std::bit_cast<std::uint64_t>(value));
}

void Sha256::text(std::string_view value) {
  integer(value.size());
  bytes(value.data(), value.size());
}

void Sha256::integers(const std::vector<std::int64_t>& values) {
  integer(values.size());
  if constexpr (std::endian::native == std::endian::little) {
    bytes(values.data(), values.size() * sizeof(std::int64_t));
  } else {
    for (const std::int64_t v : values) integer(static_cast<std::uint64_t>(v));
  }
}

void Sha256::numbers(const std::vector<double>& values) {
  integer(values.size());
  for (const double v : values) number(v);
}

std::string Sha256::hex() {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  require(EVP_DigestFinal_ex(context_.get(), digest, &size));
  std::string text;
  for (unsigned i = 0; i < size; ++i) {
    text += "0123456789abcdef"[digest[i] >> 4];
    text += "0123456789abcdef"[digest[i] & 15];
  }
  return text;
}

std::string sha256_hex(std::string_view data) {
  Sha256 hash;
  hash.bytes(data.data(), data.size());
  return hash.hex();
}

}  // namespace vt
