#include "client/socket_test.hpp"
#include "deflate/message_deflater.hpp"
#include "deflate/message_inflater.hpp"

#include <string>
#include <thread>

// permessage-deflate as an application of a client sees it.

namespace parley::test {
namespace {

constexpr std::string_view kAccepted = "Sec-WebSocket-Extensions: permessage-deflate\r\n";
constexpr std::string_view kHello("\xf2\x48\xcd\xc9\xc9\x07\x00", 7);

class WebSocketCompression : public SocketTest {
 protected:
  /// A frame of a compressed message.
  static std::string deflatedFrame(unsigned opcode, std::string_view payload, bool fin = true) {
    std::string frame = serverFrame(opcode, payload, fin);
    frame[0] = static_cast<char>(frame[0] | 0x40);
    return frame;
  }
  /// What `frame` says, decompressed if it is compressed.
  std::string textOf(const ClientFrame& frame) {
    if (frame.rsv == 0) return frame.payload;
    EXPECT_EQ(frame.rsv, 4U);
    std::string text(200'000, '\0');
    std::span<const std::byte> input = std::as_bytes(std::span(frame.payload));
    std::span<std::byte> room = std::as_writable_bytes(std::span(text));
    EXPECT_EQ(inflater_.begin(frame.payload.size()), deflate::MessageInflater::Start::Ready);
    EXPECT_EQ(inflater_.inflate(input, room), deflate::InflateStatus::NeedsInput);
    EXPECT_EQ(inflater_.finish(room), deflate::InflateStatus::NeedsInput);
    text.resize(text.size() - room.size());
    EXPECT_EQ(inflater_.end(std::as_bytes(std::span(text))),
              deflate::MessageInflater::Start::Ready);
    return text;
  }

 private:
  deflate::SharedCodecs codecs_;
  deflate::MessageInflater inflater_{{}, codecs_};
};

TEST_F(WebSocketCompression, ExtensionsTellsWhatTheServerSelected) {
  WebSocket socket = open(kUrl, {}, {}, kAccepted);
  EXPECT_EQ(socket.extensions(), "permessage-deflate");
  WebSocket plain = open();
  EXPECT_EQ(plain.extensions(), "");
}

TEST_F(WebSocketCompression, ReceivesAndSendsCompressedMessages) {
  WebSocket socket = open(kUrl, {}, {}, kAccepted);
  peer->send(deflatedFrame(1, kHello));
  peer->send(deflatedFrame(1, kHello.substr(0, 3), false) + serverFrame(9, "") +
             serverFrame(0, kHello.substr(3)));
  turn();
  EXPECT_EQ(trace, (Strings{"message Hello", "message Hello"}));
  const std::string message(1'000, 'x');
  socket.send(message);
  socket.send("short");
  turn();
  const auto frames = peer->frames();
  ASSERT_EQ(frames.size(), 3U);
  EXPECT_EQ(frames[0].opcode, 10U);
  EXPECT_LT(frames[1].payload.size(), 100U);
  EXPECT_EQ(textOf(frames[1]), message);
  EXPECT_EQ(frames[2].rsv, 0U);
}

TEST_F(WebSocketCompression, SendsAsItIsWhereNothingWasAgreedOn) {
  WebSocket socket = open();
  socket.send(std::string(1'000, 'x'));
  turn();
  EXPECT_EQ(peer->frames().at(0).rsv, 0U);
  peer->send(deflatedFrame(1, kHello));
  turn();
  peer->finish();
  turn();
  EXPECT_EQ(socket.failure()->closeCodeSent, CloseCode(1002));
}

TEST_F(WebSocketCompression, AMessageMayBeExcepted) {
  WebSocket socket = open(kUrl, {}, {}, kAccepted);
  const std::string message(1'000, 'x');
  const SendOptions never{.compress = SendOptions::Never};
  socket.send(message, never);
  socket.send("literally", {.compress = SendOptions::Never});
  socket.send(std::as_bytes(std::span(message)), never);
  socket.send(ArrayBuffer::copyOf(message), never);
  socket.send(message, {});
  turn();
  const auto frames = peer->frames();
  ASSERT_EQ(frames.size(), 5U);
  for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(frames[i].rsv, 0U);
  EXPECT_EQ(frames[0].payload, message);
  EXPECT_EQ(frames[4].rsv, 4U);
}

TEST_F(WebSocketCompression, AMessageMayBeExceptedFromAnotherThread) {
  WebSocket socket = open(kUrl, {}, {}, kAccepted);
  const std::string message(1'000, 'x');
  std::thread([socket, message]() mutable {
    socket.send(message);
    socket.send(message, {.compress = SendOptions::Never});
    socket.send(ArrayBuffer::copyOf(message), {.compress = SendOptions::Never});
  }).join();
  turn();
  const auto frames = peer->frames();
  ASSERT_EQ(frames.size(), 3U);
  EXPECT_EQ(frames[0].rsv, 4U);
  EXPECT_EQ(textOf(frames[0]), message);
  EXPECT_EQ(frames[1].rsv, 0U);
  EXPECT_EQ(frames[2].rsv, 0U);
}

// B6
TEST_F(WebSocketCompression, BufferedAmountCountsWhatWasSentNotWhatItBecame) {
  WebSocket socket = open(kUrl, {}, {}, kAccepted);
  pipe->stall(Direction::FirstToSecond, 1'000);
  socket.send(std::string(100'000, 'x'));
  EXPECT_EQ(socket.bufferedAmount(), 100'000U);
  turn();
  EXPECT_EQ(socket.bufferedAmount(), 0U) << "it fits into what the network takes";
  std::string noise(300'000, '\0');
  unsigned state = 1;
  for (char& byte : noise) byte = static_cast<char>('0' + ((state = state * 69069 + 1) >> 24) % 16);
  socket.send(noise);
  turn();
  EXPECT_GT(socket.bufferedAmount(), 290'000U);
  pipe->unstall(Direction::FirstToSecond);
  ASSERT_TRUE(until([&] { return socket.bufferedAmount() == 0; }));
}

TEST_F(WebSocketCompression, FailsForMessagesThatCannotBeDecompressed) {
  WebSocket socket = open(kUrl, {}, {}, kAccepted);
  peer->send(deflatedFrame(2, "\x07"));
  turn();
  peer->finish();
  turn();
  EXPECT_EQ(trace, (Strings{"error", "close 1006 unclean"}));
  EXPECT_EQ(socket.failure()->closeCodeSent, CloseCode(1007));
  EXPECT_NE(socket.failure()->message.find("decompressed"), std::string::npos);
}

TEST_F(WebSocketCompression, FailsForMessagesThatBecomeTooLarge) {
  Options options;
  options.maxMessageSize = 10'000;
  WebSocket socket = open(kUrl, {}, options, kAccepted);
  deflate::SharedCodecs codecs;
  deflate::MessageDeflater bomb({}, Compression::Level::Best, codecs);
  const std::string zeros(10'000'000, '\0');
  const auto deflated = bomb.deflate(std::as_bytes(std::span(zeros)));
  peer->send(deflatedFrame(2, deflated->memory.text().substr(0, 9'000)));
  turn();
  EXPECT_EQ(socket.failure(), std::nullopt) << "not yet";
  peer->finish();
  turn();
  EXPECT_EQ(socket.failure()->limit, "maxMessageSize");
  EXPECT_EQ(socket.failure()->closeCodeSent, CloseCode(1009));
}

TEST_F(WebSocketCompression, TakeMovesOrCopiesAMessageOutOfSharedMemory) {
  WebSocket socket = open(kUrl, {}, {}, kAccepted);
  std::vector<std::string> taken;
  socket.onmessage = [&](const MessageEvent& event) {
    taken.emplace_back(event.data().take().text());
  };
  deflate::SharedCodecs codecs;
  deflate::MessageDeflater deflater({}, Compression::Level::Best, codecs);
  for (const std::size_t size : {300U, 100'000U, 500U}) {
    const std::string message(size, static_cast<char>('a' + size % 26));
    const auto deflated = deflater.deflate(std::as_bytes(std::span(message)));
    peer->send(deflatedFrame(
        2, {reinterpret_cast<const char*>(deflated->payload.data()), deflated->payload.size()}));
  }
  turn();
  ASSERT_EQ(taken.size(), 3U);
  EXPECT_EQ(taken[0], std::string(300, static_cast<char>('a' + 300 % 26)));
  EXPECT_EQ(taken[1], std::string(100'000, static_cast<char>('a' + 100'000 % 26)));
  EXPECT_EQ(taken[2], std::string(500, static_cast<char>('a' + 500 % 26)));
}

TEST_F(WebSocketCompression, AWindowOutOfRangeIsMisuse) {
  for (const std::uint8_t bad : {std::uint8_t{8}, std::uint8_t{16}}) {
    Options options;
    options.compression.clientMaxWindowBits = bad;
    EXPECT_EQ(thrownBy([&] { connect(kUrl, {}, options); }), "SyntaxError");
  }
}

}  // namespace
}  // namespace parley::test
