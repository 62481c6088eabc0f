#include "deflate/zlib_inflater.hpp"

#include <algorithm>
#include <limits>
#include <new>
#include <utility>

#include <zlib.h>

namespace parley::deflate {

namespace {

// As zconf.h has it: about 7 KB.
constexpr std::size_t kStateSize = std::size_t{8} * 1024;
constexpr std::size_t kMostAtOnce = std::numeric_limits<uInt>::max();
// What zlib tells in z_stream::data_type when it stops; the number of unused bits is added.
constexpr int kInLastBlock = 64;
constexpr int kBetweenBlocks = 128;

const Bytef* bytesOf(std::span<const std::byte> bytes) noexcept {
  return reinterpret_cast<const Bytef*>(bytes.data());
}

}  // namespace

std::unique_ptr<ZlibInflater> ZlibInflater::make(std::uint8_t windowBits,
                                                 ContextMemory& memory) noexcept {
  std::unique_ptr<z_stream> stream(new (std::nothrow) z_stream{});
  if (!stream) return nullptr;
  std::unique_ptr<ZlibInflater> made(new (std::nothrow)
                                         ZlibInflater(std::move(stream), windowBits, memory));
  if (!made || !made->memory_.isThere()) return nullptr;
  made->memory_.serve(*made->stream_);
  if (inflateInit2(made->stream_.get(), -int{windowBits}) != Z_OK) return nullptr;
  return made;
}

ZlibInflater::ZlibInflater(std::unique_ptr<z_stream_s> stream, std::uint8_t windowBits,
                           ContextMemory& memory) noexcept
    : memory_(memory, kStateSize + (std::size_t{1} << windowBits)),
      stream_(std::move(stream)),
      windowBits_(windowBits) {}

// Of a stream that was not initialised this is an error, and no more.
ZlibInflater::~ZlibInflater() {
  inflateEnd(stream_.get());
}

ZlibInflater::Step ZlibInflater::step(std::span<const std::byte>& input,
                                      std::span<std::byte>& output) noexcept {
  const std::size_t offered = std::min(input.size(), kMostAtOnce);
  // Within the output of one call zlib lets references go farther back than the window.
  const std::size_t room = std::min(output.size(), std::size_t{1} << windowBits_);
  stream_->next_in = const_cast<Bytef*>(bytesOf(input));
  stream_->avail_in = static_cast<uInt>(offered);
  stream_->next_out = reinterpret_cast<Bytef*>(output.data());
  stream_->avail_out = static_cast<uInt>(room);
  // Stops between blocks, because only there it tells that it is there.
  const int done = ::inflate(stream_.get(), Z_BLOCK);
  const bool isMoved = stream_->avail_in != offered || stream_->avail_out != room;
  input = input.subspan(offered - stream_->avail_in);
  output = output.subspan(room - stream_->avail_out);
  switch (done) {
    case Z_OK:
    case Z_BUF_ERROR:
      if (!isMoved) return Step::Idle;
      isBetweenBlocks_ = stream_->data_type == kBetweenBlocks;
      return Step::Moved;
    case Z_STREAM_END:
      // Of the two resets this is the one that keeps the window.
      inflateResetKeep(stream_.get());
      isBetweenBlocks_ = true;
      stream_->data_type = kBetweenBlocks;
      return Step::Moved;
    case Z_MEM_ERROR:
      return Step::OutOfMemory;
    default:
      return Step::Corrupt;
  }
}

InflateStatus ZlibInflater::inflate(std::span<const std::byte>& input,
                                    std::span<std::byte>& output) noexcept {
  while (!output.empty()) {
    switch (step(input, output)) {
      case Step::Moved: {
        // The end of a final block is only told by the next call, though it needs no input.
        const bool isAtStreamEnd =
            (stream_->data_type & kInLastBlock) != 0 && (stream_->data_type & kBetweenBlocks) != 0;
        if (input.empty() && stream_->avail_out != 0 && !isAtStreamEnd) {
          return InflateStatus::NeedsInput;
        }
        break;
      }
      case Step::Idle:
        // With input and room it always moves; but rather an error than an endless loop.
        return input.empty() ? InflateStatus::NeedsInput : InflateStatus::Corrupt;
      case Step::Corrupt:
        return InflateStatus::Corrupt;
      case Step::OutOfMemory:
        return InflateStatus::OutOfMemory;
    }
  }
  return InflateStatus::NeedsOutput;
}

bool ZlibInflater::reset(std::uint8_t windowBits, std::span<const std::byte> history) noexcept {
  windowBits_ = windowBits;
  isBetweenBlocks_ = true;
  return inflateReset2(stream_.get(), -int{windowBits}) == Z_OK && addHistory(history);
}

bool ZlibInflater::addHistory(std::span<const std::byte> bytes) noexcept {
  if (bytes.empty()) return true;
  const auto last = bytes.last(std::min(bytes.size(), kMaxHistory));
  return inflateSetDictionary(stream_.get(), bytesOf(last), static_cast<uInt>(last.size())) == Z_OK;
}

std::size_t ZlibInflater::copyHistory(std::span<std::byte, kMaxHistory> to) noexcept {
  uInt size = 0;
  inflateGetDictionary(stream_.get(), reinterpret_cast<Bytef*>(to.data()), &size);
  return size;
}

}  // namespace parley::deflate
