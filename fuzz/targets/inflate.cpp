#include "deflate/message_inflater.hpp"
#include "deflate/shared_codecs.hpp"
#include "fuzz/inflating.hpp"
#include "fuzz/input.hpp"
#include "fuzz/require.hpp"
#include "fuzz/splitter.hpp"
#include "fuzz/target.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

// Oracles, on messages that a hostile peer has compressed: pieces against the whole, small room
// against large, and zlib against ISA-L where both accept.

namespace parley::fuzz {

namespace {

using Direction = protocol::DeflateAgreement::Direction;
using Context = protocol::DeflateAgreement::Context;
using Outcome = Inflated::Outcome;

constexpr std::size_t kMostText = 100'000;
constexpr std::size_t kLargeRoom = 70'000;
// From that many bytes of a first frame on ISA-L may have the message.
constexpr std::uint64_t kLongFrame = 512;

struct Message {
  std::string payload{};
  std::uint64_t announced = 0;
};

/// All messages up to the first that is refused, after which a connection has failed.
struct Run {
  std::vector<std::string> texts{};
  bool isRefused = false;

  bool operator==(const Run&) const = default;
};

Run run(const std::vector<Message>& messages, const Direction& direction, Splitter splitter,
        std::size_t room, std::uint64_t more) {
  deflate::SharedCodecs shared;
  deflate::MessageInflater inflater(direction, shared);
  Run result;
  for (const Message& message : messages) {
    Inflated inflated = inflateMessage(inflater, message.payload, message.announced + more,
                                       splitter, room, kMostText);
    if (inflated.outcome != Outcome::Whole) {
      result.isRefused = true;
      return result;
    }
    result.texts.push_back(std::move(inflated.text));
    if (message.payload.size() % 5 == 0) inflater.shrink();
  }
  return result;
}

/// As far as neither is refused.
bool agree(const Run& a, const Run& b) {
  const std::size_t size = std::min(a.texts.size(), b.texts.size());
  return std::equal(a.texts.begin(), a.texts.begin() + static_cast<std::ptrdiff_t>(size),
                    b.texts.begin());
}

}  // namespace

void inflate(Bytes data) {
  Input input(data);
  const std::uint8_t choice = input.byte();
  Direction direction;
  direction.context = choice < 128 ? Context::Kept : Context::Reset;
  direction.windowBits = static_cast<std::uint8_t>(15 - choice % 8);
  const std::size_t room = 1 + input.byte();
  const Splitter splitter(input);
  std::vector<Message> messages;
  while (!input.empty() && messages.size() < 8) {
    const std::uint16_t header = input.word();
    Message message{std::string(asText(input.bytes(header % 4096U))), 0};
    // Of the rest of the message, other frames bring more, or nothing.
    message.announced = (header & 0x8000U) != 0 ? kLongFrame : message.payload.size();
    messages.push_back(std::move(message));
  }
  const Run whole = run(messages, direction, Splitter(), kLargeRoom, 0);
  const Run pieces = run(messages, direction, splitter, kLargeRoom, 0);
  const Run little = run(messages, direction, splitter, room, 0);
  // With a smaller window, zlib forgives a reference that goes too far within the output of a call.
  const bool isExact = direction.windowBits == 15;
  require(isExact ? pieces == whole : agree(pieces, whole), "pieces give what the whole gives");
  require(isExact ? little == whole : agree(little, whole), "little room gives what much gives");
  const Run other = run(messages, direction, Splitter(), kLargeRoom, kLongFrame);
  require(agree(other, whole), "what both engines accept is the same");
}

}  // namespace parley::fuzz
