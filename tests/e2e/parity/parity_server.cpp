// The well-behaved peer of the parity scenarios: what the server does with a socket stands in the
// path. Serves the folder that it is given, so that the page with the scenarios is of its own
// origin. Prints its port, serves until it is killed or its standard input ends.

#include "../serve_until_input_ends.hpp"

#include <parley/server.hpp>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace {

std::string text(const parley::Request& request, std::string_view name) {
  return std::string(request.parameter(name).value_or(""));
}

int number(const parley::Request& request, std::string_view name) {
  return std::stoi(text(request, name));
}

/// A route whose sockets do one thing when they are open, as the path says.
template <typename Act>
parley::Route whenOpen(Act act) {
  parley::Route route;
  route.onconnection = [act](const parley::WebSocket& accepted, const parley::Request& request) {
    parley::WebSocket socket = accepted;
    socket.onopen = act(request);
  };
  return route;
}

parley::Route echo() {
  parley::Route route;
  route.maxMessageSize = std::uint64_t{64} << 20;
  route.protocols = {"chat.v2", "chat.v1"};
  route.onmessage = [](const parley::MessageEvent& event) {
    parley::WebSocket socket = event.target();
    if (event.data().isText()) {
      socket.send(event.data().text());
    } else {
      socket.send(event.data().bytes());
    }
  };
  return route;
}

void addEcho(parley::Server& server) {
  server.route("/echo", echo());
  parley::Route deflate = echo();
  deflate.compression.mode = parley::Compression::Mode::On;
  server.route("/deflate", std::move(deflate));
}

/// "/choose/chat.v1" selects that sub-protocol where it is offered; "/request/origin" sends that
/// field of the request as a message.
void addNegotiation(parley::Server& server) {
  parley::Route choose;
  choose.selectProtocol = [](const parley::Request& request,
                             const std::vector<std::string>&) -> std::optional<std::string> {
    return text(request, "protocol");
  };
  server.route("/choose/:protocol", std::move(choose));
  parley::Route field = whenOpen([](const parley::Request& request) {
    const auto value = request.headers().combined(text(request, "field"));
    return [value](const parley::Event& event) {
      parley::WebSocket(event.target()).send(value.value_or("none"));
    };
  });
  field.protocols = {"chat.v2", "chat.v1"};
  server.route("/request/:field", std::move(field));
}

/// "/reject/403" and "/redirect/302" refuse the handshake; "/later" decides in a later task and
/// "/never" not at all.
void addDecisions(parley::Server& server) {
  parley::Route rejecting;
  rejecting.onupgrade = [](parley::Upgrade upgrade) {
    upgrade.reject(number(upgrade.request(), "status"), "not today\n");
  };
  server.route("/reject/:status", std::move(rejecting));
  parley::Route redirecting;
  redirecting.onupgrade = [](parley::Upgrade upgrade) {
    upgrade.reject(number(upgrade.request(), "status"), {}, {{"Location", "/echo"}});
  };
  server.route("/redirect/:status", std::move(redirecting));
  parley::Route later;
  later.onupgrade = [&server](parley::Upgrade upgrade) {
    auto waiting = std::make_shared<parley::Upgrade>(std::move(upgrade));
    server.loop().post([waiting] { waiting->accept(); });
  };
  server.route("/later", std::move(later));
  auto undecided = std::make_shared<std::vector<parley::Upgrade>>();
  parley::Route never;
  never.onupgrade = [undecided](parley::Upgrade upgrade) {
    undecided->push_back(std::move(upgrade));
  };
  server.route("/never", std::move(never));
}

/// "/close", "/close/4000" and "/close/4000/bye" close at once; "/close-after/4000/bye" when a
/// message has come.
void addClosers(parley::Server& server) {
  parley::Route plain;
  plain.onopen = [](const parley::Event& event) { parley::WebSocket(event.target()).close(); };
  server.route("/close", std::move(plain));
  const auto close = [](const parley::Request& request) {
    const int code = number(request, "code");
    const std::string reason = text(request, "reason");
    return [code, reason](const parley::Event& event) {
      parley::WebSocket(event.target()).close(code, reason);
    };
  };
  server.route("/close/:code", whenOpen(close));
  server.route("/close/:code/:reason", whenOpen(close));
  parley::Route after;
  after.onconnection = [](const parley::WebSocket& accepted, const parley::Request& request) {
    const int code = number(request, "code");
    const std::string reason = text(request, "reason");
    parley::WebSocket socket = accepted;
    socket.onmessage = [code, reason](const parley::MessageEvent& event) {
      parley::WebSocket(event.target()).close(code, reason);
    };
  };
  server.route("/close-after/:code/:reason", std::move(after));
}

