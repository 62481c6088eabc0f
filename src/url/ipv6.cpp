#include "url/ipv6.hpp"

#include "url/hex_digit.hpp"

#include <algorithm>
#include <cstddef>

namespace parley::url {

namespace {

class Ipv6Parser {
 public:
  explicit Ipv6Parser(std::string_view text) noexcept : rest_(text) {}

  std::optional<Ipv6Pieces> run() noexcept {
    if (!takeLeadingColons()) return std::nullopt;
    while (!rest_.empty()) {
      if (count_ == pieces_.size()) return std::nullopt;
      if (!takePiece()) return std::nullopt;
    }
    return finish();
  }

 private:
  [[nodiscard]] bool at(char c) const noexcept { return !rest_.empty() && rest_.front() == c; }

  // A colon at the start is only allowed as the first half of "::".
  bool takeLeadingColons() noexcept {
    if (!at(':')) return true;
    if (!rest_.starts_with("::")) return false;
    rest_.remove_prefix(2);
    compressAt_ = ++count_;
    return true;
  }

  bool takePiece() noexcept {
    if (at(':')) {  // the second colon of "::"
      if (compressAt_) return false;
      rest_.remove_prefix(1);
      compressAt_ = ++count_;  // "::" stands for at least one piece
      return true;
    }
    const std::string_view start = rest_;
    const std::uint16_t piece = takeHex();
    if (at('.')) {
      if (start.size() == rest_.size()) return false;
      rest_ = start;
      return takeEmbeddedIpv4();
    }
    if (at(':')) {
      rest_.remove_prefix(1);
      if (rest_.empty()) return false;  // a single colon at the end
    } else if (!rest_.empty()) {
      return false;
    }
    pieces_[count_++] = piece;
    return true;
  }

  std::uint16_t takeHex() noexcept {
    unsigned value = 0;
    for (int digits = 0; digits < 4 && !rest_.empty(); ++digits) {
      const auto digit = hexDigit(rest_.front());
      if (!digit) break;
      value = value * 16 + *digit;
      rest_.remove_prefix(1);
    }
    return static_cast<std::uint16_t>(value);
  }

  // Exactly four decimal numbers without leading zeros, as the last two pieces.
  bool takeEmbeddedIpv4() noexcept {
    if (count_ > pieces_.size() - 2) return false;
    for (std::size_t i = 0; i < 4; ++i) {
      if (i > 0) {
        if (!at('.')) return false;
        rest_.remove_prefix(1);
      }
      const auto number = takeDecimalByte();
      if (!number) return false;
      std::uint16_t& piece = pieces_[count_ + i / 2];
      piece = static_cast<std::uint16_t>(piece * 0x100U + *number);
    }
    count_ += 2;
    return rest_.empty();
  }

  std::optional<unsigned> takeDecimalByte() noexcept {
    const std::size_t digits = std::min(rest_.find_first_not_of("0123456789"), rest_.size());
    if (digits == 0 || digits > 3) return std::nullopt;
    if (digits > 1 && rest_.front() == '0') return std::nullopt;
    unsigned value = 0;
    for (const char c : rest_.substr(0, digits)) value = value * 10 + *hexDigit(c);
    if (value > 255) return std::nullopt;
    rest_.remove_prefix(digits);
    return value;
  }

  std::optional<Ipv6Pieces> finish() noexcept {
    if (!compressAt_) {
      if (count_ != pieces_.size()) return std::nullopt;
      return pieces_;
    }
    // The pieces behind "::" move to the end; those after count_ are still zero.
    const auto gap = pieces_.begin() + static_cast<std::ptrdiff_t>(*compressAt_);
    std::rotate(gap, pieces_.begin() + static_cast<std::ptrdiff_t>(count_), pieces_.end());
    return pieces_;
  }

  std::string_view rest_;
  Ipv6Pieces pieces_{};
  std::size_t count_ = 0;
  std::optional<std::size_t> compressAt_;
};

struct ZeroRun {
  std::size_t begin = 0;
  std::size_t length = 0;
};

// The first of the longest; a single zero piece is not worth compressing.
ZeroRun longestZeroRun(const Ipv6Pieces& pieces) noexcept {
  ZeroRun longest;
  ZeroRun current;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    if (pieces[i] != 0) {
      current = {i + 1, 0};
      continue;
    }
    ++current.length;
    if (current.length > longest.length) longest = current;
  }
  return longest.length > 1 ? longest : ZeroRun{};
}

void appendHex(std::string& out, std::uint16_t piece) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  bool started = false;
  for (const unsigned shift : {12U, 8U, 4U, 0U}) {
    const unsigned digit = (static_cast<unsigned>(piece) >> shift) & 0xFU;
    started = started || digit != 0 || shift == 0;
    if (started) out += kDigits[digit];
  }
}

}  // namespace

std::optional<Ipv6Pieces> parseIpv6(std::string_view text) noexcept {
  return Ipv6Parser(text).run();
}

std::string serialiseIpv6(const Ipv6Pieces& pieces) {
  const ZeroRun run = longestZeroRun(pieces);
  std::string out;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    if (run.length > 0 && i == run.begin) {
      out += "::";
      i += run.length - 1;
      continue;
    }
    if (!out.empty() && out.back() != ':') out += ':';
    appendHex(out, pieces[i]);
  }
  return out;
}

}  // namespace parley::url
