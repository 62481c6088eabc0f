#include "server/tls_port.hpp"

#include "server/server_fixture.hpp"
#include "server/tls_client.hpp"
#include "tls/certificate_authority.hpp"

#include <parley/dom_exception.hpp>

#include <filesystem>

#include <gmock/gmock.h>
#include <stdlib.h>

namespace parley::server {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::StartsWith;

class TlsServerTest : public ServerTest {
 protected:
  TlsServerTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "parley-XXXXXX").string();
    directory_ = ::mkdtemp(pattern.data());
    write(authority.issue({.alternativeNames = "DNS:localhost"}));
    settings.options.caPem = authority.pem();
    settings.host = "localhost";
    makeServer();
  }
  ~TlsServerTest() override { std::filesystem::remove_all(directory_); }

  void makeServer() {
    server = std::make_unique<Server>(loop, options);
    server->get("/", [](const Request& request) {
      return Response::text("from " + std::string(request.remoteAddress()));
    });
    Route route;
    route.onopen = [this](const Event& event) {
      const WebSocket socket = event.target();
      urls.push_back(socket.url());
    };
    route.onmessage = [](const MessageEvent& event) {
      WebSocket socket = event.target();
      socket.send(event.data().text());
    };
    route.onclose = [this](const CloseEvent& event) {
      closes.push_back(std::to_string(event.code()) + (event.wasClean() ? " clean" : " unclean"));
    };
    server->route("/ws", std::move(route));
  }
  void listenTls() {
    const auto failure = server->listenTls("127.0.0.1", 0, tlsOptions);
    ASSERT_FALSE(failure) << failure->message;
    settings.port = server->port();
  }
  /// The files of the server's identity.
  void write(const tls::Certificate& certificate) {
    tlsOptions.identities = {
        {.certificateChainFile = tls::writeFile(pathOf("server.pem"), certificate.pem()),
         .keyFile = tls::writeFile(pathOf("server.key"), certificate.keyPem())}};
  }
  [[nodiscard]] std::string pathOf(const std::string& name) const { return directory_ / name; }

  TlsClient& connectTls() {
    return *tlsClients_.emplace_back(
        std::make_unique<TlsClient>(loop.eventLoop(), server->port(), settings));
  }
  /// A client whose handshake of TLS is done.
  TlsClient& connectedTls() {
    TlsClient& client = connectTls();
    until([&] { return client.isOpen() || client.isOver(); });
    EXPECT_TRUE(client.isOpen()) << client.failure->message;
    return client;
  }
  /// A client whose upgrade has been accepted.
  TlsClient& openTls() {
    TlsClient& client = connectedTls();
    client.send(upgradeRequest("/ws"));
    until([&] { return client.received.ends_with("\r\n\r\n") || client.isOver(); });
    EXPECT_THAT(client.received, StartsWith("HTTP/1.1 101 "));
    client.received.clear();
    return client;
  }

  tls::CertificateAuthority authority;
  TlsServerOptions tlsOptions;
  tls::ClientSettings settings;
  std::vector<std::string> urls, closes;

 private:
  std::filesystem::path directory_;
  std::vector<std::unique_ptr<TlsClient>> tlsClients_;
};

TEST_F(TlsServerTest, EchoesThroughAWssSocket) {
  listenTls();
  TlsClient& client = openTls();
  client.send(textFrame("hello"));
  until([&] { return client.received == "\x81\x05hello"; });
  EXPECT_EQ(urls, std::vector<std::string>{"wss://localhost:9000/ws"});
  EXPECT_EQ(server->counters().accepted, 1U);
  EXPECT_EQ(server->counters().failedTlsHandshakes, 0U);
}

TEST_F(TlsServerTest, ClosesCleanlyOnBothSides) {
  listenTls();
  TlsClient& client = openTls();
  client.send(closeFrame(1000));
  until([&] { return client.hasEnded; });
  client.finish();
  until([&] { return closes.size() == 1; });
  EXPECT_EQ(closes.front(), "1000 clean");
  EXPECT_FALSE(client.failure);
}

TEST_F(TlsServerTest, AClientThatDoesNotAnnounceTheEndOfTlsHasClosedCleanlyNevertheless) {
  listenTls();
  TlsClient& client = openTls();
  client.send(closeFrame(1000));
  until([&] { return client.hasEnded; });
  client.cut();
  until([&] { return closes.size() == 1; });
  EXPECT_EQ(closes.front(), "1000 clean");
}

TEST_F(TlsServerTest, ACutConnectionIsUnclean) {
  listenTls();
  openTls().cut();
  until([&] { return closes.size() == 1; });
  EXPECT_EQ(closes.front(), "1006 unclean");
}

