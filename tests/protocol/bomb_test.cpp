#include "protocol/deflated_wire.hpp"
#include "protocol/live_bytes.hpp"
#include "protocol/wire.hpp"

#include <parley/protocol/connection.hpp>
#include <parley/testing/fixed_entropy.hpp>

#include <algorithm>
#include <array>
#include <span>
#include <string>

#include <gtest/gtest.h>

// A few kilobytes that become many megabytes (RFC 6455 section 10.4): what they cost at most.

namespace parley::protocol {
namespace {

constexpr std::size_t kMebibyte = std::size_t{1} << 20U;
constexpr std::size_t kLimit = 4 * kMebibyte;
/// What a decompressor keeps of what came out, and zlib's own state beside it.
constexpr std::size_t kWindow = std::size_t{32} * 1024 + 8 * 1024;
/// What all connections of a loop share, made with the first compressed message.
constexpr std::size_t kShared = std::size_t{160} * 1024;

using Context = DeflateAgreement::Context;
constexpr DeflateAgreement kKept{};
constexpr DeflateAgreement kReset{.fromServer = {.context = Context::Reset},
                                  .fromClient = {.context = Context::Reset}};

struct Bomb {
  Role receiver;
  DeflateAgreement agreement;
  unsigned first;            ///< the first byte of its first frame, without FIN
  std::size_t fragmentSize;  ///< of payload per frame
};

/// 64 MiB in `fragmentSize` bytes a frame.
std::string framesOf(const Bomb& bomb) {
  static const std::string payload = [] {
    DeflatedWire peer(kReset.fromClient);
    return peer.deflate(std::string(64 * kMebibyte, '\0'));
  }();
  EXPECT_GT(64 * kMebibyte / payload.size(), 950U);
  const auto masked = bomb.receiver == Role::Server ? wire::Masked::Yes : wire::Masked::No;
  std::string frames;
  for (std::size_t at = 0; at < payload.size(); at += bomb.fragmentSize) {
    const unsigned opcode = at == 0 ? bomb.first : 0U;
    const unsigned final = at + bomb.fragmentSize >= payload.size() ? 0x80U : 0U;
    frames += wire::frame(opcode | final, std::string_view(payload).substr(at, bomb.fragmentSize),
                          masked);
  }
  return frames;
}

/// What is sent until the connection has failed; `frames` comes in reads of 4096 bytes.
std::string answerTo(Connection& connection, const std::string& frames) {
  std::array<std::byte, 4096> read{};
  for (std::size_t at = 0; at < frames.size(); at += read.size()) {
    const std::string_view part = std::string_view(frames).substr(at, read.size());
    std::copy_n(std::as_bytes(std::span(part)).begin(), part.size(), read.begin());
    std::span<std::byte> input = std::span(read).first(part.size());
    while (!input.empty()) {
      const ConnectionEvent event = connection.receive(input, Time());
      EXPECT_NE(event.type, ConnectionEvent::Type::Message);
    }
  }
  std::string sent;
  std::array<OutputPiece, 8> pieces;
  while (const std::size_t count = connection.output(pieces)) {
    std::size_t size = 0;
    for (std::size_t i = 0; i < count; ++i) {
      sent.append(reinterpret_cast<const char*>(pieces[i].data), pieces[i].size);
      size += pieces[i].size;
    }
    connection.outputTaken(size);
  }
  return sent;
}

/// The first connection of a loop that receives it, then another one.
void expectBounded(const Bomb& bomb) {
  const std::string frames = framesOf(bomb);
  ConnectionLimits limits;
  limits.maxMessageSize = kLimit;
  const Compression compression;
  testing::FixedEntropy entropy(1);
  BufferPool pool;
  for (const std::size_t shared : {kShared, std::size_t{0}}) {
    Connection connection(bomb.receiver, limits, entropy, pool, Time(),
                          ConnectionCompression{bomb.agreement, &compression});
    const LiveBytes live;
    const std::string answer = answerTo(connection, frames);
    EXPECT_GT(live.peak(), kLimit / 2) << "it was on its way";
    EXPECT_LE(live.peak(), kLimit + kWindow + shared);
    EXPECT_LT(live.growth(), static_cast<std::ptrdiff_t>(kWindow + shared)) << "gone at once";
    ASSERT_EQ(wire::framesIn(answer).size(), 1U);
    EXPECT_EQ(wire::framesIn(answer)[0].payload,
              wire::closeBody(1009, describe(FailureCause::MessageTooBig)));
  }
}

void expectBounded(Role receiver, std::size_t fragmentSize) {
  for (const DeflateAgreement& agreement : {kKept, kReset}) {
    for (const unsigned first : {wire::kTextPartDeflated, wire::kBinaryPartDeflated}) {
      expectBounded({receiver, agreement, first, fragmentSize});
    }
  }
}

TEST(Bomb, InOneFrameCostsAServerTheLimitAndOneWindow) {
  expectBounded(Role::Server, kMebibyte);
}

TEST(Bomb, InOneFrameCostsAClientTheLimitAndOneWindow) {
  expectBounded(Role::Client, kMebibyte);
}

TEST(Bomb, InManyFramesCostsAServerTheLimitAndOneWindow) {
  for (const std::size_t size : {10U, 1000U, 30'000U}) expectBounded(Role::Server, size);
}

TEST(Bomb, InManyFramesCostsAClientTheLimitAndOneWindow) {
  for (const std::size_t size : {10U, 1000U, 30'000U}) expectBounded(Role::Client, size);
}

}  // namespace
}  // namespace parley::protocol
