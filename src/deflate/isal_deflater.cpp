#if PARLEY_HAS_ISAL

#include "deflate/isal_deflater.hpp"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <limits>
#include <new>

#include <isa-l/igzip_lib.h>

namespace parley::deflate {

namespace {

constexpr std::size_t kMostAtOnce = std::numeric_limits<std::uint32_t>::max() / 2;

constexpr std::uint32_t kStaticLevel = 0;
// Level 1 is a twentieth faster and makes messages of 1 KiB 2.4 % larger.
constexpr std::uint32_t kOwnLevel = 2;
// Below it codes of a message's own save little and cost much. JSON, the context kept: 400 B take
// 5.5 us and become 150 B, with the static codes 1.3 us and 159 B; 512 B 5.6 us and 184 B instead
// of 1.6 and 199; 1 KiB 7.0 us and 343 B instead of 2.5 and 396.
constexpr std::size_t kOwnCodesLeast = 512;
// From here on the large buffer is faster, although the history's hash table goes to and fro.
constexpr std::size_t kLentLeast = std::size_t{4} * 1024;

// What lives from message to message stands at the front of a buffer, so a small one holds it all.
// (ISAL_DEF_LVL2_REQ, which claims to be its size, is some hundred bytes short.)
constexpr std::size_t kOwnSize = ISAL_DEF_LVL2_MIN;
static_assert(IsalScratch::kSize == ISAL_DEF_LVL2_DEFAULT);

// On a cache line of its own.
constexpr std::size_t kOwnBegin = (sizeof(isal_zstream) + 63) / 64 * 64;

constexpr std::uint32_t hashMaskOf(std::uint32_t level) noexcept {
  return (level == kStaticLevel ? IGZIP_LVL0_HASH_SIZE : IGZIP_LVL2_HASH_SIZE) - 1;
}

}  // namespace

IsalDeflater::IsalDeflater(std::uint8_t windowBits, DeflaterUse use, ContextMemory& memory,
                           IsalScratch& scratch)
    : contextMemory_(
          memory.take(use == DeflaterUse::Shared ? sizeof(isal_zstream) : kOwnBegin + kOwnSize)),
      scratch_(scratch),
      windowBits_(windowBits),
      use_(use) {
  if (!contextMemory_.isThere()) throw std::bad_alloc();
  stream_ = new (contextMemory_.bytes().data()) isal_zstream;
  if (use == DeflaterUse::OneConnection) own_ = contextMemory_.bytes().subspan(kOwnBegin, kOwnSize);
  reset();
  // An entry of zero refers to the first byte, whatever comes.
  if (contextMemory_.content() == ContextMemory::Block::Content::Zeros) {
    staticTable_ = Table::Current;
    ownTable_ = Table::Current;
  }
}

void IsalDeflater::reset() {
  isal_deflate_init(stream_);
  stream_->hist_bits = windowBits_;
  memory_ = LevelMemory::None;
  staticTable_ = Table::Stale;
  ownTable_ = Table::Stale;
}

/// The library clears the table of the level that comes first in a stream; the other one may still
/// refer to what was before.
void IsalDeflater::freshen(Table& table, std::span<std::byte> memory) const noexcept {
  if (table == Table::Stale && stream_->internal_state.has_hist != IGZIP_NO_HIST) {
    std::memset(memory.data(), 0, memory.size());
  }
  table = Table::Current;
}

void IsalDeflater::chooseLevelMemory(std::size_t size) {
  if (use_ == DeflaterUse::Shared) {
    memory_ = LevelMemory::Shared;
  } else {
    freshen(ownTable_, own_);
    memory_ = size < kLentLeast ? LevelMemory::Own : LevelMemory::Lent;
  }
  const std::span<std::byte> buffer =
      memory_ == LevelMemory::Own ? own_ : std::span<std::byte>(scratch_.levelBuffer());
  if (memory_ == LevelMemory::Lent) std::memcpy(buffer.data(), own_.data(), kOwnSize);
  stream_->level_buf = reinterpret_cast<std::uint8_t*>(buffer.data());
  stream_->level_buf_size = static_cast<std::uint32_t>(buffer.size());
}

void IsalDeflater::begin(std::size_t size) {
  // All of these may only change between two blocks, and so they do.
  assert(stream_->internal_state.state == ZSTATE_NEW_HDR);
  stream_->level = size < kOwnCodesLeast ? kStaticLevel : kOwnLevel;
  // The library sets it for the level that comes first, and would write behind the smaller table
  // of the other.
  stream_->internal_state.hash_mask = hashMaskOf(stream_->level);
  if (stream_->level == kOwnLevel) return chooseLevelMemory(size);
  freshen(staticTable_, std::as_writable_bytes(std::span(stream_->internal_state.head)));
  memory_ = LevelMemory::None;
  isal_deflate_set_hufftables(stream_, nullptr, IGZIP_HUFFTABLE_STATIC);
}

void IsalDeflater::finishMessage() noexcept {
  if (memory_ == LevelMemory::Lent) {
    std::memcpy(own_.data(), scratch_.levelBuffer().data(), kOwnSize);
  }
  memory_ = LevelMemory::None;
}

Deflater::Status IsalDeflater::deflate(std::span<const std::byte>& input,
                                       std::span<std::byte>& output, Part part) {
  while (true) {
    const std::size_t offered = std::min(input.size(), kMostAtOnce);
    const std::size_t room = std::min(output.size(), kMostAtOnce);
    const bool isLast = part == Part::Last && offered == input.size();
    stream_->flush = isLast ? SYNC_FLUSH : NO_FLUSH;
    // ISA-L declares next_in without const, but does not write there.
    stream_->next_in =
        const_cast<std::uint8_t*>(reinterpret_cast<const std::uint8_t*>(input.data()));
    stream_->avail_in = static_cast<std::uint32_t>(offered);
    stream_->next_out = reinterpret_cast<std::uint8_t*>(output.data());
    stream_->avail_out = static_cast<std::uint32_t>(room);
    [[maybe_unused]] const int done = isal_deflate(stream_);
    assert(done == COMP_OK);
    assert(stream_->internal_state.hash_mask == hashMaskOf(stream_->level));
    input = input.subspan(offered - stream_->avail_in);
    output = output.subspan(room - stream_->avail_out);
    if (output.empty()) return Status::NeedsOutput;
    if (!input.empty()) continue;
    if (isLast) finishMessage();
    return Status::Done;
  }
}

}  // namespace parley::deflate

#endif
