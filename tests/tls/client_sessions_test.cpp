#include "tls/client_sessions.hpp"

#include "tls/engine_pair.hpp"
#include "tls/openssl_peer.hpp"

#include <ctime>

#include <openssl/ssl.h>

namespace parley::tls {
namespace {

using State = Engine::State;
using Session = Agreement::Session;

class TlsResumption : public EngineTest {
 protected:
  TlsResumption() {
    serve("DNS:example.com");
    clients = clientContext();
    servers = serverContext();
  }
  Session connectAgain(std::string_view host = "example.com", std::uint16_t port = 443) {
    client.emplace(makeClient(clients, host, port));
    server.emplace(makeServer(servers));
    exchange(*client, *server);
    if (client->engine.state() != State::Open || server->engine.state() != State::Open) {
      ADD_FAILURE() << "not open";
      return Session::New;
    }
    EXPECT_EQ(client->engine.agreement().session, server->engine.agreement().session);
    return client->engine.agreement().session;
  }

  std::shared_ptr<ClientContext> clients;
  std::shared_ptr<const ServerContext> servers;
};

TEST_F(TlsResumption, ALaterConnectionGoesOnWithASession) {
  EXPECT_EQ(connectAgain(), Session::New);
  EXPECT_EQ(connectAgain(), Session::Resumed);
  EXPECT_EQ(connectAgain(), Session::Resumed);
  client->write("resumed");
  exchange(*client, *server);
  EXPECT_EQ(server->received, "resumed");
}

TEST_F(TlsResumption, AnotherHostOrPortDoesNot) {
  serve("DNS:example.com,DNS:other.example");
  servers = serverContext();
  EXPECT_EQ(connectAgain(), Session::New);
  EXPECT_EQ(connectAgain("other.example"), Session::New);
  EXPECT_EQ(connectAgain("example.com", 444), Session::New);
}

TEST_F(TlsResumption, OtherOptionsDoNot) {
  EXPECT_EQ(connectAgain(), Session::New);
  clientOptions.caPem = authority.pem();
  clients = clientContext();
  EXPECT_EQ(connectAgain(), Session::New);
}

TEST_F(TlsResumption, CanBeTurnedOffAtBothEnds) {
  clientOptions.resumption = TlsOptions::Resumption::Off;
  clients = clientContext();
  EXPECT_EQ(connectAgain(), Session::New);
  EXPECT_EQ(connectAgain(), Session::New);
  clientOptions.resumption = TlsOptions::Resumption::On;
  clients = clientContext();
  serverOptions.sessionTickets = TlsServerOptions::SessionTickets::Off;
  servers = serverContext();
  EXPECT_EQ(connectAgain(), Session::New);
  EXPECT_EQ(clients->sessions()->size(), 0U);
  EXPECT_EQ(connectAgain(), Session::New);
}

TEST_F(TlsResumption, TicketsOfAnotherServerContextAreNoGood) {
  EXPECT_EQ(connectAgain(), Session::New);
  servers = serverContext();
  EXPECT_EQ(connectAgain(), Session::New);
  EXPECT_EQ(connectAgain(), Session::Resumed);
}

TEST_F(TlsResumption, ASessionOfTls13IsUsedOnce) {
  connectAgain();
  ClientSessions& sessions = *clients->sessions();
  EXPECT_TRUE(sessions.take("example.com:443"));
  EXPECT_TRUE(sessions.take("example.com:443"));
  EXPECT_FALSE(sessions.take("example.com:443"));  // a server sends two
  EXPECT_EQ(sessions.size(), 0U);
}

TEST_F(TlsResumption, ASessionOfTls12StaysAndIsUsedAgain) {
  const Certificate certificate = authority.issue({.alternativeNames = "DNS:example.com"});
  OpensslPeer first(OpensslPeer::Role::Server, &certificate);
  SSL_set_max_proto_version(first.get(), TLS1_2_VERSION);
  client.emplace(makeClient(clients, "example.com"));
  exchange(first, *client);
  ASSERT_EQ(client->engine.state(), State::Open);
  ClientSessions& sessions = *clients->sessions();
  EXPECT_TRUE(sessions.take("example.com:443"));
  EXPECT_TRUE(sessions.take("example.com:443"));
  EXPECT_EQ(sessions.size(), 1U);
  client.reset();  // dropped without a word, which is no reason not to resume
  EXPECT_TRUE(sessions.take("example.com:443"));
}

TEST_F(TlsResumption, AFailedConnectionTakesItsSessionAlong) {
  const Certificate certificate = authority.issue({.alternativeNames = "DNS:example.com"});
  OpensslPeer peer(OpensslPeer::Role::Server, &certificate);
  SSL_set_max_proto_version(peer.get(), TLS1_2_VERSION);
  client.emplace(makeClient(clients, "example.com"));
  exchange(peer, *client);
  client->receive(bytesOf(std::string_view("\x17\x03\x03\x00\x10garbage garbage!", 21)));
  ASSERT_EQ(client->engine.state(), State::Failed);
  EXPECT_FALSE(clients->sessions()->take("example.com:443"));
}

TEST_F(TlsResumption, ASessionDoesNotOutliveItsTime) {
  connectAgain();
  ClientSessions& sessions = *clients->sessions();
  SessionPointer session = sessions.take("example.com:443");
  ASSERT_TRUE(session);
  SSL_SESSION_set_time(session.get(), static_cast<long>(std::time(nullptr)) - 100'000);
  sessions.put("old.example:443", std::move(session));
  EXPECT_FALSE(sessions.take("old.example:443"));
}

TEST_F(TlsResumption, ASessionDoesNotOutliveTheCertificate) {
  clientOptions.verification = TlsOptions::Verification::DangerouslyOff;
  clients = clientContext();
  serverOptions.identities = {identity(
      authority.issue({.alternativeNames = "DNS:example.com", .validFrom = -100, .validTo = -1}))};
  servers = serverContext();
  EXPECT_EQ(connectAgain(), Session::New);
  EXPECT_EQ(connectAgain(), Session::New);
}

TEST_F(TlsResumption, SessionsAreBounded) {
  connectAgain();
  ClientSessions& from = *clients->sessions();
  const SessionPointer session = from.take("example.com:443");
  ASSERT_TRUE(session);
  ClientSessions sessions;
  for (std::size_t i = 0; i < ClientSessions::kMaxHosts + 10; ++i) {
    for (std::size_t j = 0; j < ClientSessions::kMaxForHost + 2; ++j) {
      SSL_SESSION_up_ref(session.get());
      sessions.put(std::to_string(i), SessionPointer(session.get()));
    }
  }
  EXPECT_EQ(sessions.size(), ClientSessions::kMaxHosts);
  EXPECT_FALSE(sessions.take("9"));
  std::size_t taken = 0;
  while (sessions.take("10")) ++taken;
  EXPECT_EQ(taken, ClientSessions::kMaxForHost);
  EXPECT_EQ(sessions.size(), ClientSessions::kMaxHosts - 1);
}

}  // namespace
}  // namespace parley::tls
