#include "deflate/message_deflater.hpp"
#include "deflate/message_inflater.hpp"
#include "deflate/shared_codecs.hpp"
#include "fuzz/exact_copy.hpp"
#include "fuzz/inflating.hpp"
#include "fuzz/input.hpp"
#include "fuzz/payload.hpp"
#include "fuzz/require.hpp"
#include "fuzz/splitter.hpp"
#include "fuzz/target.hpp"

#include <array>
#include <memory>
#include <optional>
#include <string>

// Oracle: inflate(deflate(x)) is x under every parameter, for two connections that share codecs.

namespace parley::fuzz {

namespace {

using Direction = protocol::DeflateAgreement::Direction;
using Context = protocol::DeflateAgreement::Context;

/// One direction of a connection.
struct Stream {
  Stream(Input& input, deflate::SharedCodecs& codecs)
      : choice(input.byte()),
        direction{choice < 128 ? Context::Kept : Context::Reset,
                  static_cast<std::uint8_t>(15 - choice % 8)},
        deflater(direction,
                 (choice & 64U) != 0 ? Compression::Level::Best : Compression::Level::Fast, codecs),
        inflater(direction, codecs) {}

  std::uint8_t choice;
  Direction direction;
  deflate::MessageDeflater deflater;
  deflate::MessageInflater inflater;
};

void send(Stream& stream, std::string_view message, std::uint64_t more, Splitter& splitter,
          std::size_t room) {
  const ExactCopy copy(asBytes(message));
  const auto deflated = stream.deflater.deflate(copy.bytes());
  if (!deflated) return;  // sent as it is
  require(deflated->payload.size() < message.size(), "compression makes smaller");
  const std::string payload(asText(deflated->payload));
  const Inflated inflated = inflateMessage(stream.inflater, payload, payload.size() + more,
                                           splitter, room, message.size());
  require(inflated.outcome == Inflated::Outcome::Whole, "what we write can be read");
  require(inflated.text == message, "inflate(deflate(x)) is x");
}

}  // namespace

void deflateMessages(Bytes data) {
  Input input(data);
  deflate::SharedCodecs codecs;
  const auto first = std::make_unique<Stream>(input, codecs);
  const auto second = std::make_unique<Stream>(input, codecs);
  const std::size_t room = 1 + 64U * input.byte();
  Splitter splitter(input);
  Payloads payloads;
  while (!input.empty()) {
    const std::uint8_t choice = input.byte();
    Stream& stream = (choice & 1U) != 0 ? *first : *second;
    if ((choice & 2U) != 0) stream.inflater.shrink();
    if ((choice & 4U) != 0) stream.deflater.release();
    const std::string message = payloads.next(input);
    if (stream.deflater.isAble()) {
      send(stream, message, (choice & 8U) != 0 ? 512 : 0, splitter, room);
    } else {
      require(stream.direction.windowBits < 9, "only a tiny window is not written");
    }
  }
}

}  // namespace parley::fuzz
