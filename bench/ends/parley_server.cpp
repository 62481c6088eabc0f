#include "parley_end.hpp"

#include <parley/server.hpp>
#include <parley/topics.hpp>

#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace bench {
namespace {

parley::Route echoRoute() {
  return {.onmessage = [](const parley::MessageEvent& event) {
    const parley::WebSocket& socket = event.target();
    if (event.data().isText()) {
      socket.send(event.data().text());
    } else {
      socket.send(event.data().bytes());
    }
  }};
}

parley::Route broadcastRoute(parley::Topics& topics) {
  return {.onconnection = [&topics](const parley::WebSocket& socket,
                                    const parley::Request&) { topics.subscribe(socket, "all"); },
          .onmessage =
              [&topics](const parley::MessageEvent& event) {
                topics.publish("all", event.data().text());
              }};
}

}  // namespace

void serve(std::string_view mode, const std::optional<std::string>& identity) {
  parley::Topics topics;
  parley::Server server;
  parley::Route route = mode == "broadcast" ? broadcastRoute(topics) : echoRoute();
  if (mode.starts_with("deflate")) route.compression.mode = parley::Compression::Mode::On;
  if (mode == "deflate-best") route.compression.level = parley::Compression::Level::Best;
  server.route("/", std::move(route));
  std::optional<parley::Failure> failure;
  if (identity) {
    parley::TlsServerOptions options;
    options.identities = {{.certificateChainFile = *identity}};
    failure = server.listenTls("127.0.0.1", 0, options);
  } else {
    failure = server.listen("127.0.0.1", 0);
  }
  if (failure) {
    std::fprintf(stderr, "%s\n", failure->message.c_str());
    std::exit(1);
  }
  std::printf("%u\n", static_cast<unsigned>(server.port()));
  std::fflush(stdout);
  parley::run();
}

}  // namespace bench
