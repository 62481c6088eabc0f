#include "url/label_rules.hpp"

#include "url/bidi_class.hpp"
#include "url/joining_type.hpp"

#include <algorithm>
#include <cstddef>

namespace parley::url {

namespace {

constexpr char32_t kZeroWidthNonJoiner = 0x200C;
constexpr char32_t kZeroWidthJoiner = 0x200D;

// The type of the first code point of the range that is not transparent.
template <typename Iterator>
JoiningType firstThatJoins(Iterator begin, Iterator end) {
  for (; begin != end; ++begin) {
    const JoiningType type = joiningType(*begin);
    if (type != JoiningType::Transparent) return type;
  }
  return JoiningType::NonJoining;
}

// RFC 5892 appendix A.1, second rule: (L or D) T* ZWNJ T* (R or D).
bool breaksAConnection(std::u32string_view label, std::size_t joiner) {
  const auto before =
      std::make_reverse_iterator(label.begin() + static_cast<std::ptrdiff_t>(joiner));
  const JoiningType left = firstThatJoins(before, label.rend());
  if (left != JoiningType::Left && left != JoiningType::Dual) return false;
  const JoiningType right =
      firstThatJoins(label.begin() + static_cast<std::ptrdiff_t>(joiner) + 1, label.end());
  return right == JoiningType::Right || right == JoiningType::Dual;
}

bool isRightToLeft(BidiClass value) noexcept {
  return value == BidiClass::RightToLeft || value == BidiClass::ArabicNumber;
}

// What a label holds, with one look at each code point.
struct BidiProfile {
  BidiClass first = BidiClass::Neutral;
  BidiClass last = BidiClass::Neutral;  // but for the nonspacing marks behind it
  bool hasLeftToRight = false;
  bool hasRightToLeft = false;
  bool hasArabicNumber = false;
  bool hasEuropeanNumber = false;
  bool hasNotAllowed = false;

  explicit BidiProfile(std::u32string_view label) noexcept {
    first = label.empty() ? BidiClass::Neutral : bidiClass(label.front());
    for (const char32_t codePoint : label) add(bidiClass(codePoint));
  }

  void add(BidiClass value) noexcept {
    if (value != BidiClass::NonspacingMark) last = value;
    switch (value) {
      case BidiClass::LeftToRight:
        hasLeftToRight = true;
        break;
      case BidiClass::RightToLeft:
        hasRightToLeft = true;
        break;
      case BidiClass::ArabicNumber:
        hasArabicNumber = true;
        break;
      case BidiClass::EuropeanNumber:
        hasEuropeanNumber = true;
        break;
      case BidiClass::NotAllowed:
        hasNotAllowed = true;
        break;
      case BidiClass::NonspacingMark:
      case BidiClass::Neutral:
        break;
    }
  }

  [[nodiscard]] bool isValid() const noexcept {
    if (hasNotAllowed) return false;  // conditions 2 and 5
    if (first == BidiClass::RightToLeft) {
      if (hasLeftToRight) return false;                                 // condition 2
      if (hasArabicNumber && hasEuropeanNumber) return false;           // condition 4
      return isRightToLeft(last) || last == BidiClass::EuropeanNumber;  // condition 3
    }
    if (first != BidiClass::LeftToRight) return false;                           // condition 1
    if (hasRightToLeft || hasArabicNumber) return false;                         // condition 5
    return last == BidiClass::LeftToRight || last == BidiClass::EuropeanNumber;  // condition 6
  }
};

bool makesDomainBidi(std::u32string_view label) noexcept {
  return std::any_of(label.begin(), label.end(),
                     [](char32_t codePoint) { return isRightToLeft(bidiClass(codePoint)); });
}

}  // namespace

bool joinersAreValid(std::u32string_view label) {
  for (std::size_t i = 0; i < label.size(); ++i) {
    if (label[i] != kZeroWidthNonJoiner && label[i] != kZeroWidthJoiner) continue;
    if (i > 0 && isVirama(label[i - 1])) continue;
    if (label[i] == kZeroWidthJoiner) return false;  // appendix A.2: only behind a virama
    if (!breaksAConnection(label, i)) return false;
  }
  return true;
}

bool bidiIsValid(std::span<const std::u32string> labels) {
  if (std::none_of(labels.begin(), labels.end(), makesDomainBidi)) return true;
  return std::all_of(labels.begin(), labels.end(), [](const std::u32string& label) {
    return label.empty() || BidiProfile(label).isValid();
  });
}

}  // namespace parley::url
