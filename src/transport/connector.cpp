#include "transport/connector.hpp"

#include "loop/event_loop.hpp"
#include "transport/socket.hpp"
#include "transport/socket_address.hpp"
#include "transport/socket_transport.hpp"
#include "transport/system_error.hpp"

#include <cerrno>
#include <optional>
#include <utility>

#include <uv.h>

namespace parley::transport {

namespace {

using Step = TransportError::Step;

/// One connect() under way. It owns itself from cancel() or its end on, until libuv has closed its
/// handle.
class Attempt {
 public:
  using Done = void (*)(void* owner, int systemError);

  /// @return an errno value if it can't even begin; then nothing follows
  static Result<Attempt*, Socket::Error> start(loop::EventLoop& loop, const SocketAddress& address,
                                               Done done, void* owner);

  /// Gives it up; `done` is not called.
  void cancel() noexcept {
    uv_close(reinterpret_cast<uv_handle_t*>(&poll_),
             [](uv_handle_t* handle) { delete static_cast<Attempt*>(handle->data); });
    socket_.close();
  }
  /// Gives it up except for its socket.
  Socket takeSocket() noexcept {
    Socket taken = std::move(socket_);
    cancel();
    return taken;
  }

 private:
  Attempt(Socket socket, Done done, void* owner) noexcept
      : socket_(std::move(socket)), done_(done), owner_(owner) {}

  uv_poll_t poll_{};
  Socket socket_;
  Done done_;
  void* owner_;
};

Result<Attempt*, Socket::Error> Attempt::start(loop::EventLoop& loop, const SocketAddress& address,
                                               Done done, void* owner) {
  auto socket = Socket::make(address.family());
  if (!socket) return socket.error();
  // EINTR: the connection goes on being made, as with EINPROGRESS.
  if (::connect(socket->fd(), address.data(), address.size()) != 0 && errno != EINPROGRESS &&
      errno != EINTR) {
    return Socket::Error{errno};
  }
  auto* attempt = new Attempt(std::move(*socket), done, owner);
  if (const int status = uv_poll_init(&loop.uv(), &attempt->poll_, attempt->socket_.fd())) {
    delete attempt;
    return Socket::Error{-status};
  }
  attempt->poll_.data = attempt;
  uv_unref(reinterpret_cast<uv_handle_t*>(&attempt->poll_));
  uv_poll_start(&attempt->poll_, UV_WRITABLE, [](uv_poll_t* poll, int, int) {
    auto* self = static_cast<Attempt*>(poll->data);
    self->done_(self->owner_, Socket::takeError(self->socket_.fd()));
  });
  return attempt;
}

/// A name being resolved off the loop's thread. It owns itself: a running look-up can't be
/// recalled.
class Resolution {
 public:
  using Done = void (*)(void* owner, int status, const addrinfo* addresses);

  /// @return nullptr if it can't begin
  static Resolution* start(loop::EventLoop& loop, const TcpTarget& target, Done done, void* owner) {
    auto* self = new Resolution(done, owner);
    self->request_.data = self;
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    const std::string port = std::to_string(target.port);
    const int status = uv_getaddrinfo(&loop.uv(), &self->request_, onResolved, target.host.c_str(),
                                      port.c_str(), &hints);
    if (status == 0) return self;
    delete self;
    return nullptr;
  }
  void cancel() noexcept {
    owner_ = nullptr;
    uv_cancel(reinterpret_cast<uv_req_t*>(&request_));  // helps only if no thread has taken it up
  }

 private:
  Resolution(Done done, void* owner) noexcept : done_(done), owner_(owner) {}

  static void onResolved(uv_getaddrinfo_t* request, int status, addrinfo* addresses) {
    auto* self = static_cast<Resolution*>(request->data);
    if (self->owner_) self->done_(self->owner_, status, addresses);
    uv_freeaddrinfo(addresses);
    delete self;
  }

  uv_getaddrinfo_t request_{};
  Done done_;
  void* owner_;
};

class AddressConnector final : public Connector, private loop::Flushable {
 public:
  AddressConnector(loop::EventLoop& loop, ConnectTarget target, ConnectListener& listener)
      : loop_(loop), listener_(listener), target_(std::move(target)), untilReleased_(loop) {
    loop.requestFlush(
        *this);  // begins with the loop, so that no outcome is told from within connect()
  }

