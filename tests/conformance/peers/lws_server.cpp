// libwebsockets as an echo server. Prints its address and serves until it is killed.

#include "lws_echo.hpp"

#include <csignal>
#include <iostream>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

int onEvent(lws* wsi, lws_callback_reasons reason, void* user, void* data, size_t size) {
  auto* slot = static_cast<Connection**>(user);
  switch (reason) {
    case LWS_CALLBACK_ESTABLISHED:
      *slot = new Connection;
      return 0;
    case LWS_CALLBACK_CLOSED:
      delete *slot;
      *slot = nullptr;
      return 0;
    case LWS_CALLBACK_RECEIVE:
      collect(**slot, wsi, data, size);
      return 0;
    case LWS_CALLBACK_SERVER_WRITEABLE:
      return writeNext(**slot, wsi);
    case LWS_CALLBACK_WSI_DESTROY:
      ::_exit(0);  // there is one connection for each process
    default:
      return lws_callback_http_dummy(wsi, reason, user, data, size);
  }
}

/// Longer than the suite's.
constexpr unsigned kPatienceSeconds = 120;

[[noreturn]] void serve(int socket) {
  ::alarm(kPatienceSeconds);
  // The first protocol serves those who name none.
  const lws_protocols protocols[] = {{"echo", onEvent, sizeof(Connection*), 65536, 0, nullptr, 0},
                                     {nullptr, nullptr, 0, 0, 0, nullptr, 0}};
  lws_context_creation_info info{};
  info.port = CONTEXT_PORT_NO_LISTEN_SERVER;
  info.protocols = protocols;
  info.extensions = kExtensions;
  info.pt_serv_buf_size = 65536;
  info.options = LWS_SERVER_OPTION_EXPLICIT_VHOSTS | LWS_SERVER_OPTION_VALIDATE_UTF8;
  lws_context* context = lws_create_context(&info);
  lws_vhost* vhost = lws_create_vhost(context, &info);
  if (vhost == nullptr || lws_adopt_socket_vhost(vhost, socket) == nullptr) ::_exit(1);
  while (lws_service(context, 0) >= 0) {
  }
  ::_exit(1);
}

}  // namespace

/// A process for each connection: after some cases libwebsockets ends its own.
int main() {
  lws_set_log_level(0, nullptr);
  std::signal(SIGCHLD, SIG_IGN);
  const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (::bind(listener, generic, size) != 0 || ::listen(listener, 128) != 0 ||
      ::getsockname(listener, generic, &size) != 0) {
    return 1;
  }
  std::cout << "listening on ws://127.0.0.1:" << ntohs(address.sin_port) << '/' << std::endl;
  for (;;) {
    const int socket = ::accept(listener, nullptr, nullptr);
    if (socket < 0) continue;
    if (::fork() == 0) {
      ::close(listener);
      const int on = 1;
      ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
      serve(socket);
    }
    ::close(socket);
  }
}
