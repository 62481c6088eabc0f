#include "deflate.hpp"

#include <algorithm>
#include <new>

#include <zlib.h>

namespace parley::tool::check {

namespace {

constexpr std::string_view kFlushTail("\x00\x00\xff\xff", 4);
constexpr std::size_t kPiece = 65536;
/// inflate() looks beyond its window into what it wrote in the same call: little of that, and the
/// window is the limit.
constexpr std::size_t kStrictPiece = 256;

void setInput(z_stream& stream, std::string_view bytes) {
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
}

}  // namespace

void Deflater::End::operator()(z_stream_s* stream) const noexcept {
  deflateEnd(stream);
  delete stream;
}

void Inflater::End::operator()(z_stream_s* stream) const noexcept {
  inflateEnd(stream);
  delete stream;
}

Deflater::Deflater(int windowBits, Takeover takeover) : takeover_(takeover) {
  auto stream = std::make_unique<z_stream>();
  // zlib has no raw stream of window 8 (RFC 7692 section 7.1.2.1 allows it): run lengths need none.
  const int strategy = windowBits == 8 ? Z_RLE : Z_DEFAULT_STRATEGY;
  if (deflateInit2(stream.get(), 6, Z_DEFLATED, -std::max(windowBits, 9), 8, strategy) != Z_OK) {
    throw std::bad_alloc();
  }
  stream_.reset(stream.release());
}

std::string Deflater::compress(std::string_view message) {
  // RFC 7692 section 7.2.3.6: what is left of an empty block without its tail.
  if (message.empty()) return std::string(1, '\0');
  std::string out;
  setInput(*stream_, message);
  do {
    const std::size_t begin = out.size();
    out.resize(begin + kPiece);
    stream_->next_out = reinterpret_cast<Bytef*>(out.data() + begin);
    stream_->avail_out = kPiece;
    ::deflate(stream_.get(), Z_SYNC_FLUSH);
    out.resize(out.size() - stream_->avail_out);
  } while (stream_->avail_out == 0);
  if (out.ends_with(kFlushTail)) out.resize(out.size() - kFlushTail.size());
  if (takeover_ == Takeover::None) deflateReset(stream_.get());
  return out;
}

Inflater::Inflater(int windowBits, Takeover takeover)
    : takeover_(takeover), piece_(windowBits < 15 ? kStrictPiece : kPiece) {
  auto stream = std::make_unique<z_stream>();
  if (inflateInit2(stream.get(), -windowBits) != Z_OK) throw std::bad_alloc();
  stream_.reset(stream.release());
}

std::optional<std::string> Inflater::decompress(std::string payload, std::size_t most) {
  payload += kFlushTail;
  std::string out;
  setInput(*stream_, payload);
  for (;;) {
    const std::size_t begin = out.size();
    out.resize(begin + piece_);
    stream_->next_out = reinterpret_cast<Bytef*>(out.data() + begin);
    stream_->avail_out = static_cast<uInt>(piece_);
    const int status = ::inflate(stream_.get(), Z_SYNC_FLUSH);
    out.resize(out.size() - stream_->avail_out);
    if (out.size() > most) return std::nullopt;
    if (status == Z_STREAM_END) {
      // RFC 7692 section 7.2.3.4: a block may be the last one; what follows is a new stream.
      inflateReset(stream_.get());
    } else if (status != Z_OK && status != Z_BUF_ERROR) {
      return std::nullopt;
    }
    if (stream_->avail_in == 0 && stream_->avail_out != 0) break;
    if (status == Z_BUF_ERROR && stream_->avail_out != 0) return std::nullopt;
  }
  if (takeover_ == Takeover::None) inflateReset(stream_.get());
  return out;
}

}  // namespace parley::tool::check
