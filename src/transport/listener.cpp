#include "transport/listener.hpp"

#include "loop/event_loop.hpp"
#include "transport/socket.hpp"
#include "transport/socket_address.hpp"
#include "transport/socket_transport.hpp"
#include "transport/system_error.hpp"
#include "transport/unix_socket_file.hpp"

#include <cerrno>
#include <chrono>
#include <optional>
#include <utility>

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <uv.h>

namespace parley::transport {

namespace {

using Step = TransportError::Step;

/// Connections taken in one turn at most: those that are open wait.
constexpr int kAcceptsPerTurn = 64;
/// How long to wait when out of descriptors. Trying again at once would spin, as the descriptor of
/// a listening socket stays readable; libuv's remedy, to accept and close what waits, turns clients
/// away.
constexpr std::chrono::milliseconds kRetryAfter{100};

bool isOutOfResources(int error) {
  return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}
bool isNothingLeft(int error) {
  return error == EAGAIN || error == EWOULDBLOCK;
}

class SocketListener final : public Listener, private loop::Deadline {
 public:
  SocketListener(loop::EventLoop& loop, AcceptHandler& handler, Socket socket,
                 std::optional<UnixSocketFile> file) noexcept
      : loop_(loop),
        handler_(&handler),
        untilReleased_(loop),
        socket_(std::move(socket)),
        file_(std::move(file)) {}

  /// @return 0 or an errno value; then it is destroyed
  int start();

  [[nodiscard]] std::uint16_t port() const noexcept override {
    const auto local = SocketAddress::localOf(socket_.fd());
    return local ? local->port() : std::uint16_t{0};
  }
  [[nodiscard]] std::string description() const override {
    const auto local = SocketAddress::localOf(socket_.fd());
    return local ? local->text() : "a closed listener";
  }
  void pause() override {
    isPaused_ = true;
    uv_poll_stop(&poll_);
    loop::EventLoop::cancel(*this);
  }
  void resume() override {
    isPaused_ = false;
    watch();
  }

 private:
  ~SocketListener() override = default;
  void release() noexcept override;
  void onDeadline(protocol::Time) override { watch(); }

  void watch() noexcept;
  void acceptWaiting();
  [[nodiscard]] bool isAccepting() const noexcept { return handler_ && !isPaused_; }

