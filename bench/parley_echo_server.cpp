#include "echo_servers.hpp"

#include <parley/server.hpp>

#include <cstdint>
#include <cstdlib>

#include <unistd.h>

namespace bench {

void serveParleyEcho(int portPipe) {
  parley::Server server;
  server.route("/", {.onmessage = [](const parley::MessageEvent& event) {
                 parley::WebSocket socket = event.target();
                 if (event.data().isText()) {
                   socket.send(event.data().text());
                 } else {
                   socket.send(event.data().bytes());
                 }
               }});
  if (server.listen("127.0.0.1", 0)) std::_Exit(1);
  const std::uint16_t port = server.port();
  if (write(portPipe, &port, sizeof port) != sizeof port) std::_Exit(1);
  parley::run();
}

}  // namespace bench
