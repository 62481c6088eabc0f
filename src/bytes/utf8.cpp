#include "bytes/utf8.hpp"

#include "bytes/block16.hpp"
#include "bytes/utf8_kernels.hpp"

#include <atomic>

namespace parley::bytes {
namespace {

constexpr bool isIn(unsigned byte, unsigned low, unsigned high) noexcept {
  return byte >= low && byte <= high;
}

/// Unicode table 3-7, first column: which byte may begin a sequence and what it then takes.
constexpr Utf8State afterLead(unsigned byte) noexcept {
  if (byte < 0x80) return Utf8State::Complete;
  if (isIn(byte, 0xC2, 0xDF)) return Utf8State::OneMore;
  if (byte == 0xE0) return Utf8State::AfterE0;
  if (byte == 0xED) return Utf8State::AfterEd;
  if (isIn(byte, 0xE1, 0xEF)) return Utf8State::TwoMore;
  if (byte == 0xF0) return Utf8State::AfterF0;
  if (isIn(byte, 0xF1, 0xF3)) return Utf8State::ThreeMore;
  if (byte == 0xF4) return Utf8State::AfterF4;
  return Utf8State::Invalid;
}

constexpr Utf8State ifIn(unsigned byte, unsigned low, unsigned high, Utf8State next) noexcept {
  return isIn(byte, low, high) ? next : Utf8State::Invalid;
}

constexpr Utf8State nextState(Utf8State state, std::byte next) noexcept {
  const auto byte = std::to_integer<unsigned>(next);
  switch (state) {
    case Utf8State::Complete:
      return afterLead(byte);
    case Utf8State::OneMore:
      return ifIn(byte, 0x80, 0xBF, Utf8State::Complete);
    case Utf8State::TwoMore:
      return ifIn(byte, 0x80, 0xBF, Utf8State::OneMore);
    case Utf8State::ThreeMore:
      return ifIn(byte, 0x80, 0xBF, Utf8State::TwoMore);
    case Utf8State::AfterE0:  // below A0: overlong
      return ifIn(byte, 0xA0, 0xBF, Utf8State::OneMore);
    case Utf8State::AfterEd:  // above 9F: a surrogate
      return ifIn(byte, 0x80, 0x9F, Utf8State::OneMore);
    case Utf8State::AfterF0:  // below 90: overlong
      return ifIn(byte, 0x90, 0xBF, Utf8State::TwoMore);
    case Utf8State::AfterF4:  // above 8F: beyond U+10FFFF
      return ifIn(byte, 0x80, 0x8F, Utf8State::TwoMore);
    case Utf8State::Invalid:
      break;
  }
  return Utf8State::Invalid;
}

Utf8State advance(Utf8State state, std::span<const std::byte> piece) noexcept {
  for (const std::byte byte : piece) {
    state = nextState(state, byte);
    if (state == Utf8State::Invalid) break;
  }
  return state;
}

/// Where a sequence begins that the end of `text` cuts, judged by its lead byte alone; the size of
/// `text` if it cuts none.
std::size_t openSequenceAt(std::span<const std::byte> text) noexcept {
  for (std::size_t back = 1; back <= 3 && back <= text.size(); ++back) {
    const auto byte = std::to_integer<unsigned>(text[text.size() - back]);
    if (byte < 0x80) break;
    if (byte < 0xC0) continue;
    const std::size_t length = byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
    return length > back ? text.size() - back : text.size();
  }
  return text.size();
}

bool chooseKernelAndValidate(const std::byte* text, std::size_t size) noexcept;

/// Constant-initialised, so that it works before and while other statics are made. The first call
/// replaces it; threads that race to do so write the same value.
constinit std::atomic<Utf8Kernel> chosenKernel{&chooseKernelAndValidate};

bool chooseKernelAndValidate(const std::byte* text, std::size_t size) noexcept {
  const Utf8Kernel best = bestUtf8Kernel();
  chosenKernel.store(best, std::memory_order_relaxed);
  return best(text, size);
}

}  // namespace

Utf8Kernel bestUtf8Kernel() noexcept {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512bw")) return &isValidUtf8Avx512;
  if (__builtin_cpu_supports("avx2")) return &isValidUtf8Avx2;
  if (__builtin_cpu_supports("ssse3")) return &isValidUtf8Ssse3;
  return &isValidUtf8Scalar;
#elif defined(__ARM_NEON) && defined(__aarch64__)
  return &isValidUtf8Neon;
#else
  return &isValidUtf8Scalar;
#endif
}

bool isValidUtf8Scalar(const std::byte* text, std::size_t size) noexcept {
  Utf8State state = Utf8State::Complete;
  for (std::size_t at = 0; at < size;) {
    if (state == Utf8State::Complete && size - at >= Block16::kSize &&
        !Block16::load(text + at).hasHighBit()) {
      at += Block16::kSize;
      continue;
    }
    state = nextState(state, text[at++]);
    if (state == Utf8State::Invalid) return false;
  }
  return state == Utf8State::Complete;
}

bool isValidUtf8(std::span<const std::byte> text) noexcept {
  return chosenKernel.load(std::memory_order_relaxed)(text.data(), text.size());
}

/// Steps to the end of the sequence that the last piece left open; answers what follows it.
std::span<const std::byte> Utf8Validator::finishSequence(
    std::span<const std::byte> piece) noexcept {
  std::size_t at = 0;
  while (at < piece.size() && state_ != Utf8State::Complete && state_ != Utf8State::Invalid) {
    state_ = nextState(state_, piece[at++]);
  }
  return piece.subspan(at);
}

bool Utf8Validator::feed(std::span<const std::byte> piece) noexcept {
  if (!complete()) piece = finishSequence(piece);
  if (state_ == Utf8State::Invalid) return false;
  if (piece.empty()) return true;
  const std::size_t openAt = openSequenceAt(piece);
  state_ = isValidUtf8(piece.first(openAt)) ? advance(state_, piece.subspan(openAt))
                                            : Utf8State::Invalid;
  return state_ != Utf8State::Invalid;
}

std::string replaceInvalidUtf8(std::string_view text) {
  const auto input = std::as_bytes(std::span(text));
  if (isValidUtf8(input)) return std::string(text);
  constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
  std::string result;
  result.reserve(text.size() + 2 * kReplacement.size());
  Utf8State state = Utf8State::Complete;
  std::size_t sequenceAt = 0;
  for (std::size_t at = 0; at < input.size(); ++at) {
    state = nextState(state, input[at]);
    if (state == Utf8State::Invalid) {
      result += kReplacement;
      // WHATWG Encoding, UTF-8 decoder: the byte that broke a sequence is looked at again.
      if (at > sequenceAt) --at;
      state = Utf8State::Complete;
      sequenceAt = at + 1;
    } else if (state == Utf8State::Complete) {
      result += text.substr(sequenceAt, at + 1 - sequenceAt);
      sequenceAt = at + 1;
    }
  }
  if (state != Utf8State::Complete) result += kReplacement;
  return result;
}

}  // namespace parley::bytes