  uv_poll_t poll_{};
  loop::EventLoop& loop_;
  AcceptHandler* handler_;  // nullptr once released
  loop::KeepAlive untilReleased_;
  Socket socket_;
  std::optional<UnixSocketFile> file_;
  bool isPaused_ = false;
};

int SocketListener::start() {
  if (const int status = uv_poll_init(&loop_.uv(), &poll_, socket_.fd())) {
    delete this;
    return -status;
  }
  poll_.data = this;
  uv_unref(reinterpret_cast<uv_handle_t*>(&poll_));
  watch();
  return 0;
}

void SocketListener::watch() noexcept {
  uv_poll_start(&poll_, UV_READABLE, [](uv_poll_t* poll, int, int) {
    static_cast<SocketListener*>(poll->data)->acceptWaiting();
  });
}

void SocketListener::acceptWaiting() {
  for (int i = 0; i < kAcceptsPerTurn && isAccepting(); ++i) {
    auto accepted = socket_.accept();
    if (accepted) {
      if (auto transport = SocketTransport::adopt(loop_, std::move(*accepted))) {
        handler_->onAccepted(std::move(*transport));
      }
      continue;
    }
    const int error = accepted.error().value;
    if (isNothingLeft(error)) return;
    if (isOutOfResources(error)) {
      uv_poll_stop(&poll_);
      loop_.schedule(*this, loop_.now() + kRetryAfter);
      handler_->onAcceptPaused(makeError(Step::Accept, error, description()));
      return;
    }
    // Anything else is about that one connection, which is gone (accept(2), "Error handling").
  }
}

void SocketListener::release() noexcept {
  handler_ = nullptr;
  loop::EventLoop::cancel(*this);
  uv_close(reinterpret_cast<uv_handle_t*>(&poll_),
           [](uv_handle_t* handle) { delete static_cast<SocketListener*>(handle->data); });
  file_.reset();  // before the socket is closed: nobody then finds a file that refuses
  socket_.close();
  untilReleased_.reset();
}

Result<ListenerPtr, TransportError> start(loop::EventLoop& loop, AcceptHandler& handler,
                                          Socket socket, std::optional<UnixSocketFile> file,
                                          const std::string& subject) {
  if (::listen(socket.fd(), Listener::kBacklog) != 0) {
    return makeError(Step::Listen, errno, subject);
  }
  auto* listener = new SocketListener(loop, handler, std::move(socket), std::move(file));
  if (const int error = listener->start()) {
    return makeError(Step::Listen, error, subject);
  }
  return ListenerPtr(listener);
}

Result<SocketAddress, TransportError> addressOf(loop::EventLoop& loop, const TcpAddress& address) {
  if (auto parsed = SocketAddress::parse(address.host, address.port)) return *parsed;
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE;
  uv_getaddrinfo_t request;
  const std::string port = std::to_string(address.port);
  const int status =
      uv_getaddrinfo(&loop.uv(), &request, nullptr, address.host.c_str(), port.c_str(), &hints);
  if (status != 0) {
    char text[128];
    return TransportError{
        Step::Resolve, 0,
        "resolve " + address.host + ": " + uv_strerror_r(status, text, sizeof text)};
  }
  const SocketAddress first(request.addrinfo->ai_addr, request.addrinfo->ai_addrlen);
  uv_freeaddrinfo(request.addrinfo);
  return first;
}

/// @return 0 or an errno value
int prepare(const Socket& socket, const SocketAddress& bound, const TcpAddress& address) {
  // A port whose connections are in TIME_WAIT can be listened on again.
  if (const int error = socket.setOption(SOL_SOCKET, SO_REUSEADDR, 1)) return error;
  if (address.portUse == PortUse::Shared) {
    if (const int error = socket.setOption(SOL_SOCKET, SO_REUSEPORT, 1)) return error;
  }
  socket.sendAtOnce();
  if (bound.family() == AF_INET6) {
    const int onlyIpv6 = address.ipVersions == IpVersions::Ipv6Only ? 1 : 0;
    if (const int error = socket.setOption(IPPROTO_IPV6, IPV6_V6ONLY, onlyIpv6)) return error;
  }
  return ::bind(socket.fd(), bound.data(), bound.size()) == 0 ? 0 : errno;
}

Result<ListenerPtr, TransportError> listenAt(loop::EventLoop& loop, const TcpAddress& address,
                                             AcceptHandler& handler) {
  auto bound = addressOf(loop, address);
  if (!bound) return bound.error();
  const std::string subject = bound->text();
  auto socket = Socket::make(bound->family());
  if (!socket) return makeError(Step::Listen, socket.error().value, subject);
  if (const int error = prepare(*socket, *bound, address)) {
    return makeError(Step::Listen, error, subject);
  }
  return start(loop, handler, std::move(*socket), std::nullopt, subject);
}

Result<ListenerPtr, TransportError> listenAt(loop::EventLoop& loop, const UnixAddress& address,
                                             AcceptHandler& handler) {
  const std::string subject = "unix:" + address.path;
  auto socket = Socket::make(AF_UNIX);
  if (!socket) return makeError(Step::Listen, socket.error().value, subject);
  auto file = UnixSocketFile::bind(*socket, address.path);
  if (!file) return makeError(Step::Listen, file.error().value, subject);
  return start(loop, handler, std::move(*socket), std::move(*file), subject);
}

}  // namespace

Result<TransportPtr, TransportError> adopt(loop::EventLoop& loop, int descriptor) {
  Socket socket(descriptor);
  sockaddr_storage peer{};
  socklen_t size = sizeof peer;
  if (::getpeername(descriptor, reinterpret_cast<sockaddr*>(&peer), &size) != 0) {
    return makeError(Step::Accept, errno, "adopt");
  }
  ::fcntl(descriptor, F_SETFD, FD_CLOEXEC);
  if (peer.ss_family != AF_UNIX) socket.sendAtOnce();
  auto transport = SocketTransport::adopt(loop, std::move(socket));
  if (!transport) return makeError(Step::Accept, transport.error().value, "adopt");
  return std::move(*transport);
}

Result<ListenerPtr, TransportError> listen(loop::EventLoop& loop, const ListenAddress& address,
                                           AcceptHandler& handler) {
  return std::visit([&](const auto& where) { return listenAt(loop, where, handler); }, address);
}

}  // namespace parley::transport
