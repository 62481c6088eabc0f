#include "deflate_stream.hpp"

#include <zlib.h>

namespace bench {
namespace {

// A sync flush's end, which stays off the wire.
constexpr std::byte kTail[] = {std::byte{0}, std::byte{0}, std::byte{0xff}, std::byte{0xff}};

Bytef* zlibBytes(std::byte* bytes) {
  return reinterpret_cast<Bytef*>(bytes);
}

}  // namespace

DeflateStream::DeflateStream() : stream_(std::make_unique<z_stream>()) {
  deflateInit2(stream_.get(), Z_DEFAULT_COMPRESSION, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY);
}

DeflateStream::~DeflateStream() {
  deflateEnd(stream_.get());
}

std::vector<std::byte> DeflateStream::message(std::span<const std::byte> payload) {
  std::vector<std::byte> result(payload.size() * 2 + 64);
  stream_->next_in = zlibBytes(const_cast<std::byte*>(payload.data()));
  stream_->avail_in = static_cast<uInt>(payload.size());
  stream_->next_out = zlibBytes(result.data());
  stream_->avail_out = static_cast<uInt>(result.size());
  deflate(stream_.get(), Z_SYNC_FLUSH);
  result.resize(result.size() - stream_->avail_out - sizeof kTail);
  return result;
}

void DeflateStream::reset() {
  deflateReset(stream_.get());
}

InflateStream::InflateStream() : stream_(std::make_unique<z_stream>()) {
  inflateInit2(stream_.get(), -15);
}

InflateStream::~InflateStream() {
  inflateEnd(stream_.get());
}

std::vector<std::byte> InflateStream::message(std::vector<std::byte> payload) {
  payload.insert(payload.end(), std::begin(kTail), std::end(kTail));
  std::vector<std::byte> result(std::size_t{64} * 1024);
  stream_->next_in = zlibBytes(payload.data());
  stream_->avail_in = static_cast<uInt>(payload.size());
  stream_->next_out = zlibBytes(result.data());
  stream_->avail_out = static_cast<uInt>(result.size());
  const int status = inflate(stream_.get(), Z_SYNC_FLUSH);
  if (status != Z_OK && status != Z_BUF_ERROR) return {};
  result.resize(result.size() - stream_->avail_out);
  return result;
}

}  // namespace bench
