#include "deflate/coding.hpp"

#include "deflate/corpus.hpp"

#include <algorithm>
#include <memory>
#include <vector>

#include <gtest/gtest.h>
#include <zlib.h>

namespace parley::deflate {

namespace {

constexpr std::string_view kTail("\x00\x00\xFF\xFF", kTailSize);

/// Of exactly this size, for a sanitizer.
class Block {
 public:
  explicit Block(std::string_view bytes) : Block(bytes.size()) {
    std::copy_n(bytesOf(bytes).begin(), bytes.size(), memory_.get());
  }
  explicit Block(std::size_t size)
      : memory_(std::make_unique<std::byte[]>(size)), size_(size) {}  // NOLINT: of exact size

  [[nodiscard]] std::span<std::byte> bytes() const noexcept { return {memory_.get(), size_}; }

 private:
  std::unique_ptr<std::byte[]> memory_;  // NOLINT
  std::size_t size_;
};

constexpr std::size_t kMostRoom = std::size_t{1} << 16U;

}  // namespace

std::string deflated(Deflater& deflater, std::string_view message, const Division& division) {
  std::string output;
  deflater.begin(message.size());
  for (std::size_t at = 0; at < message.size() || at == 0;) {
    const std::size_t size = std::min(division.input, message.size() - at);
    const Block piece(message.substr(at, size));
    at += size;
    const auto part = at == message.size() ? Deflater::Part::Last : Deflater::Part::Inner;
    std::span<const std::byte> input = piece.bytes();
    while (true) {
      const Block room(std::min(division.output, message.size() + 1000));
      std::span<std::byte> free = room.bytes();
      const auto status = deflater.deflate(input, free, part);
      output += textOf(room.bytes().first(room.bytes().size() - free.size()));
      if (status == Deflater::Status::Done) break;
      if (output.size() > 2 * message.size() + 10'000) {
        ADD_FAILURE() << "it does not end";
        return output;
      }
    }
    EXPECT_TRUE(input.empty());
    if (message.empty()) break;
  }
  EXPECT_TRUE(output.ends_with(kTail));
  output.resize(output.size() - std::min(output.size(), kTail.size()));
  return output;
}

Inflated inflated(Inflater& inflater, std::string_view input, const Division& division,
                  std::size_t most) {
  Inflated result;
  for (std::size_t at = 0; at < input.size();) {
    const std::size_t size = std::min(division.input, input.size() - at);
    const Block piece(input.substr(at, size));
    at += size;
    std::span<const std::byte> rest = piece.bytes();
    do {
      const Block room(std::min({division.output, kMostRoom, most - result.text.size()}));
      std::span<std::byte> free = room.bytes();
      const std::size_t before = rest.size() + free.size();
      result.status = inflater.inflate(rest, free);
      result.text += textOf(room.bytes().first(room.bytes().size() - free.size()));
      if (result.text.size() == most) return result;
      if (result.status == InflateStatus::NeedsOutput && rest.size() + free.size() == before) {
        ADD_FAILURE() << "no progress";
        return result;
      }
    } while (result.status == InflateStatus::NeedsOutput);
    if (result.status != InflateStatus::NeedsInput) return result;
    EXPECT_TRUE(rest.empty());
  }
  result.isBetweenBlocks = inflater.isBetweenBlocks();
  return result;
}

Inflated inflatedMessage(Inflater& inflater, std::string_view payload, const Division& division) {
  Inflated first = inflated(inflater, payload, division);
  if (first.status != InflateStatus::NeedsInput || inflater.isBetweenBlocks()) return first;
  Inflated second = inflated(inflater, kTail, division);
  second.text.insert(0, first.text);
  return second;
}

std::string zlibDeflated(std::string_view message, const ZlibStyle& style) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, style.level, Z_DEFLATED, -style.windowBits, 8, style.strategy),
            Z_OK);
  std::string output(deflateBound(&stream, static_cast<uLong>(message.size())) + 100, '\0');
  stream.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(message.data()));
  stream.avail_in = static_cast<uInt>(message.size());
  stream.next_out = reinterpret_cast<Bytef*>(output.data());
  stream.avail_out = static_cast<uInt>(output.size());
  ::deflate(&stream, style.flush);
  EXPECT_EQ(stream.avail_in, 0U);
  output.resize(output.size() - stream.avail_out);
  deflateEnd(&stream);
  return output;
}

std::ostream& operator<<(std::ostream& out, Engine engine) {
  return out << (engine == Engine::Zlib ? "zlib" : "ISA-L");
}

std::ostream& operator<<(std::ostream& out, InflateStatus status) {
  switch (status) {
    case InflateStatus::NeedsInput:
      return out << "NeedsInput";
    case InflateStatus::NeedsOutput:
      return out << "NeedsOutput";
    case InflateStatus::Corrupt:
      return out << "Corrupt";
    case InflateStatus::OutOfMemory:
      return out << "OutOfMemory";
  }
  return out;
}

std::ostream& operator<<(std::ostream& out, const Inflated& inflated) {
  return out << inflated.status << ", " << inflated.text.size() << " bytes"
             << (inflated.isBetweenBlocks ? ", between blocks" : "");
}

}  // namespace parley::deflate