TEST_F(TlsServerTest, AnswersPlainRequestsAndKnowsTheClientsAddress) {
  listenTls();
  TlsClient& client = connectedTls();
  client.send(getRequest("/"));
  until([&] { return client.received.find("from 127.0.0.1:") != std::string::npos; });
  client.received.clear();
  client.send(getRequest("/missing"));
  until([&] { return client.received.find("404") != std::string::npos; });
}

TEST_F(TlsServerTest, DeliversLargeMessagesBothWays) {
  listenTls();
  TlsClient& client = openTls();
  const std::string text(10'000'000, 'x');
  std::string frame("\x81\xFF\0\0\0\0", 6);
  for (int shift = 24; shift >= 0; shift -= 8) {
    frame += static_cast<char>(text.size() >> shift & 0xFF);
  }
  frame += std::string(4, '\0') + text;
  // As much as goes at once; the socket's own buffers are smaller than this.
  std::size_t sent = 0;
  while (sent < frame.size()) {
    sent += client.offer(std::string_view(frame).substr(sent));
    pump();
  }
  // It comes back in fragments, each with a header.
  until([&] { return countOf(client.received, "x") >= text.size(); });
  EXPECT_EQ(countOf(client.received, "x"), text.size());
}

TEST_F(TlsServerTest, FramesBehindTheHandshakeAreAllDelivered) {
  listenTls();
  TlsClient& client = connectedTls();
  client.send(upgradeRequest("/ws"));
  std::string expected;
  for (int i = 0; i < 1000; ++i) {
    const std::string text = "message number " + std::to_string(i);
    client.send(textFrame(text));  // a record each
    expected += std::string("\x81") + static_cast<char>(text.size()) + text;
  }
  until([&] { return client.received.ends_with("message number 999"); });
  EXPECT_TRUE(client.received.ends_with(expected));
}

TEST_F(TlsServerTest, ServesTlsAndClearPortsSideBySide) {
  listenTls();
  const std::uint16_t tlsPort = server->port();
  Server other(loop);
  ASSERT_FALSE(other.listen("127.0.0.1", 0));
  EXPECT_NE(other.port(), tlsPort);
  ASSERT_FALSE(server->listen("127.0.0.1", 0));
  EXPECT_EQ(server->port(), tlsPort);
  openTls();
}

TEST_F(TlsServerTest, ListensOnAllInterfaces) {
  const auto failure = server->listenTls(0, tlsOptions);
  ASSERT_FALSE(failure) << failure->message;
  openTls();
}

TEST_F(TlsServerTest, PagesThatCameInTheClearAreRefused) {
  listenTls();
  TlsClient& client = connectedTls();
  client.send(upgradeRequest("/ws", "Origin: http://localhost:80\r\n"));
  until([&] { return client.received.find("403") != std::string::npos; });
  TlsClient& other = connectedTls();
  other.send(upgradeRequest("/ws", "Origin: https://localhost:9000\r\n"));
  until([&] { return other.received.find("101") != std::string::npos; });
}

// ---- Failures ----

TEST_F(TlsServerTest, SaysWhichFileIsAtFault) {
  tlsOptions.identities = {{.certificateChainFile = pathOf("missing.pem")}};
  auto failure = server->listenTls("127.0.0.1", 0, tlsOptions);
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->stage, Failure::Stage::Listen);
  EXPECT_EQ(failure->message, "127.0.0.1:0: certificateChainFile " + pathOf("missing.pem") +
                                  ": no such file or directory");
  failure = server->listenTls(0, {});
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->message, "port 0: identities: a server needs one");
  EXPECT_EQ(server->port(), 0);
}

TEST_F(TlsServerTest, APortInUseIsSaidToBe) {
  listenTls();
  const auto failure = server->listenTls("127.0.0.1", server->port(), tlsOptions);
  ASSERT_TRUE(failure);
  EXPECT_THAT(failure->message, HasSubstr("address already in use"));
  EXPECT_FALSE(server->reloadTls());
}

TEST_F(TlsServerTest, AClientThatRefusesTheCertificateIsCounted) {
  settings.host = "example.com";
  listenTls();
  TlsClient& client = connectTls();
  until([&] { return client.isOver() && server->counters().failedTlsHandshakes == 1; });
  EXPECT_EQ(client.failure->tls->fault, TlsFault::NameMismatch);
  EXPECT_EQ(server->counters().connections, 1U);
  EXPECT_EQ(server->counters().rejected, 0U);
}

TEST_F(TlsServerTest, APlainRequestAtATlsPortEndsTheConnection) {
  listenTls();
  RawClient& client = connect();
  client.send(getRequest("/"));
  until([&] { return client.isOver() && server->counters().failedTlsHandshakes == 1; });
  EXPECT_EQ(client.received().find("HTTP"), std::string::npos);
  openTls();
}

