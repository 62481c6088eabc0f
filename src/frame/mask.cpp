#include "frame/mask.hpp"

#include "frame/mask_kernels.hpp"

#include <algorithm>
#include <atomic>

namespace parley::frame {
namespace {

/// Long texts are masked and, where not ASCII, validated in pieces that stay in the first-level
/// cache between the two passes. A multiple of four, so that each piece begins at phase zero.
constexpr std::size_t kPiece = 4096;
static_assert(kPiece % 4 == 0);

template <PlainSide side>
MaskKernel bestMaskKernel() noexcept {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512bw")) return &maskAvx512<side>;
  if (__builtin_cpu_supports("avx2")) return &maskAvx2<side>;
#endif
  return &maskBase<side>;
}

template <PlainSide side>
PlainText chooseKernelAndMask(std::byte* to, const std::byte* from, std::size_t size,
                              std::uint32_t key) noexcept;

/// Constant-initialised, so that it works before and while other statics are made. The first call
/// replaces it; threads that race to do so write the same value.
template <PlainSide side>
constinit std::atomic<MaskKernel> chosenKernel{&chooseKernelAndMask<side>};

template <PlainSide side>
PlainText chooseKernelAndMask(std::byte* to, const std::byte* from, std::size_t size,
                              std::uint32_t key) noexcept {
  const MaskKernel best = bestMaskKernel<side>();
  chosenKernel<side>.store(best, std::memory_order_relaxed);
  return best(to, from, size, key);
}

template <PlainSide side>
MaskKernel kernel() noexcept {
  return chosenKernel<side>.load(std::memory_order_relaxed);
}

/// Tells `validator` about a piece of which the masking pass has already seen whether it is ASCII.
bool accept(bytes::Utf8Validator& validator, PlainText plain,
            std::span<const std::byte> piece) noexcept {
  return (plain == PlainText::Ascii && validator.complete()) || validator.feed(piece);
}

}  // namespace

void maskLong(std::byte* to, std::span<const std::byte> from, std::uint32_t key) noexcept {
  kernel<PlainSide::Source>()(to, from.data(), from.size(), key);
}

bool unmaskLongText(std::span<std::byte> payload, std::uint32_t key,
                    bytes::Utf8Validator& validator) noexcept {
  const MaskKernel unmask = kernel<PlainSide::Result>();
  bool valid = true;
  for (std::size_t at = 0; at < payload.size(); at += kPiece) {
    const auto piece = payload.subspan(at, std::min(kPiece, payload.size() - at));
    const PlainText plain = unmask(piece.data(), piece.data(), piece.size(), key);
    valid = valid && accept(validator, plain, piece);
  }
  return valid;
}

bool maskCopyLongText(std::byte* to, std::span<const std::byte> from, std::uint32_t key) noexcept {
  const MaskKernel maskCopyKernel = kernel<PlainSide::Source>();
  bytes::Utf8Validator validator;
  for (std::size_t at = 0; at < from.size(); at += kPiece) {
    const auto piece = from.subspan(at, std::min(kPiece, from.size() - at));
    const PlainText plain = maskCopyKernel(to + at, piece.data(), piece.size(), key);
    if (!accept(validator, plain, piece)) return false;
  }
  return validator.complete();
}

}  // namespace parley::frame
