#include "url/punycode.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace parley::url {

namespace {

// RFC 3492 section 5.
constexpr std::uint64_t kBase = 36;
constexpr std::uint64_t kMinThreshold = 1;
constexpr std::uint64_t kMaxThreshold = 26;
constexpr std::uint64_t kSkew = 38;
constexpr std::uint64_t kDamp = 700;
constexpr std::uint64_t kInitialBias = 72;
constexpr char32_t kInitialCodePoint = 0x80;
constexpr char32_t kLastCodePoint = 0x10FFFF;
// Deltas stay far below this for any label that fits in memory, and the sums below can't wrap.
constexpr std::uint64_t kMaxDelta = std::uint64_t{1} << 50U;

// A Fenwick tree of counts per position. The plain algorithms move or scan the whole label for each
// code point, which a hostile label of a megabyte would turn into hours.
class PositionCounts {
 public:
  explicit PositionCounts(std::size_t size) : tree_(size + 1, 0) {}

  void add(std::size_t position, std::ptrdiff_t amount) noexcept {
    for (std::size_t i = position + 1; i < tree_.size(); i += i & (~i + 1)) tree_[i] += amount;
  }

  [[nodiscard]] std::uint64_t before(std::size_t position) const noexcept {
    std::ptrdiff_t sum = 0;
    for (std::size_t i = position; i > 0; i -= i & (~i + 1)) sum += tree_[i];
    return static_cast<std::uint64_t>(sum);
  }

  /// The position of the counted one that has `rank` counted ones before it.
  [[nodiscard]] std::size_t find(std::uint64_t rank) const noexcept {
    std::size_t step = 1;
    while (step * 2 < tree_.size()) step *= 2;
    std::size_t i = 0;
    auto left = static_cast<std::ptrdiff_t>(rank);
    for (; step > 0; step /= 2) {
      if (i + step < tree_.size() && tree_[i + step] <= left) {
        i += step;
        left -= tree_[i];
      }
    }
    return i;
  }

 private:
  std::vector<std::ptrdiff_t> tree_;
};

enum class Adaptation : std::uint8_t { First, Later };

// RFC 3492 section 6.1.
std::uint64_t adapt(std::uint64_t delta, std::uint64_t points, Adaptation adaptation) noexcept {
  delta = adaptation == Adaptation::First ? delta / kDamp : delta / 2;
  delta += delta / points;
  std::uint64_t k = 0;
  while (delta > (kBase - kMinThreshold) * kMaxThreshold / 2) {
    delta /= kBase - kMinThreshold;
    k += kBase;
  }
  return k + (kBase - kMinThreshold + 1) * delta / (delta + kSkew);
}

std::uint64_t threshold(std::uint64_t k, std::uint64_t bias) noexcept {
  if (k <= bias + kMinThreshold) return kMinThreshold;
  return std::min(k - bias, kMaxThreshold);
}

char encodeDigit(std::uint64_t digit) noexcept {
  return static_cast<char>(digit < 26 ? 'a' + static_cast<char>(digit)
                                      : '0' + static_cast<char>(digit - 26));
}

std::optional<std::uint64_t> decodeDigit(char c) noexcept {
  if (c >= 'a' && c <= 'z') return static_cast<std::uint64_t>(c - 'a');
  if (c >= 'A' && c <= 'Z') return static_cast<std::uint64_t>(c - 'A');
  if (c >= '0' && c <= '9') return static_cast<std::uint64_t>(c - '0') + 26;
  return std::nullopt;
}

void appendVariableLength(std::string& out, std::uint64_t value, std::uint64_t bias) {
  for (std::uint64_t k = kBase;; k += kBase) {
    const std::uint64_t t = threshold(k, bias);
    if (value < t) break;
    out += encodeDigit(t + (value - t) % (kBase - t));
    value = (value - t) / (kBase - t);
  }
  out += encodeDigit(value);
}

std::optional<std::uint64_t> takeVariableLength(std::string_view& text, std::uint64_t bias) {
  std::uint64_t value = 0;
  std::uint64_t weight = 1;
  for (std::uint64_t k = kBase;; k += kBase) {
    if (text.empty()) return std::nullopt;
    const auto digit = decodeDigit(text.front());
    if (!digit) return std::nullopt;
    text.remove_prefix(1);
    value += *digit * weight;
    const std::uint64_t t = threshold(k, bias);
    if (value > kMaxDelta) return std::nullopt;
    if (*digit < t) return value;
    weight *= kBase - t;
    if (weight > kMaxDelta) return std::nullopt;
  }
}

struct Insertion {
  std::uint64_t index;
  char32_t codePoint;
};

// Puts every insertion where the later ones leave it: from the last to the first, each takes the
// index-th place that is still free.
std::u32string insertAll(std::string_view basic, const std::vector<Insertion>& insertions) {
  const std::size_t size = basic.size() + insertions.size();
  std::u32string label(size, U'\0');
  PositionCounts free(size);
  for (std::size_t i = 0; i < size; ++i) free.add(i, 1);
  for (auto insertion = insertions.rbegin(); insertion != insertions.rend(); ++insertion) {
    const std::size_t position = free.find(insertion->index);
    label[position] = insertion->codePoint;
    free.add(position, -1);
  }
  auto next = basic.begin();
  for (char32_t& codePoint : label) {
    if (codePoint == 0) codePoint = static_cast<unsigned char>(*next++);
  }
  return label;
}

}  // namespace