TEST_F(TlsServerTest, ASilentClientIsClosedAtTheDeadline) {
  options.handshakeTimeout = 50ms;
  makeServer();
  listenTls();
  RawClient& silent = connect();
  until([&] { return silent.isOver(); });
  EXPECT_EQ(server->counters().failedTlsHandshakes, 1U);
}

TEST_F(TlsServerTest, TheDeadlineCoversTlsAndTheRequestTogether) {
  options.handshakeTimeout = 700ms;  // enough for TLS on a busy machine
  makeServer();
  listenTls();
  TlsClient& silent = connectedTls();
  until([&] { return silent.isOver(); });
  EXPECT_TRUE(silent.hasEnded);
  EXPECT_EQ(server->counters().failedTlsHandshakes, 0U);
}

TEST_F(TlsServerTest, WhoComesToAFullServerIsToldSoThroughTls) {
  options.maxConnections = 1;
  makeServer();
  listenTls();
  openTls();
  TlsClient& second = connectedTls();
  until([&] { return second.isOver(); });
  EXPECT_THAT(second.received, StartsWith("HTTP/1.1 503 "));
}

TEST_F(TlsServerTest, ClientCertificatesAreAskedFor) {
  tlsOptions.clientCertificates = TlsServerOptions::ClientCertificates::Require;
  tlsOptions.clientCaFile = tls::writeFile(pathOf("clients.pem"), authority.pem());
  listenTls();
  TlsClient& stranger = connectTls();
  until([&] { return server->counters().failedTlsHandshakes == 1 && stranger.isOver(); });
  const tls::Certificate own = authority.issue({.use = tls::CertificateRequest::Use::Client});
  settings.options.certificateFile = tls::writeFile(pathOf("own.pem"), own.pem() + own.keyPem());
  openTls();
}

// ---- Reloading ----

TEST_F(TlsServerTest, ReloadingTakesNewFilesAndLeavesOpenConnectionsAlone) {
  listenTls();
  TlsClient& before = openTls();
  tls::CertificateAuthority next("Next Root");
  write(next.issue({.alternativeNames = "DNS:localhost"}));
  const auto failure = server->reloadTls();
  ASSERT_FALSE(failure) << failure->message;
  TlsClient& old = connectTls();
  until([&] { return old.isOver(); });
  EXPECT_EQ(old.failure->tls->fault, TlsFault::UnknownAuthority);
  settings.options.caPem = next.pem();
  openTls();
  before.send(textFrame("still here"));
  until([&] { return before.received == "\x81\x0Astill here"; });
}

TEST_F(TlsServerTest, AFailedReloadChangesNothing) {
  listenTls();
  Server& two = *server;
  TlsServerOptions other = tlsOptions;
  const tls::Certificate certificate = authority.issue({.alternativeNames = "DNS:localhost"});
  other.identities = {{.certificateChainFile = tls::writeFile(
                           pathOf("other.pem"), certificate.pem() + certificate.keyPem())}};
  ASSERT_FALSE(two.listenTls("127.0.0.1", 0, other));
  tls::CertificateAuthority next("Next Root");
  write(next.issue({.alternativeNames = "DNS:localhost"}));
  std::filesystem::remove(pathOf("other.pem"));
  const auto failure = server->reloadTls();
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->message,
            "reload: certificateChainFile " + pathOf("other.pem") + ": no such file or directory");
  openTls();  // with the certificate of before
}

TEST_F(TlsServerTest, ReloadingWithoutTlsIsNothing) {
  EXPECT_FALSE(server->reloadTls());
}

// ---- The end ----

TEST_F(TlsServerTest, ShutdownEndsHandshakesOfTlsAtOnce) {
  listenTls();
  RawClient& silent = connect();
  until([&] { return server->counters().connections == 1; });
  int done = 0;
  server->shutdown(1h, [&] { ++done; });
  until([&] { return done == 1 && silent.isOver(); });
  const auto failure = server->listenTls("127.0.0.1", 0, tlsOptions);
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->message, "127.0.0.1:0: the server has been shut down");
}

TEST_F(TlsServerTest, ShutdownClosesOpenSockets) {
  listenTls();
  TlsClient& client = openTls();
  int done = 0;
  server->shutdown(1h, [&] { ++done; });
  until([&] { return client.received == "\x88\x02\x03\xE9"; });
  client.send(closeFrame(1001));
  until([&] { return client.hasEnded; });
  client.finish();
  until([&] { return done == 1; });
  EXPECT_EQ(closes, std::vector<std::string>{"1001 clean"});
}

TEST_F(TlsServerTest, MayBeDestroyedInTheMidstOfHandshakes) {
  listenTls();
  TlsClient& client = connectTls();
  RawClient& silent = connect();
  until([&] { return server->counters().connections == 2; });
  server.reset();
  until([&] { return client.isOver() && silent.isOver(); });
}

}  // namespace
}  // namespace parley::server
