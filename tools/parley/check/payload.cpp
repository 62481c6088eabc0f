#include "payload.hpp"

#include <array>
#include <iterator>
#include <string_view>

#include <fmt/core.h>

namespace parley::tool::check {

namespace {

/// Marsaglia's xorshift: the same bytes on every machine.
class Generator {
 public:
  explicit Generator(std::uint32_t seed) : state_(seed * 2654435769U | 1U) {}
  std::uint32_t next() noexcept {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 17;
    state_ ^= state_ << 5;
    return state_;
  }

 private:
  std::uint32_t state_;
};

std::string makeLetters(std::size_t size, std::uint32_t seed) {
  std::string out(size, '\0');
  // 26 * 26 + 1 letters until it repeats: no power of two, so no buffer of the usual sizes fits.
  std::size_t run = seed;
  for (std::size_t i = 0, column = seed % 26; i < size; ++i) {
    out[i] = static_cast<char>('a' + column);
    column = column + 1 == 26 ? 0 : column + 1;
    if (++run % 677 == 0) column = (column + 5) % 26;
  }
  return out;
}

std::string makeScripts(std::size_t size, std::uint32_t seed) {
  constexpr std::array<std::string_view, 8> kCharacters = {
      "a", "\xc3\xa9", "\xe4\xb8\x96", "\xf0\x9f\x98\x80", "\xd0\x96", "z", "\xe0\xa4\x95", " "};
  Generator generator(seed);
  std::string out;
  out.reserve(size + 4);
  while (out.size() < size) {
    const std::string_view next = kCharacters[generator.next() % kCharacters.size()];
    out += out.size() + next.size() <= size ? next : std::string_view("a");
  }
  return out;
}

std::string makeRecords(std::size_t size, std::uint32_t seed) {
  constexpr std::array<std::string_view, 5> kSymbols = {"EURUSD", "GBPUSD", "USDJPY", "AUDCAD",
                                                        "NZDCHF"};
  Generator generator(seed);
  std::string out;
  out.reserve(size + 128);
  while (out.size() < size) {
    const std::uint32_t bits = generator.next();
    fmt::format_to(std::back_inserter(out),
                   "{{\"symbol\":\"{}\",\"bid\":{}.{:04},\"size\":{},\"venue\":\"main\"}},",
                   kSymbols[bits % kSymbols.size()], bits % 3, bits % 9973, (bits >> 8) % 1000);
  }
  out.resize(size);
  return out;
}

std::string makeNoise(std::size_t size, std::uint32_t seed) {
  Generator generator(seed);
  std::string out(size, '\0');
  for (char& byte : out) byte = static_cast<char>(generator.next() >> 11);
  return out;
}

}  // namespace

std::string Payload::bytes() const {
  switch (rule_) {
    case Rule::Given:
      return given_;
    case Rule::Letters:
      return makeLetters(size_, seed_);
    case Rule::Scripts:
      return makeScripts(size_, seed_);
    case Rule::Records:
      return makeRecords(size_, seed_);
    case Rule::Noise:
      return makeNoise(size_, seed_);
    case Rule::Zeros:
      return std::string(size_, '\0');
  }
  return {};
}

Payload Payload::numbered(std::size_t number) const {
  Payload other = *this;
  other.seed_ = seed_ + static_cast<std::uint32_t>(number);
  return other;
}

}  // namespace parley::tool::check
