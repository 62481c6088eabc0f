#include "../load/frames.hpp"
#include "parley_end.hpp"

#include <parley/websocket.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace bench {
namespace {

constexpr std::uint64_t kSendAhead = std::uint64_t{1} << 20;
constexpr std::size_t kChurnedAtATime = 16;

const parley::Options& uncompressed() {
  static const parley::Options options{.compression = {.mode = parley::Compression::Mode::Off}};
  return options;
}

std::string_view textOf(const std::vector<std::byte>& payload) {
  return {reinterpret_cast<const char*>(payload.data()), payload.size()};
}

/// A loop of send() that stops when much is waiting, and goes on when nothing is any more.
class Sender {
 public:
  Sender(const std::string& url, std::size_t bytes, std::string_view kind)
      : payload_(pattern(bytes)),
        isText_(kind == "text"),
        socket_(url, parley::Protocols(), uncompressed()) {
    socket_.onopen = [this](const parley::Event&) { sendAhead(); };
    socket_.ondrain = [this](const parley::Event&) { sendAhead(); };
  }

 private:
  void sendAhead() {
    while (socket_.bufferedAmount() < kSendAhead) {
      if (isText_) {
        socket_.send(textOf(payload_));
      } else {
        socket_.send(payload_);
      }
    }
    // There is no `drain` when the network takes all of it at once.
    if (!isLookingAgain_) lookAgain();
  }

  void lookAgain() {
    isLookingAgain_ = true;
    parley::Loop::current().setTimeout([this] { goOnUnlessWaiting(); },
                                       std::chrono::milliseconds(1));
  }

  void goOnUnlessWaiting() {
    isLookingAgain_ = false;
    if (socket_.readyState() == parley::WebSocket::OPEN && socket_.bufferedAmount() == 0) {
      sendAhead();
    }
  }

  std::vector<std::byte> payload_;
  bool isText_;
  bool isLookingAgain_ = false;
  parley::WebSocket socket_;
};

/// One connection after the other.
class Churn {
 public:
  Churn(std::string url, std::size_t bytes) : url_(std::move(url)), payload_(pattern(bytes)) {
    options_.connectingLimit = parley::ConnectingLimit::None;
    connect();
  }

 private:
  void connect() {
    socket_ = std::make_unique<parley::WebSocket>(url_, parley::Protocols(), options_);
    socket_->onopen = [this](const parley::Event&) { socket_->send(textOf(payload_)); };
    socket_->onmessage = [this](const parley::MessageEvent&) { socket_->close(1000); };
    socket_->onclose = [this](const parley::CloseEvent&) { connect(); };
  }

  std::string url_;
  std::vector<std::byte> payload_;
  parley::Options options_ = uncompressed();
  std::unique_ptr<parley::WebSocket> socket_;
};

}  // namespace

void receiveFrom(const std::string& url) {
  parley::WebSocket socket(url, {}, uncompressed());
  socket.setBinaryType(parley::BinaryType::ArrayBuffer);
  std::uint64_t count = 0;
  socket.onmessage = [&](const parley::MessageEvent& event) {
    if (event.data().size() == 1) {
      socket.send(std::to_string(count));
    } else {
      ++count;
    }
  };
  parley::run();
}

void sendTo(const std::string& url, std::size_t bytes, std::string_view kind) {
  Sender sender(url, bytes, kind);
  parley::run();
}

void echoTo(const std::string& url) {
  parley::WebSocket socket(url, {}, uncompressed());
  socket.onmessage = [&](const parley::MessageEvent& event) {
    if (event.data().isText()) {
      socket.send(event.data().text());
    } else {
      socket.send(event.data().bytes());
    }
  };
  parley::run();
}

void churnAt(const std::string& url, std::size_t bytes) {
  std::vector<std::unique_ptr<Churn>> all;
  for (std::size_t i = 0; i < kChurnedAtATime; ++i) {
    all.push_back(std::make_unique<Churn>(url, bytes));
  }
  parley::run();
}

}  // namespace bench