std::string encodePunycode(std::u32string_view label) {
  std::string out;
  PositionCounts smaller(label.size());
  std::vector<std::size_t> order;  // of the positions, by code point and then from the left
  for (std::size_t i = 0; i < label.size(); ++i) {
    if (label[i] < kInitialCodePoint) {
      out += static_cast<char>(label[i]);
      smaller.add(i, 1);
    } else {
      order.push_back(i);
    }
  }
  std::uint64_t handled = out.size();
  if (handled > 0) out += '-';
  std::stable_sort(order.begin(), order.end(),
                   [label](std::size_t a, std::size_t b) { return label[a] < label[b]; });
  char32_t codePoint = kInitialCodePoint;
  std::uint64_t delta = 0;
  std::uint64_t bias = kInitialBias;
  Adaptation adaptation = Adaptation::First;
  for (std::size_t i = 0; i < order.size();) {
    const std::size_t group = i;
    delta += static_cast<std::uint64_t>(label[order[i]] - codePoint) * (handled + 1);
    codePoint = label[order[i]];
    std::uint64_t passed = 0;
    for (; i < order.size() && label[order[i]] == codePoint; ++i) {
      delta += smaller.before(order[i]) - passed;
      passed = smaller.before(order[i]);
      appendVariableLength(out, delta, bias);
      bias = adapt(delta, ++handled, adaptation);
      adaptation = Adaptation::Later;
      delta = 0;
    }
    delta += smaller.before(label.size()) - passed + 1;
    ++codePoint;
    for (std::size_t j = group; j < i; ++j) smaller.add(order[j], 1);
  }
  return out;
}

std::optional<std::u32string> decodePunycode(std::string_view text) {
  std::string_view basic;
  if (const std::size_t hyphen = text.rfind('-'); hyphen != std::string_view::npos && hyphen > 0) {
    basic = text.substr(0, hyphen);
    text.remove_prefix(hyphen + 1);
  }
  if (std::any_of(basic.begin(), basic.end(),
                  [](char c) { return c == 0 || static_cast<unsigned char>(c) > 0x7F; })) {
    return std::nullopt;
  }
  std::vector<Insertion> insertions;
  std::uint64_t codePoint = kInitialCodePoint;
  std::uint64_t index = 0;
  std::uint64_t bias = kInitialBias;
  Adaptation adaptation = Adaptation::First;
  while (!text.empty()) {
    const auto delta = takeVariableLength(text, bias);
    if (!delta) return std::nullopt;
    const std::uint64_t points = basic.size() + insertions.size() + 1;
    bias = adapt(*delta, points, adaptation);
    adaptation = Adaptation::Later;
    index += *delta;
    codePoint += index / points;
    index %= points;
    if (codePoint > kLastCodePoint) return std::nullopt;
    insertions.push_back({index, static_cast<char32_t>(codePoint)});
    ++index;
  }
  return insertAll(basic, insertions);
}

}  // namespace parley::url
