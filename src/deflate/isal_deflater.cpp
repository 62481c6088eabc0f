#if PARLEY_HAS_ISAL

#include "deflate/isal_deflater.hpp"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <limits>

#include <isa-l/igzip_lib.h>

namespace parley::deflate {

namespace {

constexpr std::size_t kMostAtOnce = std::numeric_limits<std::uint32_t>::max() / 2;
// Below it codes of a message's own save little and cost much: 219 B of JSON take 0.7 us at a ratio
// of 2.23 with the static codes, and 4 us at 2.24 without.
constexpr std::size_t kOwnCodesLeast = 1024;
// From here on the large buffer is faster, although the history's hash table goes to and fro.
constexpr std::size_t kLentLeast = std::size_t{4} * 1024;

// What lives from message to message stands at the front of a buffer, so a small one holds it all.
// (ISAL_DEF_LVL1_REQ, which claims to be its size, is some hundred bytes short.)
constexpr std::size_t kOwnSize = ISAL_DEF_LVL1_MIN;
static_assert(IsalScratch::kSize == ISAL_DEF_LVL1_DEFAULT);

}  // namespace

IsalDeflater::IsalDeflater(std::uint8_t windowBits, DeflaterUse use, IsalScratch& scratch)
    : stream_(new isal_zstream), scratch_(scratch), windowBits_(windowBits), use_(use) {
  reset();
}

IsalDeflater::~IsalDeflater() = default;

void IsalDeflater::reset() {
  isal_deflate_init(stream_.get());
  stream_->hist_bits = windowBits_;
  memory_ = LevelMemory::None;
  if (use_ == DeflaterUse::Shared) return;
  // The library clears the table of the level that comes first; those of the other would refer to
  // what was before.
  std::memset(stream_->internal_state.head, 0, sizeof stream_->internal_state.head);
  if (own_) std::memset(own_.get(), 0, kOwnSize);
}

void IsalDeflater::chooseLevelMemory(std::size_t size) {
  if (use_ == DeflaterUse::Shared) {
    memory_ = LevelMemory::Shared;
  } else {
    // Zeroed: an entry of its hash table that was never written must not refer to what is before
    // the first byte.
    if (!own_) own_ = std::make_unique<std::byte[]>(kOwnSize);  // NOLINT: of a fixed size
    memory_ = size < kLentLeast ? LevelMemory::Own : LevelMemory::Lent;
  }
  std::byte* const buffer =
      memory_ == LevelMemory::Own ? own_.get() : scratch_.levelBuffer().data();
  if (memory_ == LevelMemory::Lent) std::memcpy(buffer, own_.get(), kOwnSize);
  stream_->level_buf = reinterpret_cast<std::uint8_t*>(buffer);
  stream_->level_buf_size =
      static_cast<std::uint32_t>(memory_ == LevelMemory::Own ? kOwnSize : IsalScratch::kSize);
}

void IsalDeflater::begin(std::size_t size) {
  // Both may only change between two blocks, and so they do.
  assert(stream_->internal_state.state == ZSTATE_NEW_HDR);
  stream_->level = size < kOwnCodesLeast ? 0 : 1;
  if (stream_->level == 1) return chooseLevelMemory(size);
  memory_ = LevelMemory::None;
  isal_deflate_set_hufftables(stream_.get(), nullptr, IGZIP_HUFFTABLE_STATIC);
}

void IsalDeflater::finishMessage() noexcept {
  if (memory_ == LevelMemory::Lent) {
    std::memcpy(own_.get(), scratch_.levelBuffer().data(), kOwnSize);
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
    [[maybe_unused]] const int done = isal_deflate(stream_.get());
    assert(done == COMP_OK);
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
