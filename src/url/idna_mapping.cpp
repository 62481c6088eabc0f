#include "url/idna_mapping.hpp"

#include "bytes/ascii.hpp"
#include "url/punycode.hpp"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <variant>

#include <idn2.h>

namespace parley::url {

namespace {

// A letter that no mapping and no composition touches. In front it keeps libidn2 from judging what
// comes next as the beginning of a label; behind, it makes every question a label that isn't ASCII.
constexpr char32_t kNeighbour = 0x4E00;

struct IdnFree {
  void operator()(char* text) const noexcept { idn2_free(text); }
};

enum class Refusal : std::uint8_t { Disallowed, BeginsWithMark };

// What libidn2 maps and normalises `label` to. With IDN2_TRANSITIONAL it leaves out the tests of
// IDNA 2008; the four deviation characters, which that flag would map, never get here.
std::variant<std::u32string, Refusal> ask(const std::u32string& label) {
  const auto* const input = reinterpret_cast<const std::uint32_t*>(label.c_str());
  static_assert(sizeof(std::uint32_t) == sizeof(char32_t));
  char* raw = nullptr;
  const int code =
      idn2_to_ascii_4z(input, &raw, IDN2_NFC_INPUT | IDN2_TRANSITIONAL | IDN2_NO_ALABEL_ROUNDTRIP);
  const std::unique_ptr<char, IdnFree> output(raw);
  if (code == IDN2_LEADING_COMBINING) return Refusal::BeginsWithMark;
  if (code != IDN2_OK) return Refusal::Disallowed;
  std::string_view text(output.get());
  // One label goes in, so one comes out; a dot would mean that a mapping has changed under us.
  if (!text.starts_with("xn--") || text.find('.') != std::string_view::npos) {
    return Refusal::Disallowed;
  }
  auto decoded = decodePunycode(text.substr(4));
  if (!decoded) return Refusal::Disallowed;
  return std::move(*decoded);
}

// Hangul vowels and final consonants, the only letters that compose with a letter before them.
bool isComposingJamo(char32_t codePoint) noexcept {
  return (codePoint >= 0x1161 && codePoint <= 0x1175) ||
         (codePoint >= 0x11A8 && codePoint <= 0x11C2);
}

struct Disallowed {};
struct Ignored {};
struct Attached {};  // may compose with what is before it
struct Letter {
  std::u32string mapped;
};
using Mapping = std::variant<Disallowed, Ignored, Attached, Letter>;

Mapping mappingOf(char32_t codePoint) {
  if (codePoint == 0) return Disallowed{};  // libidn2 would take it for the end
  if (codePoint < 0x80) {
    return Letter{std::u32string(
        1, static_cast<unsigned char>(bytes::toLower(static_cast<char>(codePoint))))};
  }
  auto answer = ask({codePoint, kNeighbour});
  if (const auto* const refusal = std::get_if<Refusal>(&answer)) {
    if (*refusal == Refusal::BeginsWithMark) return Attached{};
    return Disallowed{};
  }
  auto& mapped = *std::get_if<std::u32string>(&answer);
  mapped.pop_back();
  if (mapped.empty()) return Ignored{};
  if (isComposingJamo(mapped.front())) return Attached{};
  return Letter{std::move(mapped)};
}

// What libidn2 must not see: the deviation characters, which UTS 46 now keeps, the capital sharp s,
// which Unicode 15.1 maps to the small one instead of "ss", and hyphens, about whose places libidn2
// has rules (CheckHyphens is false). None of them composes with anything.
std::optional<char32_t> mappedApart(char32_t codePoint) noexcept {
  switch (codePoint) {
    case U'-':
    case 0xFE63:
    case 0xFF0D:
      return U'-';
    case 0xDF:
    case 0x1E9E:
      return char32_t{0xDF};
    case 0x3C2:
    case 0x200C:
    case 0x200D:
      return codePoint;
    default:
      return std::nullopt;
  }
}

// Collects the mapped label. A cluster is a code point with all that may compose with it.
class Normaliser {
 public:
  void keep(char32_t codePoint) { mapped_ = std::u32string(1, codePoint); }

  void begin(char32_t codePoint, std::u32string mapped) {
    source_ = codePoint;
    mapped_ = std::move(mapped);
  }

  void attach(char32_t codePoint) { marks_ += codePoint; }

  // Writes the cluster. False if libidn2 can't take it.
  [[nodiscard]] bool flush() {
    if (marks_.empty()) {
      label_ += mapped_;
    } else {
      std::u32string question(1, kNeighbour);
      if (source_) {
        question += *source_;
      } else {
        label_ += mapped_;
      }
      auto answer = ask(question + marks_);
      const auto* const normalised = std::get_if<std::u32string>(&answer);
      if (normalised == nullptr) return false;
      label_.append(*normalised, 1);
    }
    source_.reset();
    mapped_.clear();
    marks_.clear();
    return true;
  }

  std::u32string take() { return std::move(label_); }

 private:
  std::u32string label_;
  std::optional<char32_t> source_;  // not of what is kept as it is, which composes with nothing
  std::u32string mapped_;
  std::u32string marks_;
};

}  // namespace

std::optional<std::u32string> mapAndNormalise(std::u32string_view label) {
  Normaliser normaliser;
  for (const char32_t codePoint : label) {
    if (const auto apart = mappedApart(codePoint)) {
      if (!normaliser.flush()) return std::nullopt;
      normaliser.keep(*apart);
      continue;
    }
    auto mapping = mappingOf(codePoint);
    if (std::holds_alternative<Disallowed>(mapping)) return std::nullopt;
    if (std::holds_alternative<Attached>(mapping)) normaliser.attach(codePoint);
    if (auto* const letter = std::get_if<Letter>(&mapping)) {
      if (!normaliser.flush()) return std::nullopt;
      normaliser.begin(codePoint, std::move(letter->mapped));
    }
  }
  if (!normaliser.flush()) return std::nullopt;
  return normaliser.take();
}

bool isMark(char32_t codePoint) {
  if (codePoint < 0x80) return false;
  const auto answer = ask({codePoint, kNeighbour});
  const auto* const refusal = std::get_if<Refusal>(&answer);
  return refusal != nullptr && *refusal == Refusal::BeginsWithMark;
}

}  // namespace parley::url
