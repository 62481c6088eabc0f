#include "server/server_fixture.hpp"
#include "tls/certificate_authority.hpp"

#include <parley/websocket.hpp>

#include <filesystem>

#include <gmock/gmock.h>
#include <stdlib.h>

namespace parley::server {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

/// Both of our ends, with TLS between them.
class WssTest : public ServerTest {
 protected:
  WssTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "parley-XXXXXX").string();
    directory_ = ::mkdtemp(pattern.data());
    server = std::make_unique<Server>(loop, options);
    server->route("/*", {.onmessage = [](const MessageEvent& event) {
                    WebSocket socket = event.target();
                    socket.send(event.data().bytes());
                  }});
    clientOptions.tls.caPem = authority.pem();
    clientOptions.connectLog = [this](std::string_view line) { log.emplace_back(line); };
  }
  ~WssTest() override { std::filesystem::remove_all(directory_); }

  TlsServerOptions tlsOptions(const tls::CertificateRequest& request) {
    const tls::Certificate certificate = authority.issue(request);
    return {.identities = {
                {.certificateChainFile = tls::writeFile(directory_ / "chain", certificate.pem()),
                 .keyFile = tls::writeFile(directory_ / "key", certificate.keyPem())}}};
  }
  void listenTls(const tls::CertificateRequest& request = {.alternativeNames = "DNS:localhost"}) {
    const auto failure = server->listenTls("127.0.0.1", 0, tlsOptions(request));
    ASSERT_FALSE(failure) << failure->message;
  }
  WebSocket connectTo(std::string_view host = "localhost") {
    WebSocket socket(loop, "wss://" + std::string(host) + ":" + std::to_string(server->port()), {},
                     clientOptions);
    until([&] { return socket.readyState() != WebSocket::CONNECTING; });
    return socket;
  }
  /// Opens, and closes after one echo, by which time a TLS 1.3 server has given its tickets.
  void visit() {
    WebSocket socket = connectTo();
    ASSERT_EQ(socket.readyState(), WebSocket::OPEN);
    socket.onmessage = [socket](const MessageEvent&) mutable { socket.close(1000); };
    socket.send("x");
    until([&] { return socket.readyState() == WebSocket::CLOSED; });
    EXPECT_FALSE(socket.failure());
  }

  tls::CertificateAuthority authority;
  Options clientOptions;
  std::vector<std::string> log;

 private:
  std::filesystem::path directory_;
};

TEST_F(WssTest, MessagesOfEveryLengthClassComeBack) {
  listenTls();
  WebSocket socket = connectTo();
  ASSERT_EQ(socket.readyState(), WebSocket::OPEN);
  std::vector<std::size_t> sizes;
  socket.onmessage = [&](const MessageEvent& event) { sizes.push_back(event.data().size()); };
  const std::vector<std::size_t> sent{0, 125, 126, 16384, 65536, 3000000};
  for (const std::size_t size : sent) socket.send(ArrayBuffer(size));
  until([&] { return sizes.size() == sent.size(); });
  EXPECT_EQ(sizes, sent);
  EXPECT_EQ(socket.bufferedAmount(), 0U);
}

TEST_F(WssTest, ALaterSocketGoesOnWithTheSessionOfAnEarlierOne) {
  listenTls();
  visit();
  log.clear();
  visit();
  ASSERT_EQ(log.size(), 2U);
  EXPECT_THAT(log[1], HasSubstr("TLSv1.3"));
  EXPECT_THAT(log[1], HasSubstr("resumed"));
  log.clear();
  clientOptions.tls.resumption = TlsOptions::Resumption::Off;
  visit();
  EXPECT_THAT(log.at(1), testing::Not(HasSubstr("resumed")));
}

TEST_F(WssTest, AFaultOfTheCertificateIsNamed) {
  listenTls({.alternativeNames = "DNS:other.test"});
  const WebSocket socket = connectTo();
  ASSERT_TRUE(socket.failure());
  EXPECT_EQ(socket.failure()->stage, Failure::Stage::Tls);
  ASSERT_TRUE(socket.failure()->tls);
  EXPECT_EQ(socket.failure()->tls->fault, TlsFault::NameMismatch);
  EXPECT_THAT(socket.failure()->message, HasSubstr("localhost"));
  until([&] { return server->counters().failedTlsHandshakes == 1; });
  EXPECT_EQ(server->counters().accepted, 0U);
}

TEST_F(WssTest, TlsHasADeadlineOfItsOwn) {
  // A port that speaks no TLS, and waits for a request that it can read.
  ASSERT_FALSE(server->listen("127.0.0.1", 0));
  clientOptions.tlsTimeout = 30ms;
  WebSocket socket(loop, "wss://localhost:" + std::to_string(server->port()), {}, clientOptions);
  until([&] { return socket.readyState() == WebSocket::CLOSED; });
  EXPECT_EQ(socket.failure()->stage, Failure::Stage::Tls);
}

TEST_F(WssTest, TheSocketMayGoAtAnyTimeOfTheOpening) {
  listenTls();
  for (int turns = 0; turns < 60; ++turns) {
    {
      const WebSocket socket(loop, "wss://localhost:" + std::to_string(server->port()), {},
                             clientOptions);
      for (int i = 0; i < turns; ++i) loop.poll();
    }
    settle();
  }
  visit();
}

TEST_F(WssTest, NewCertificatesAreForNewSockets) {
  listenTls();
  WebSocket old = connectTo();
  ASSERT_EQ(old.readyState(), WebSocket::OPEN);
  (void)tlsOptions({.alternativeNames = "DNS:other.test"});  // written over the files
  ASSERT_FALSE(server->reloadTls());
  clientOptions.tls.resumption = TlsOptions::Resumption::Off;
  EXPECT_EQ(connectTo().readyState(), WebSocket::CLOSED);
  bool isAnswered = false;
  old.onmessage = [&](const MessageEvent&) { isAnswered = true; };
  old.send("still here");
  until([&] { return isAnswered || old.readyState() == WebSocket::CLOSED; });
  EXPECT_EQ(old.readyState(), WebSocket::OPEN);
}

}  // namespace
}  // namespace parley::server
