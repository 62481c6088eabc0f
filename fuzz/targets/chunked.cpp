#include "fuzz/input.hpp"
#include "fuzz/require.hpp"
#include "fuzz/splitter.hpp"
#include "fuzz/target.hpp"
#include "http/chunked_decoder.hpp"

#include <algorithm>
#include <optional>
#include <string>

// Oracles: a decoder that has the whole text before it, and an encoder of our own.

namespace parley::fuzz {

namespace {

using Status = http::ChunkedDecoder::Status;

struct Decoded {
  Status status = Status::NeedMore;
  std::string text{};

  bool operator==(const Decoded&) const = default;
};

Decoded decode(std::string_view input, std::size_t limit, Splitter splitter) {
  http::ChunkedDecoder decoder;
  Decoded result;
  splitter.divide(asBytes(input), [&](std::span<std::byte> piece) {
    const Status before = result.status;
    result.status = decoder.decode(asText(piece), result.text, limit);
    require(result.text.size() <= limit, "what is kept has a limit");
    require(before == Status::NeedMore || result.status == before, "an end is an end");
    return Appetite::More;
  });
  return result;
}

/// RFC 9112 section 7.1: a size in hexadecimal, at most 15 digits here, and what stands behind it.
std::optional<std::uint64_t> sizeOf(std::string_view line) {
  const std::size_t digits = line.find_first_not_of("0123456789abcdefABCDEF");
  const std::string_view rest = line.substr(std::min(digits, line.size()));
  const std::string number(line.substr(0, line.size() - rest.size()));
  if (number.empty() || number.size() > 15) return std::nullopt;
  if (!rest.empty() && std::string_view("; \t").find(rest[0]) == std::string_view::npos) {
    return std::nullopt;
  }
  return std::stoull(number, nullptr, 16);
}

/// What ends the chunk line that `text` begins with, or breaks it: a line feed, a carriage return
/// with anything else behind it, or a size that is none. Answers the line, or what came of it.
struct SizeLine {
  Status status = Status::NeedMore;
  std::string_view line{};
};

SizeLine takeSizeLine(std::string_view& text) {
  const std::size_t end = text.find_first_of("\r\n");
  const std::string_view line = text.substr(0, end);
  // A cut line may still become a size, unless what is there already isn't one.
  if (!line.empty() && !sizeOf(line)) return {Status::Failed, line};
  if (end == std::string_view::npos) return {Status::NeedMore, line};
  if (line.empty() || text[end] == '\n') return {Status::Failed, line};
  if (end + 1 == text.size()) return {Status::NeedMore, line};
  if (text[end + 1] != '\n') return {Status::Failed, line};
  text.remove_prefix(end + 2);
  return {Status::Done, line};
}

Decoded referenceOf(std::string_view text) {
  Decoded result;
  while (!text.empty()) {
    const SizeLine header = takeSizeLine(text);
    if (header.status != Status::Done) {
      result.status = header.status;
      return result;
    }
    const auto size = static_cast<std::size_t>(*sizeOf(header.line));
    if (size == 0) {
      result.status = Status::Done;
      return result;
    }
    const std::string_view data = text.substr(0, size);
    result.text += data;
    text.remove_prefix(data.size());
    if (data.size() < size || text.empty()) return result;
    const std::string_view end = text.substr(0, 2);
    if (end != std::string_view("\r\n").substr(0, end.size())) {
      result.status = Status::Failed;
      return result;
    }
    text.remove_prefix(end.size());
  }
  return result;
}

void checkEncoded(std::string_view text, Splitter splitter) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string encoded;
  Splitter sizes = splitter;
  sizes.divide(asBytes(text), [&](std::span<std::byte> chunk) {
    if (chunk.empty()) return Appetite::More;
    std::string size;
    for (std::size_t rest = chunk.size(); rest != 0; rest /= 16) {
      size.insert(size.begin(), kDigits[rest % 16]);
    }
    encoded.append(size).append("\r\n").append(asText(chunk)).append("\r\n");
    return Appetite::More;
  });
  encoded += "0\r\n";
  require(decode(encoded, SIZE_MAX, splitter) == Decoded{Status::Done, std::string(text)},
          "decode(encode(x)) is x");
}

}  // namespace

void chunked(Bytes data) {
  Input input(data);
  const std::size_t limit = input.word();
  Splitter splitter(input);
  const std::string_view text = asText(input.rest());
  const Decoded whole = decode(text, limit, Splitter());
  require(decode(text, limit, splitter) == whole, "pieces give what the whole gives");
  Decoded expected = referenceOf(text);
  expected.text.resize(std::min(expected.text.size(), limit));
  require(whole == expected, "the decoder is the reference");
  checkEncoded(text, splitter);
}

}  // namespace parley::fuzz
