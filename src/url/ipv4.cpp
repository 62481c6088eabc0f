#include "url/ipv4.hpp"

#include "url/hex_digit.hpp"

#include <algorithm>
#include <array>

namespace parley::url {

namespace {

// Larger than any number that an address can hold; numbers of any length stop growing here.
constexpr std::uint64_t kTooLarge = std::uint64_t{1} << 32U;

bool isDigit(char c) noexcept {
  return c >= '0' && c <= '9';
}

// Takes the radix prefix off `part`. "0" alone is decimal; "0x" alone is a zero.
unsigned takeRadix(std::string_view& part) noexcept {
  if (part.size() >= 2 && part[0] == '0' && (part[1] == 'x' || part[1] == 'X')) {
    part.remove_prefix(2);
    return 16;
  }
  if (part.size() >= 2 && part[0] == '0') {
    part.remove_prefix(1);
    return 8;
  }
  return 10;
}

// URL standard, section 3.5, IPv4 number parser.
std::optional<std::uint64_t> parseNumber(std::string_view part) noexcept {
  if (part.empty()) return std::nullopt;
  const unsigned radix = takeRadix(part);
  std::uint64_t value = 0;
  for (const char c : part) {
    const auto digit = hexDigit(c);
    if (!digit || *digit >= radix) return std::nullopt;
    value = std::min(value * radix + *digit, kTooLarge);
  }
  return value;
}

std::string_view withoutLastDot(std::string_view host) noexcept {
  if (host.size() > 1 && host.back() == '.') host.remove_suffix(1);
  return host;
}

}  // namespace

bool endsInANumber(std::string_view host) noexcept {
  host = withoutLastDot(host);
  const std::size_t dot = host.rfind('.');
  const std::string_view last = dot == std::string_view::npos ? host : host.substr(dot + 1);
  if (last.empty()) return false;
  return std::all_of(last.begin(), last.end(), isDigit) || parseNumber(last).has_value();
}

std::optional<std::uint32_t> parseIpv4(std::string_view host) noexcept {
  host = withoutLastDot(host);
  std::array<std::uint64_t, 4> numbers{};
  std::size_t count = 0;
  for (;;) {
    if (count == numbers.size()) return std::nullopt;  // more than four parts
    const std::size_t dot = host.find('.');
    const auto number = parseNumber(host.substr(0, dot));
    if (!number) return std::nullopt;
    numbers[count++] = *number;
    if (dot == std::string_view::npos) break;
    host.remove_prefix(dot + 1);
  }
  const std::size_t leading = count - 1;
  std::uint64_t address = numbers[leading];
  if (address >= kTooLarge >> (8U * leading)) return std::nullopt;
  for (std::size_t i = 0; i < leading; ++i) {
    if (numbers[i] > 255) return std::nullopt;
    address += numbers[i] << (8U * (3U - i));
  }
  return static_cast<std::uint32_t>(address);
}

std::string serialiseIpv4(std::uint32_t address) {
  std::string out;
  for (const unsigned shift : {24U, 16U, 8U, 0U}) {
    if (!out.empty()) out += '.';
    out += std::to_string((address >> shift) & 0xFFU);
  }
  return out;
}

}  // namespace parley::url
