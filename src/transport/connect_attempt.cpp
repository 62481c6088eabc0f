#include "transport/connect_attempt.hpp"

#include "loop/event_loop.hpp"
#include "transport/system_error.hpp"

#include <cerrno>
#include <utility>

#include <uv.h>

namespace parley::transport {

/// Waits until a socket is writable. It owns itself from stop() on, until libuv has closed its
/// handle.
struct ConnectAttempt::Watch {
  /// @return nullptr and a libuv status if the descriptor can't be watched
  static std::pair<Watch*, int> start(loop::EventLoop& loop, int fd, ConnectAttempt& attempt) {
    auto* watch = new Watch{{}, attempt};
    if (const int status = uv_poll_init(&loop.uv(), &watch->poll, fd)) {
      delete watch;
      return {nullptr, status};
    }
    watch->poll.data = watch;
    uv_unref(reinterpret_cast<uv_handle_t*>(&watch->poll));
    uv_poll_start(&watch->poll, UV_WRITABLE, [](uv_poll_t* handle, int, int) {
      static_cast<Watch*>(handle->data)->attempt.onReady();
    });
    return {watch, 0};
  }
  void stop() noexcept {
    uv_close(reinterpret_cast<uv_handle_t*>(&poll),
             [](uv_handle_t* handle) { delete static_cast<Watch*>(handle->data); });
  }

  uv_poll_t poll;
  ConnectAttempt& attempt;
};

ConnectAttempt::~ConnectAttempt() {
  stopWatching();
}

void ConnectAttempt::stopWatching() noexcept {
  if (Watch* watch = std::exchange(watch_, nullptr)) watch->stop();
}

void ConnectAttempt::begin(ConnectingLimit limit) {
  if (limit == ConnectingLimit::None) return run(ConnectingSlot());
  if (auto slot = ConnectingSlots::ofProcess().take(SlotKey::of(address_), loop_, *this)) {
    return run(std::move(*slot));
  }
  state_ = State::InLine;
}

void ConnectAttempt::onSlot(ConnectingSlot slot) {
  run(std::move(slot));
  owner_.onAttemptMoved(*this);
}

void ConnectAttempt::run(ConnectingSlot slot) {
  slot_ = std::move(slot);
  runningSince_ = loop_.updateNow();
  state_ = State::Running;
  const auto failWith = [this](int systemError) {
    fail(makeError(TransportError::Step::Connect, systemError, address_.text()));
  };
  auto socket = Socket::make(address_.family());
  if (!socket) return failWith(socket.error().value);
  socket_ = std::move(*socket);
  // EINTR: the connection goes on being made, as with EINPROGRESS.
  if (::connect(socket_.fd(), address_.data(), address_.size()) != 0 && errno != EINPROGRESS &&
      errno != EINTR) {
    return failWith(errno);
  }
  const auto [watch, status] = Watch::start(loop_, socket_.fd(), *this);
  if (!watch) return failWith(-status);
  watch_ = watch;
}

void ConnectAttempt::onReady() {
  if (const int systemError = Socket::takeError(socket_.fd())) {
    fail(makeError(TransportError::Step::Connect, systemError, address_.text()));
  } else {
    stopWatching();
    slot_.markAnswered();
    state_ = State::Connected;
  }
  owner_.onAttemptMoved(*this);
}

void ConnectAttempt::fail(TransportError error) {
  leaveLine();
  stopWatching();
  socket_.close();
  slot_.release();
  error_ = std::move(error);
  state_ = State::Failed;
}

}  // namespace parley::transport