/// Ends TCP without a word: at once, after a message, after having sent some.
void addCutters(parley::Server& server) {
  const auto cut = [](const parley::Event& event) {
    parley::WebSocket(event.target()).terminate();
  };
  parley::Route atOnce;
  atOnce.onopen = cut;
  server.route("/cut", std::move(atOnce));
  parley::Route after;
  after.onmessage = [cut](const parley::MessageEvent& event) { cut(event); };
  server.route("/cut-after", std::move(after));
  parley::Route whileSending;
  whileSending.onopen = [](const parley::Event& event) {
    parley::WebSocket socket = event.target();
    for (int i = 0; i < 3; ++i) socket.send(std::to_string(i));
    socket.loop()->setTimeout([socket]() mutable { socket.terminate(); },
                              std::chrono::milliseconds(20));
  };
  server.route("/cut-while-sending", std::move(whileSending));
}

/// "/burst/1000" sends so many messages and closes in one go; "/text/65536" and "/binary/65536"
/// send one of that size; "/mixed" one of each kind, with a Ping between.
void addSenders(parley::Server& server) {
  server.route("/burst/:count", whenOpen([](const parley::Request& request) {
                 const int count = number(request, "count");
                 return [count](const parley::Event& event) {
                   parley::WebSocket socket = event.target();
                   for (int i = 0; i < count; ++i) socket.send(std::to_string(i));
                   socket.close(1000, "all sent");
                 };
               }));
  server.route("/text/:size", whenOpen([](const parley::Request& request) {
                 const std::string message(static_cast<std::size_t>(number(request, "size")), 't');
                 return [message](const parley::Event& event) {
                   parley::WebSocket(event.target()).send(message);
                 };
               }));
  server.route("/binary/:size", whenOpen([](const parley::Request& request) {
                 const std::vector<std::byte> message(
                     static_cast<std::size_t>(number(request, "size")), std::byte{7});
                 return [message](const parley::Event& event) {
                   parley::WebSocket(event.target()).send(message);
                 };
               }));
  parley::Route mixed;
  mixed.onopen = [](const parley::Event& event) {
    parley::WebSocket socket = event.target();
    socket.send("text");
    socket.ping();
    socket.send(std::vector<std::byte>{std::byte{1}, std::byte{2}, std::byte{3}});
    socket.ping();
    socket.send("");
    socket.send(std::span<const std::byte>{});
  };
  server.route("/mixed", std::move(mixed));
}

/// "/deaf/name" never reads: what a client sends has to wait. A plain GET of "/cut-deaf/name" cuts
/// those of that name. "/slow" begins to read after a while and echoes the size of each message.
void addSlowReaders(parley::Server& server) {
  parley::Route deaf;
  deaf.onopen = [](const parley::Event& event) { parley::WebSocket(event.target()).pause(); };
  server.route("/deaf/:name", std::move(deaf));
  server.get("/cut-deaf/:name", [&server](const parley::Request& request) {
    const std::string end = "/deaf/" + text(request, "name");
    for (parley::WebSocket socket : server.sockets("/deaf/:name")) {
      if (socket.url().ends_with(end)) socket.terminate();
    }
    return parley::Response::text("cut\n");
  });
  parley::Route slow;
  slow.maxMessageSize = std::uint64_t{64} << 20;
  slow.onopen = [](const parley::Event& event) {
    parley::WebSocket socket = event.target();
    socket.pause();
    socket.loop()->setTimeout([socket]() mutable { socket.resume(); },
                              std::chrono::milliseconds(100));
  };
  slow.onmessage = [](const parley::MessageEvent& event) {
    parley::WebSocket(event.target()).send(std::to_string(event.data().size()));
  };
  server.route("/slow", std::move(slow));
}

}  // namespace

int main(int argc, char** argv) {
  parley::Server server;
  addEcho(server);
  addNegotiation(server);
  addDecisions(server);
  addClosers(server);
  addCutters(server);
  addSenders(server);
  addSlowReaders(server);
  if (argc > 1) server.files("/", argv[1]);
  return serveUntilInputEnds(server);
}
