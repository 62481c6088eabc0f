#include "deflate/message_deflater.hpp"

#include "deflate/parameters.hpp"

#include <algorithm>
#include <cassert>
#include <new>
#include <utility>

namespace parley::deflate {

namespace {

using protocol::DeflateAgreement;

// Large messages are compressed in steps of this.
constexpr std::size_t kStep = std::size_t{64} * 1024;
// A large message is judged by its beginning, so that a long one of noise does not cost the time of
// compressing it.
constexpr std::size_t kTrial = 8 * kStep;
// The most that a compressor holds back: of noise; of anything else it is more, but smaller.
constexpr std::size_t kHeldBack = 2 * kStep;

/// Is it not worth to go on? By less than an eighth a large message is not made smaller.
bool isLost(std::size_t taken, std::size_t made) noexcept {
  constexpr std::size_t kJudged = kTrial - kHeldBack;
  return taken == kTrial && made > kJudged - kJudged / 8;
}

/// Compresses `part` to the end of `output`, which grows up to `most`. False if that is too little.
bool deflateTo(ArrayBuffer& output, std::size_t most, Deflater& deflater,
               std::span<const std::byte> part, Deflater::Part which) {
  while (true) {
    const std::size_t used = output.byteLength();
    if (used == output.capacity()) {
      if (used >= most) return false;
      output.reserve(std::min(most, std::max(used + used / 2, kStep)));
    }
    std::span<std::byte> room{output.data() + used, output.capacity() - used};
    const Deflater::Status status = deflater.deflate(part, room, which);
    output.resizeUninitialized(output.capacity() - room.size());
    if (status == Deflater::Status::Done) return true;
  }
}

}  // namespace

MessageDeflater::MessageDeflater(const DeflateAgreement::Direction& direction,
                                 Compression::Level level, SharedCodecs& shared) noexcept
    : shared_(shared), level_(level), direction_(direction) {}

bool MessageDeflater::isAble() const noexcept {
  return direction_.windowBits >= kLeastWrittenBits;
}

Deflater& MessageDeflater::begin(std::size_t size) {
  DeflaterOptions options{.level = level_, .windowBits = direction_.windowBits};
  Deflater* deflater = context_.get();
  if (direction_.context == DeflateAgreement::Context::Reset) {
    options.use = DeflaterUse::Shared;
    deflater = &shared_.deflater(options);
  } else if (deflater == nullptr) {
    context_ = makeDeflater(engineFor(level_), options, shared_.memory());
    deflater = context_.get();
  }
  deflater->begin(size);
  return *deflater;
}

std::optional<DeflatedMessage> MessageDeflater::deflate(std::span<const std::byte> message) {
  assert(isAble());
  try {
    auto deflated = message.size() <= SharedCodecs::kScratchSize ? deflateSmall(message)
                                                                 : deflateLarge(message);
    // The peer never sees this message compressed, so nothing may refer to it.
    if (!deflated) forget();
    return deflated;
  } catch (const std::bad_alloc&) {
    context_.reset();
    throw;
  }
}

ArrayBuffer MessageDeflater::deflateAlone(std::span<const std::byte> message) {
  MessageDeflater alone(
      {.context = DeflateAgreement::Context::Reset, .windowBits = direction_.windowBits}, level_,
      shared_);
  auto deflated = alone.deflate(message);
  if (!deflated) return {};
  if (deflated->memory.empty()) return ArrayBuffer::copyOf(deflated->payload);
  return std::move(deflated->memory);
}

std::optional<DeflatedMessage> MessageDeflater::deflateSmall(std::span<const std::byte> message) {
  Deflater& deflater = begin(message.size());
  const std::span<std::byte> scratch = shared_.deflateScratch();
  std::span<std::byte> room = scratch;
  std::span<const std::byte> rest = message;
  if (deflater.deflate(rest, room, Deflater::Part::Last) != Deflater::Status::Done) {
    return std::nullopt;
  }
  const std::size_t size = scratch.size() - room.size() - kTailSize;
  if (size >= message.size()) return std::nullopt;
  return DeflatedMessage{.payload = scratch.first(size)};
}

std::optional<DeflatedMessage> MessageDeflater::deflateLarge(std::span<const std::byte> message) {
  Deflater& deflater = begin(message.size());
  DeflatedMessage deflated;
  deflated.memory.reserve(message.size() / 4);
  for (std::size_t taken = 0; taken < message.size();) {
    const std::size_t size = std::min(kStep, message.size() - taken);
    const bool isLast = taken + size == message.size();
    if (!deflateTo(deflated.memory, message.size(), deflater, message.subspan(taken, size),
                   isLast ? Deflater::Part::Last : Deflater::Part::Inner)) {
      return std::nullopt;
    }
    taken += size;
    if (isLost(taken, deflated.memory.byteLength())) return std::nullopt;
  }
  deflated.memory.resizeUninitialized(deflated.memory.byteLength() - kTailSize);
  deflated.payload = std::as_const(deflated.memory).bytes();
  return deflated;
}

}  // namespace parley::deflate
