#include "utf8_checker.hpp"

namespace parley::tool::check {

namespace {

/// A row of the grammar of RFC 3629 section 4: lead bytes, how many bytes follow, and between what
/// the first of these lies (the others are 80..BF).
struct LeadRow {
  unsigned char first;
  unsigned char last;
  unsigned missing;
  unsigned char least;
  unsigned char most;
};

constexpr LeadRow kLeads[] = {
    {0x00, 0x7F, 0, 0x80, 0xBF}, {0xC2, 0xDF, 1, 0x80, 0xBF}, {0xE0, 0xE0, 2, 0xA0, 0xBF},
    {0xE1, 0xEC, 2, 0x80, 0xBF}, {0xED, 0xED, 2, 0x80, 0x9F}, {0xEE, 0xEF, 2, 0x80, 0xBF},
    {0xF0, 0xF0, 3, 0x90, 0xBF}, {0xF1, 0xF3, 3, 0x80, 0xBF}, {0xF4, 0xF4, 3, 0x80, 0x8F},
};

}  // namespace

Utf8Checker::Verdict Utf8Checker::take(unsigned char byte) noexcept {
  if (missing_ > 0) {
    if (byte < least_ || byte > most_) return Verdict::Bad;
    --missing_;
    least_ = 0x80;
    most_ = 0xBF;
    return Verdict::Good;
  }
  for (const LeadRow& row : kLeads) {
    if (byte < row.first || byte > row.last) continue;
    missing_ = row.missing;
    least_ = row.least;
    most_ = row.most;
    return Verdict::Good;
  }
  return Verdict::Bad;
}

std::optional<std::size_t> firstUtf8Fault(std::string_view text) noexcept {
  Utf8Checker checker;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (checker.take(static_cast<unsigned char>(text[i])) == Utf8Checker::Verdict::Bad) return i;
  }
  if (!checker.isAtBoundary()) return text.size();
  return std::nullopt;
}

}  // namespace parley::tool::check
