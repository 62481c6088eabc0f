#include "echo_servers.hpp"

#include <parley/server.hpp>

#include <cstdint>
#include <cstdlib>
#include <string>

#include <unistd.h>

namespace bench {
namespace {

void addEcho(parley::Server& server) {
  server.route("/", {.onmessage = [](const parley::MessageEvent& event) {
                 const parley::WebSocket& socket = event.target();
                 if (event.data().isText()) {
                   socket.send(event.data().text());
                 } else {
                   socket.send(event.data().bytes());
                 }
               }});
}

void run(const parley::Server& server, int portPipe) {
  const std::uint16_t port = server.port();
  if (write(portPipe, &port, sizeof port) != sizeof port) std::_Exit(1);
  parley::run();
}

}  // namespace

void serveParleyEcho(int portPipe) {
  parley::Server server;
  addEcho(server);
  if (server.listen("127.0.0.1", 0)) std::_Exit(1);
  run(server, portPipe);
}

void serveParleyTlsEcho(int portPipe, const std::string& identity) {
  parley::Server server;
  addEcho(server);
  parley::TlsServerOptions options;
  options.identities = {{.certificateChainFile = identity}};
  if (server.listenTls("127.0.0.1", 0, options)) std::_Exit(1);
  run(server, portPipe);
}

}  // namespace bench
