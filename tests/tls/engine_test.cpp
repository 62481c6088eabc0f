#include "tls/engine.hpp"

#include "tls/engine_pair.hpp"
#include "tls/openssl_peer.hpp"

#include <array>

#include <openssl/ssl.h>

namespace parley::tls {
namespace {

using State = Engine::State;
using Kind = Error::Kind;
using Direction = TlsAlert::Direction;

class TlsEngine : public EngineTest {
 protected:
  TlsEngine() { serve("DNS:example.com"); }
};

std::string bulk(std::size_t size) {
  std::string text(size, '\0');
  std::uint32_t state = 1;
  for (char& c : text) {
    state = state * 1664525U + 1013904223U;
    c = static_cast<char>(state >> 24);
  }
  return text;
}

TEST_F(TlsEngine, ShakesHandsAndCarriesBytesBothWays) {
  connect();
  ASSERT_EQ(client->engine.state(), State::Open);
  ASSERT_EQ(server->engine.state(), State::Open);
  client->write("ping");
  server->write("pong");
  exchange(*client, *server);
  EXPECT_EQ(server->received, "ping");
  EXPECT_EQ(client->received, "pong");
}

TEST_F(TlsEngine, AgreesOnTls13AndHttp11ByDefault) {
  connect();
  const Agreement agreement = client->engine.agreement();
  EXPECT_EQ(agreement.version, "TLSv1.3");
  EXPECT_EQ(agreement.protocol, "http/1.1");
  EXPECT_EQ(agreement.session, Agreement::Session::New);
  EXPECT_EQ(server->engine.agreement().cipher, agreement.cipher);
}

TEST_F(TlsEngine, WorksByteByByte) {
  client.emplace(makeClient(clientContext(), "example.com"));
  server.emplace(makeServer(serverContext()));
  exchange(*client, *server, 1);
  ASSERT_EQ(server->engine.state(), State::Open);
  client->write("one");
  client->write("two");
  server->write(bulk(40'000));
  client->close();
  exchange(*client, *server, 1);
  EXPECT_EQ(server->received, "onetwo");
  EXPECT_EQ(client->received, bulk(40'000));
  EXPECT_EQ(server->engine.state(), State::Ended);
}

TEST_F(TlsEngine, WorksInPiecesOfEverySmallSize) {
  const auto clients = clientContext();
  const auto servers = serverContext();
  for (std::size_t chunk = 2; chunk < 40; ++chunk) {
    EngineEnd one = makeClient(clients, "example.com");
    EngineEnd other = makeServer(servers);
    exchange(one, other, chunk);
    one.write("hello");
    exchange(one, other, chunk);
    EXPECT_EQ(other.received, "hello") << chunk;
  }
}

TEST_F(TlsEngine, AHandshakeCutAnywhereIsTruncated) {
  const auto clients = clientContext();
  const auto servers = serverContext();
  std::size_t cut = 0;
  for (;; ++cut) {
    EngineEnd one = makeClient(clients, "example.com");
    EngineEnd other = makeServer(servers);
    one.receive({});
    other.receive(std::exchange(one.unsent, {}));
    if (cut >= other.unsent.size()) break;  // the size of a signature varies a little
    one.receive(std::span(other.unsent).first(cut));
    ASSERT_EQ(one.engine.state(), State::Handshaking) << cut;
    one.engine.endOfInput();
    ASSERT_EQ(one.engine.state(), State::Failed);
    EXPECT_EQ(one.engine.error().kind, Kind::Truncated);
    EXPECT_EQ(one.engine.error().message,
              "example.com ended the connection during the TLS handshake");
  }
  EXPECT_GT(cut, 500U);
}

TEST_F(TlsEngine, AStreamCutBeforeCloseNotifyIsTruncatedAndWhatCameWholeIsThere) {
  connect();
  server->write("first");
  const std::size_t first = server->unsent.size();
  server->write("second");
  const std::size_t second = server->unsent.size();
  server->close();
  const Bytes stream = server->unsent;
  for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
    connect();
    server->write("first");
    server->write("second");
    server->close();
    client->receive(std::span(server->unsent).first(cut));
    client->engine.endOfInput();
    const std::string expected = cut < first ? "" : cut < second ? "first" : "firstsecond";
    EXPECT_EQ(client->received, expected) << cut;
    if (cut == stream.size()) {
      EXPECT_EQ(client->engine.state(), State::Ended);
      continue;
    }
    ASSERT_EQ(client->engine.state(), State::Failed) << cut;
    EXPECT_EQ(client->engine.error().kind, Kind::Truncated);
    EXPECT_EQ(client->engine.error().message,
              "truncated: example.com ended the connection without TLS's close notify");
  }
}

TEST_F(TlsEngine, WritesOnAfterThePeersEndAndNotAfterItsOwn) {
  connect();
  client->close();
  exchange(*client, *server);
  EXPECT_EQ(server->engine.state(), State::Ended);
  server->write("last word");
  server->close();
  server->close();
  exchange(*client, *server);
  EXPECT_EQ(client->received, "last word");
  EXPECT_EQ(client->engine.state(), State::Ended);
  std::array<std::byte, 40000> memory{};
  OutputBuffer output(memory);
  const Bytes text = bytesOf("late");
  const protocol::OutputPiece piece{text.data(), text.size()};
  EXPECT_EQ(client->write({&piece, 1}, output), 0U);
  EXPECT_TRUE(output.empty());
  EXPECT_EQ(client->engine.state(), State::Ended);
}

TEST_F(TlsEngine, WritesNothingBeforeTheHandshakeIsDone) {
  EngineEnd early = makeClient(clientContext(), "example.com");
  std::array<std::byte, 40000> memory{};
  OutputBuffer output(memory);
  const Bytes text = bytesOf("early");
  const protocol::OutputPiece piece{text.data(), text.size()};
  EXPECT_EQ(early.write({&piece, 1}, output), 0U);
  early.engine.close(output);
  EXPECT_TRUE(output.empty());
}

TEST_F(TlsEngine, GathersPiecesIntoFewRecords) {
  connect();
  client->unsent.clear();
  const std::string header = "header";
  const std::string body = bulk(Engine::kRecordSize);
  const std::array pieces{
      protocol::OutputPiece{reinterpret_cast<const std::byte*>(header.data()), header.size()},
      protocol::OutputPiece{nullptr, 0},
      protocol::OutputPiece{reinterpret_cast<const std::byte*>(body.data()), body.size()}};
  std::vector<std::byte> memory(100'000);
  OutputBuffer output(memory);
  EXPECT_EQ(client->write(pieces, output), header.size() + body.size());
  std::size_t records = 0;
  for (std::span<const std::byte> left = output.bytes(); !left.empty(); ++records) {
    const std::size_t size =
        std::to_integer<std::size_t>(left[3]) << 8 | std::to_integer<std::size_t>(left[4]);
    left = left.subspan(5 + size);
  }
  EXPECT_EQ(records, 2U);
  server->receive(output.bytes());
  EXPECT_EQ(server->received, header + body);
}

TEST_F(TlsEngine, AcceptsAsMuchAsItsOutputHasRoomFor) {
  connect();
  const std::string text = bulk(100'000);
  std::vector<std::byte> memory(Engine::kRecordRoom * 2 + 10);
  std::size_t sent = 0;
  while (sent < text.size()) {
    OutputBuffer output(memory);
    const protocol::OutputPiece piece{reinterpret_cast<const std::byte*>(text.data()) + sent,
                                      text.size() - sent};
    const std::size_t accepted = client->write({&piece, 1}, output);
    ASSERT_EQ(accepted, std::min(text.size() - sent, 2 * Engine::kRecordSize));
    server->receive(output.bytes());
    sent += accepted;
  }
  EXPECT_EQ(server->received, text);
  OutputBuffer full({memory.data(), Engine::kRecordRoom - 1});
  const protocol::OutputPiece piece{reinterpret_cast<const std::byte*>(text.data()), 1};
  EXPECT_EQ(client->write({&piece, 1}, full), 0U);
}

TEST_F(TlsEngine, AHandshakeWaitsForRoom) {
  client.emplace(makeClient(clientContext(), "example.com"));
  server.emplace(makeServer(serverContext()));
  client->receive({});
  std::array<std::byte, 100> memory{};
  std::span<const std::byte> input = client->unsent;
  int rounds = 0;
  for (Engine::Need need = Engine::Need::Room; need == Engine::Need::Room; ++rounds) {
    OutputBuffer output(memory);
    need = server->engine.handshake(input, output);
    server->keep(output);
  }
  EXPECT_GT(rounds, 5);
  client->unsent.clear();
  exchange(*client, *server);
  EXPECT_EQ(server->engine.state(), State::Open);
  EXPECT_EQ(client->engine.state(), State::Open);
}

TEST_F(TlsEngine, ReadsRecordsOnlyAsFarAsTheyFit) {
  connect();
  const std::string text = bulk(50'000);
  server->write(text);
  std::span<const std::byte> input = server->unsent;
  std::vector<std::byte> small(1000), memory(40'000);
  OutputBuffer output(memory);
  std::string read;
  for (std::size_t size = 1; size > 0;) {
    size = client->engine.read(input, small, output);
    read += textOf(std::span(small).first(size));
    EXPECT_EQ(client->engine.hasPlaintext(),
              read.size() % Engine::kRecordSize != 0 && read.size() != text.size());
  }
  EXPECT_EQ(read, text);
}

TEST_F(TlsEngine, BytesBehindTheHandshakeAreLeftForReading) {
  client.emplace(makeClient(clientContext(), "example.com"));
  server.emplace(makeServer(serverContext()));
  client->receive({});
  server->receive(std::exchange(client->unsent, {}));
  client->receive(std::exchange(server->unsent, {}));
  client->write("early bird");
  std::span<const std::byte> input = client->unsent;
  std::vector<std::byte> memory(40'000);
  OutputBuffer output(memory);
  EXPECT_EQ(server->engine.handshake(input, output), Engine::Need::Nothing);
  EXPECT_FALSE(input.empty());
  std::vector<std::byte> plain(100);
  EXPECT_EQ(server->engine.read(input, plain, output), 10U);
}

// ---- Hostile peers ----

TEST_F(TlsEngine, AnotherProtocolIsNamedAtBothEnds) {
  server.emplace(makeServer(serverContext()));
  server->receive(bytesOf("GET / HTTP/1.1\r\nHost: example.com\r\n\r\n"));
  ASSERT_EQ(server->engine.state(), State::Failed);
  EXPECT_EQ(server->engine.error().kind, Kind::NotTls);
  EXPECT_EQ(server->engine.error().message, "the client does not speak TLS");
  client.emplace(makeClient(clientContext(), "example.com"));
  client->receive(bytesOf("HTTP/1.1 400 Bad Request\r\n\r\n"));
  ASSERT_EQ(client->engine.state(), State::Failed);
  EXPECT_EQ(client->engine.error().kind, Kind::NotTls);
  EXPECT_EQ(client->engine.error().message, "example.com does not speak TLS");
}

TEST_F(TlsEngine, GarbageNeitherCrashesNorHangs) {
  const auto servers = serverContext();
  for (int first = 0; first < 256; ++first) {
    EngineEnd end = makeServer(servers);
    std::string garbage = bulk(20'000);
    garbage[0] = static_cast<char>(first);
    garbage[1] = 3;
    garbage[2] = static_cast<char>(first % 5);
    end.receive(bytesOf(garbage));
    EXPECT_EQ(end.engine.state(), State::Failed) << first;
    end.receive(bytesOf("more"));
    EXPECT_FALSE(end.engine.error().message.empty());
  }
}

TEST_F(TlsEngine, AnyChangedBitOfARecordFailsTheConnection) {
  connect();
  client->write("precious");
  const std::size_t size = client->unsent.size();
  for (std::size_t at = 0; at < size; ++at) {
    connect();
    client->write("precious");
    client->unsent[at] ^= std::byte{1};
    server->receive(client->unsent);
    EXPECT_EQ(server->received, "") << at;
    server->engine.endOfInput();
    EXPECT_EQ(server->engine.state(), State::Failed) << at;
  }
}

TEST_F(TlsEngine, ABadRecordIsAnsweredWithItsAlertAndBothEndsNameIt) {
  connect();
  client->write("precious");
  client->unsent.back() ^= std::byte{1};
  server->receive(std::exchange(client->unsent, {}));
  ASSERT_EQ(server->engine.state(), State::Failed);
  EXPECT_EQ(server->engine.error().kind, Kind::Protocol);
  EXPECT_EQ(server->engine.error().alert, (TlsAlert{20, Direction::Sent}));
  client->receive(server->unsent);
  ASSERT_EQ(client->engine.state(), State::Failed);
  EXPECT_EQ(client->engine.error().kind, Kind::RejectedByPeer);
  EXPECT_EQ(client->engine.error().alert, (TlsAlert{20, Direction::Received}));
  EXPECT_EQ(client->engine.error().message, "example.com refused: TLS alert 20 (bad record mac)");
}

TEST_F(TlsEngine, RenegotiationByAClientIsRefused) {
  OpensslPeer peer(OpensslPeer::Role::Client);
  SSL_set_max_proto_version(peer.get(), TLS1_2_VERSION);
  server.emplace(makeServer(serverContext()));
  exchange(peer, *server);
  ASSERT_EQ(server->engine.state(), State::Open);
  ASSERT_EQ(server->engine.agreement().version, "TLSv1.2");
  ASSERT_EQ(SSL_renegotiate(peer.get()), 1);
  exchange(peer, *server);
  EXPECT_TRUE(SSL_renegotiate_pending(peer.get()) || SSL_in_init(peer.get()));
}

TEST_F(TlsEngine, RenegotiationByAServerIsRefused) {
  const Certificate certificate = authority.issue({.alternativeNames = "DNS:example.com"});
  OpensslPeer peer(OpensslPeer::Role::Server, &certificate);
  SSL_set_max_proto_version(peer.get(), TLS1_2_VERSION);
  client.emplace(makeClient(clientContext(), "example.com"));
  exchange(peer, *client);
  ASSERT_EQ(client->engine.state(), State::Open);
  ASSERT_EQ(SSL_renegotiate(peer.get()), 1);
  exchange(peer, *client);
  // It is told so, and takes that for a reason to give up.
  ASSERT_EQ(client->engine.state(), State::Failed);
  EXPECT_EQ(client->engine.error().kind, Kind::RejectedByPeer);
}

TEST_F(TlsEngine, AnswersKeyUpdatesWhenItWritesNext) {
  OpensslPeer peer(OpensslPeer::Role::Client);
  server.emplace(makeServer(serverContext()));
  exchange(peer, *server);
  for (int i = 0; i < 3; ++i) {
    ASSERT_EQ(SSL_key_update(peer.get(), SSL_KEY_UPDATE_REQUESTED), 1);
    peer.write("after update");
    server->receive(peer.take());
    EXPECT_TRUE(server->unsent.empty());  // so that a flood of them makes nothing to be kept
    server->write("answer");
    peer.receive(std::exchange(server->unsent, {}));
  }
  EXPECT_EQ(server->received, "after updateafter updateafter update");
  EXPECT_EQ(peer.received, "answeransweranswer");
}

TEST_F(TlsEngine, WritesWholeToAClientThatAsksForSmallRecords) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    OpensslPeer peer(OpensslPeer::Role::Client);
    SSL_set_max_proto_version(peer.get(), version);
    SSL_set_tlsext_max_fragment_length(peer.get(), TLSEXT_max_fragment_length_512);
    server.emplace(makeServer(serverContext()));
    exchange(peer, *server);
    ASSERT_EQ(server->engine.state(), State::Open);
    const std::string text = bulk(40'000);
    server->write(text);
    exchange(peer, *server);
    EXPECT_TRUE(peer.received == text) << peer.received.size();
  }
}

TEST_F(TlsEngine, RefusesTls11) {
  OpensslPeer peer(OpensslPeer::Role::Client);
  SSL_set_min_proto_version(peer.get(), TLS1_VERSION);
  SSL_set_max_proto_version(peer.get(), TLS1_1_VERSION);
  server.emplace(makeServer(serverContext()));
  exchange(peer, *server);
  ASSERT_EQ(server->engine.state(), State::Failed);
  EXPECT_EQ(server->engine.error().kind, Kind::NoCommonVersion);
  EXPECT_EQ(server->engine.error().alert, (TlsAlert{70, Direction::Sent}));
}

TEST_F(TlsEngine, MinVersionTls13RefusesTls12) {
  clientOptions.minVersion = TlsVersion::Tls13;
  const Certificate certificate = authority.issue({.alternativeNames = "DNS:example.com"});
  OpensslPeer peer(OpensslPeer::Role::Server, &certificate);
  SSL_set_max_proto_version(peer.get(), TLS1_2_VERSION);
  client.emplace(makeClient(clientContext(), "example.com"));
  exchange(peer, *client);
  ASSERT_EQ(client->engine.state(), State::Failed);
  EXPECT_EQ(client->engine.error().kind, Kind::RejectedByPeer);
  EXPECT_EQ(client->engine.error().alert, (TlsAlert{70, Direction::Received}));
}

TEST_F(TlsEngine, ACloseNotifyInTheHandshakeIsItsEnd) {
  client.emplace(makeClient(clientContext(), "example.com"));
  client->receive({});
  client->receive(bytesOf(std::string_view("\x15\x03\x03\x00\x02\x01\x00", 7)));
  ASSERT_EQ(client->engine.state(), State::Failed);
  EXPECT_EQ(client->engine.error().kind, Kind::Truncated);
}

// ---- ALPN ----

TEST_F(TlsEngine, AServerRefusesClientsOfOtherProtocolsOnly) {
  clientOptions.alpn = {"h2", "spdy/1"};
  connect();
  ASSERT_EQ(server->engine.state(), State::Failed);
  EXPECT_EQ(server->engine.error().kind, Kind::NoCommonProtocol);
  EXPECT_EQ(client->engine.error().alert, (TlsAlert{120, Direction::Received}));
}

TEST_F(TlsEngine, AServerSelectsItsProtocolOfMany) {
  clientOptions.alpn = {"h2", "http/1.1", "x"};
  connect();
  EXPECT_EQ(client->engine.agreement().protocol, "http/1.1");
}

TEST_F(TlsEngine, WithoutAnOfferNothingIsSelected) {
  clientOptions.alpn = {};
  connect();
  EXPECT_EQ(client->engine.state(), State::Open);
  EXPECT_EQ(client->engine.agreement().protocol, "");
}

TEST_F(TlsEngine, AClientRefusesAProtocolThatItDidNotOffer) {
  const Certificate certificate = authority.issue({.alternativeNames = "DNS:example.com"});
  OpensslPeer peer(OpensslPeer::Role::Server, &certificate);
  SSL_CTX_set_alpn_select_cb(
      SSL_get_SSL_CTX(peer.get()),
      [](SSL*, const unsigned char** out, unsigned char* size, const unsigned char*, unsigned,
         void*) {
        *out = reinterpret_cast<const unsigned char*>("h9");
        *size = 2;
        return SSL_TLSEXT_ERR_OK;
      },
      nullptr);
  client.emplace(makeClient(clientContext(), "example.com"));
  exchange(peer, *client);
  ASSERT_EQ(client->engine.state(), State::Failed);
  EXPECT_EQ(client->received, "");
}

}  // namespace
}  // namespace parley::tls
