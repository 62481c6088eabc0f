#include "deflate/zlib_deflater.hpp"

#include <algorithm>
#include <limits>
#include <new>

#include <zlib.h>

namespace parley::deflate {

namespace {

constexpr std::size_t kMostAtOnce = std::numeric_limits<uInt>::max();

/// The hash tables in proportion to the window; 8 is zlib's own choice for one of 15 bits.
int memoryLevel(std::uint8_t windowBits) noexcept {
  return windowBits - 7;
}

/// As zconf.h has it, and what it calls a few kilobytes.
std::size_t memorySize(std::uint8_t windowBits) noexcept {
  return (std::size_t{1} << (windowBits + 2)) + (std::size_t{1} << (memoryLevel(windowBits) + 9)) +
         std::size_t{8} * 1024;
}

}  // namespace

ZlibDeflater::ZlibDeflater(int level, std::uint8_t windowBits, ContextMemory& memory)
    : memory_(memory, memorySize(windowBits)), stream_(std::make_unique<z_stream>()) {
  if (!memory_.isThere()) throw std::bad_alloc();
  memory_.serve(*stream_);
  const int made = deflateInit2(stream_.get(), level, Z_DEFLATED, -int{windowBits},
                                memoryLevel(windowBits), Z_DEFAULT_STRATEGY);
  if (made != Z_OK) throw std::bad_alloc();
}

ZlibDeflater::~ZlibDeflater() {
  deflateEnd(stream_.get());
}

void ZlibDeflater::begin(std::size_t /*size*/) {}

Deflater::Status ZlibDeflater::deflate(std::span<const std::byte>& input,
                                       std::span<std::byte>& output, Part part) {
  while (true) {
    const std::size_t offered = std::min(input.size(), kMostAtOnce);
    const std::size_t room = std::min(output.size(), kMostAtOnce);
    const bool isLast = part == Part::Last && offered == input.size();
    // zlib declares next_in without const, but does not write there.
    stream_->next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(input.data()));
    stream_->avail_in = static_cast<uInt>(offered);
    stream_->next_out = reinterpret_cast<Bytef*>(output.data());
    stream_->avail_out = static_cast<uInt>(room);
    // The only error that is possible here, Z_BUF_ERROR, says that nothing is left to be done.
    ::deflate(stream_.get(), isLast ? Z_SYNC_FLUSH : Z_NO_FLUSH);
    input = input.subspan(offered - stream_->avail_in);
    output = output.subspan(room - stream_->avail_out);
    if (output.empty()) return Status::NeedsOutput;
    if (input.empty()) return Status::Done;
  }
}

void ZlibDeflater::reset() {
  deflateReset(stream_.get());
}

}  // namespace parley::deflate