 private:
  ~AddressConnector() override { cancel(); }
  void release() noexcept override { delete this; }
  void onFlush() override;

  void begin(const TcpTarget& target);
  void begin(const UnixTarget& target);
  void resolved(int status, const addrinfo* addresses);
  void tryNext();
  void tried(int systemError);
  void failed(TransportError error);
  void cancel() noexcept;

  loop::EventLoop& loop_;
  ConnectListener& listener_;
  ConnectTarget target_;
  loop::KeepAlive untilReleased_;
  Resolution* resolution_ = nullptr;
  Attempt* attempt_ = nullptr;
  std::vector<SocketAddress> addresses_;
  std::size_t next_ = 0;
  std::vector<TriedAddress> tried_;
};

void AddressConnector::onFlush() {
  std::visit([this](const auto& target) { begin(target); }, target_);
}

void AddressConnector::begin(const TcpTarget& target) {
  if (auto address = SocketAddress::parse(target.host, target.port)) {
    addresses_.push_back(*address);
    tryNext();
    return;
  }
  resolution_ = Resolution::start(
      loop_, target,
      [](void* owner, int status, const addrinfo* addresses) {
        static_cast<AddressConnector*>(owner)->resolved(status, addresses);
      },
      this);
  // It only can't begin if the name is not one: empty, or longer than 255 bytes, or not an IDNA
  // name.
  if (!resolution_) failed({Step::Resolve, 0, "resolve " + target.host + ": not a host name"});
}

void AddressConnector::begin(const UnixTarget& target) {
  auto address = SocketAddress::unixPath(target.path);
  if (!address) {
    failed(makeError(Step::Connect, target.path.empty() ? ENOENT : ENAMETOOLONG,
                     "unix:" + target.path));
    return;
  }
  addresses_.push_back(*address);
  tryNext();
}

void AddressConnector::resolved(int status, const addrinfo* addresses) {
  resolution_ = nullptr;
  if (status != 0) {
    char text[128];
    failed({Step::Resolve, 0,
            "resolve " + std::get<TcpTarget>(target_).host + ": " +
                uv_strerror_r(status, text, sizeof text)});
    return;
  }
  for (const addrinfo* entry = addresses; entry; entry = entry->ai_next) {
    if (entry->ai_family != AF_INET && entry->ai_family != AF_INET6) continue;
    addresses_.emplace_back(entry->ai_addr, entry->ai_addrlen);
  }
  tryNext();
}

void AddressConnector::tryNext() {
  while (next_ < addresses_.size()) {
    auto attempt = Attempt::start(
        loop_, addresses_[next_],
        [](void* owner, int error) { static_cast<AddressConnector*>(owner)->tried(error); }, this);
    if (attempt) {
      attempt_ = *attempt;
      return;
    }
    const std::string address = addresses_[next_++].text();
    tried_.push_back({address, makeError(Step::Connect, attempt.error().value, address)});
  }
  failed(tried_.empty() ? TransportError{Step::Resolve, 0, "the name has no address"}
                        : tried_.back().error);
}

void AddressConnector::tried(int systemError) {
  Socket socket = std::exchange(attempt_, nullptr)->takeSocket();
  const SocketAddress& address = addresses_[next_++];
  if (systemError == 0) {
    if (TransportPtr transport = SocketTransport::adopt(loop_, std::move(socket))) {
      listener_.onConnected(std::move(transport));
      return;
    }
    systemError = ENOMEM;
  }
  tried_.push_back({address.text(), makeError(Step::Connect, systemError, address.text())});
  socket.close();
  tryNext();
}

void AddressConnector::failed(TransportError error) {
  const ConnectFailure failure{std::move(error), std::move(tried_)};
  listener_.onConnectFailed(failure);
}

void AddressConnector::cancel() noexcept {
  if (resolution_) std::exchange(resolution_, nullptr)->cancel();
  if (attempt_) std::exchange(attempt_, nullptr)->cancel();
}

}  // namespace

ConnectorPtr connect(loop::EventLoop& loop, ConnectTarget target, ConnectListener& listener) {
  return ConnectorPtr(new AddressConnector(loop, std::move(target), listener));
}

}  // namespace parley::transport
