// The server that real peers talk to in these tests: one route for each behaviour. Prints its port,
// serves until it is killed or its standard input ends.

#include "serve_until_input_ends.hpp"

#include <parley/server.hpp>

#include <string>

namespace {

parley::Route echo() {
  parley::Route route;
  route.maxMessageSize = std::uint64_t{64} << 20;
  route.protocols = {"chat.v2", "chat.v1"};
  route.onmessage = [](const parley::MessageEvent& event) {
    const parley::WebSocket& socket = event.target();
    if (event.data().isText()) {
      socket.send(event.data().text());
    } else {
      socket.send(event.data().bytes());
    }
  };
  return route;
}

/// "/echo" without compression, the others with it: with contexts, without, and with small windows.
void addEcho(parley::Server& server) {
  using Mode = parley::Compression::Mode;
  server.route("/echo", echo());
  parley::Route deflate = echo();
  deflate.compression.mode = Mode::On;
  server.route("/deflate", std::move(deflate));
  parley::Route alone = echo();
  alone.compression = {
      .mode = Mode::On, .serverNoContextTakeover = true, .clientNoContextTakeover = true};
  server.route("/deflate/alone", std::move(alone));
  parley::Route small = echo();
  small.compression = {.mode = Mode::On, .serverMaxWindowBits = 10, .clientMaxWindowBits = 9};
  server.route("/deflate/small", std::move(small));
}

/// "/close/1000/bye": closes as the path says as soon as the socket is open; "/close" sends an
/// empty Close frame.
void addClosers(parley::Server& server) {
  parley::Route plain;
  plain.onopen = [](const parley::Event& event) { parley::WebSocket(event.target()).close(); };
  server.route("/close", std::move(plain));
  parley::Route coded;
  coded.onconnection = [](const parley::WebSocket& accepted, const parley::Request& request) {
    const int code = std::stoi(std::string(*request.parameter("code")));
    const std::string reason(*request.parameter("reason"));
    parley::WebSocket socket = accepted;
    socket.onopen = [code, reason](const parley::Event& event) {
      parley::WebSocket(event.target()).close(code, reason);
    };
  };
  server.route("/close/:code/:reason", std::move(coded));
  parley::Route cut;
  cut.onopen = [](const parley::Event& event) { parley::WebSocket(event.target()).terminate(); };
  server.route("/cut", std::move(cut));
}

/// Reports what it saw of a closing handshake to the next client of "/last-close".
void addReporters(parley::Server& server, std::string& last) {
  parley::Route watched;
  watched.onclose = [&last](const parley::CloseEvent& event) {
    last = std::to_string(event.code()) + " " + event.reason() +
           (event.wasClean() ? " clean" : " not clean");
  };
  server.route("/watched", std::move(watched));
  server.get("/last-close",
             [&last](const parley::Request&) { return parley::Response::text(last); });
}

void addDecisions(parley::Server& server) {
  parley::Route refused;
  refused.onupgrade = [](parley::Upgrade upgrade) { upgrade.reject(403, "not today\n"); };
  server.route("/refused", std::move(refused));
  parley::Route later;
  later.onupgrade = [&server](parley::Upgrade upgrade) {
    auto waiting = std::make_shared<parley::Upgrade>(std::move(upgrade));
    server.loop().post([waiting] { waiting->accept(); });
  };
  later.onopen = [](const parley::Event& event) {
    parley::WebSocket(event.target()).send("accepted later");
  };
  server.route("/later", std::move(later));
  parley::Route anywhere;
  anywhere.origins.rule = parley::OriginPolicy::Rule::Any;
  anywhere.onopen = [](const parley::Event& event) {
    parley::WebSocket(event.target()).send("any origin");
  };
  server.route("/any-origin", std::move(anywhere));
}

/// A thousand messages at once, then a clean end.
void addBurst(parley::Server& server) {
  parley::Route burst;
  burst.onopen = [](const parley::Event& event) {
    const parley::WebSocket& socket = event.target();
    for (int i = 0; i < 1000; ++i) socket.send(std::to_string(i));
    socket.close(1000, "all sent");
  };
  server.route("/burst", std::move(burst));
}

}  // namespace

int main(int argc, char** argv) {
  parley::Server server;
  std::string last = "none";
  addEcho(server);
  addClosers(server);
  addReporters(server, last);
  addDecisions(server);
  addBurst(server);
  if (argc > 1) server.files("/", argv[1]);
  return serveUntilInputEnds(server);
}
