#if PARLEY_HAS_ISAL

#include "deflate/isal_inflater.hpp"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <limits>
#include <new>
#include <utility>

#include <isa-l/igzip_lib.h>

namespace parley::deflate {

namespace {

constexpr std::size_t kMostAtOnce = std::numeric_limits<std::uint32_t>::max() / 2;

}  // namespace

std::unique_ptr<IsalInflater> IsalInflater::make(ContextMemory& memory) noexcept {
  ContextMemory::Block block = memory.take(sizeof(inflate_state));
  if (!block.isThere()) return nullptr;
  return std::unique_ptr<IsalInflater>(new (std::nothrow) IsalInflater(std::move(block)));
}

IsalInflater::IsalInflater(ContextMemory::Block memory) noexcept
    : memory_(std::move(memory)), state_(new (memory_.bytes().data()) inflate_state) {
  isal_inflate_init(state_);
}

/// By hand, because the library's reset would drop the history, and whole bytes that it has read
/// ahead of the end of the stream. `produced` is what its last call has written.
void IsalInflater::startStream(std::span<const std::byte> produced) noexcept {
  const int unused = state_->read_in_length % 8;
  state_->read_in >>= unused;
  state_->read_in_length -= unused;
  state_->block_state = ISAL_BLOCK_NEW_HDR;
  state_->bfinal = 0;
  // At the end of a stream the library does not move the history to the front of its buffer; and
  // behind the first 32 KiB it writes past it.
  const auto valid = static_cast<std::size_t>(state_->tmp_out_valid);
  if (produced.size() >= kMaxHistory) {
    std::memcpy(state_->tmp_out_buffer, produced.last(kMaxHistory).data(), kMaxHistory);
  } else if (valid > kMaxHistory) {
    std::memmove(state_->tmp_out_buffer, state_->tmp_out_buffer + (valid - kMaxHistory),
                 kMaxHistory);
  } else {
    return;
  }
  state_->tmp_out_valid = kMaxHistory;
  state_->tmp_out_processed = kMaxHistory;
}

InflateStatus IsalInflater::inflate(std::span<const std::byte>& input,
                                    std::span<std::byte>& output) noexcept {
  while (!output.empty() && !isCorrupt_) {
    const std::size_t offered = std::min(input.size(), kMostAtOnce);
    const std::size_t room = std::min(output.size(), kMostAtOnce);
    state_->next_in =
        const_cast<std::uint8_t*>(reinterpret_cast<const std::uint8_t*>(input.data()));
    state_->avail_in = static_cast<std::uint32_t>(offered);
    state_->next_out = reinterpret_cast<std::uint8_t*>(output.data());
    state_->avail_out = static_cast<std::uint32_t>(room);
    if (isal_inflate(state_) != ISAL_DECOMP_OK) {
      isCorrupt_ = true;
      break;
    }
    const std::span<const std::byte> produced = output.first(room - state_->avail_out);
    input = input.subspan(offered - state_->avail_in);
    output = output.subspan(produced.size());
    if (state_->block_state == ISAL_BLOCK_FINISH) {
      startStream(produced);
      if (state_->read_in_length != 0) continue;
    }
    if (input.empty() && state_->avail_out != 0) return InflateStatus::NeedsInput;
    // With input and room it always moves; but rather an error than an endless loop.
    isCorrupt_ = state_->avail_in == offered && produced.empty();
  }
  return isCorrupt_ ? InflateStatus::Corrupt : InflateStatus::NeedsOutput;
}

bool IsalInflater::isBetweenBlocks() const noexcept {
  const bool isAtHeader =
      state_->block_state == ISAL_BLOCK_NEW_HDR || state_->block_state == ISAL_BLOCK_HDR;
  return isAtHeader && state_->tmp_in_size == 0 && state_->read_in_length == 0;
}

bool IsalInflater::reset([[maybe_unused]] std::uint8_t windowBits,
                         std::span<const std::byte> history) noexcept {
  assert(windowBits == 15);
  isal_inflate_reset(state_);
  isCorrupt_ = false;
  if (history.empty()) return true;
  // As with next_in: declared without const.
  auto* const bytes =
      const_cast<std::uint8_t*>(reinterpret_cast<const std::uint8_t*>(history.data()));
  return isal_inflate_set_dict(state_, bytes, static_cast<std::uint32_t>(history.size())) ==
         ISAL_DECOMP_OK;
}

}  // namespace parley::deflate

#endif
