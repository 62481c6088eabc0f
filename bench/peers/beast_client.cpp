#include "beast_end.hpp"

#include <memory>

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/websocket.hpp>

namespace bench {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = beast::websocket;
using boost::beast::error_code;
using Tcp = asio::ip::tcp;

constexpr int kChurnedAtATime = 16;

void tune(websocket::stream<Tcp::socket>& stream, bool isText) {
  stream.next_layer().set_option(Tcp::no_delay(true));
  stream.read_message_max(std::size_t{1} << 26);
  stream.auto_fragment(false);
  stream.text(isText);
}

class Client : public std::enable_shared_from_this<Client> {
 public:
  Client(asio::io_context& context, const BeastClient& what)
      : what_(what), payload_(pattern(what.bytes)), stream_(context) {}

  void start() {
    const Tcp::endpoint server(asio::ip::make_address("127.0.0.1"),
                               static_cast<unsigned short>(std::stoi(what_.port)));
    stream_.next_layer().async_connect(server, [self = shared_from_this()](error_code error) {
      if (!error) self->upgrade();
    });
  }

 private:
  void upgrade() {
    tune(stream_, what_.kind == "text");
    stream_.async_handshake(
        "127.0.0.1:" + what_.port, "/", [self = shared_from_this()](error_code error) {
          if (error) return;
          const bool sends = self->what_.role == "send" || self->what_.role == "churn";
          sends ? self->send() : self->read();
        });
  }
  void send() {
    stream_.async_write(asio::buffer(payload_),
                        [self = shared_from_this()](error_code error, std::size_t) {
                          if (error) return;
                          self->what_.role == "send" ? self->send() : self->read();
                        });
  }
  void read() {
    stream_.async_read(buffer_, [self = shared_from_this()](error_code error, std::size_t) {
      if (!error) self->take();
    });
  }
  void take() {
    if (what_.role == "churn") return close();
    if (what_.role == "receive" && buffer_.size() != 1) {
      ++count_;
      buffer_.consume(buffer_.size());
      return read();
    }
    if (what_.role == "receive") {
      buffer_.consume(buffer_.size());
      beast::ostream(buffer_) << count_;
    }
    stream_.text(stream_.got_text());
    stream_.async_write(buffer_.data(), [self = shared_from_this()](error_code error, std::size_t) {
      if (error) return;
      self->buffer_.consume(self->buffer_.size());
      self->read();
    });
  }
  void close() {
    stream_.async_close(websocket::close_code::normal, [self = shared_from_this()](error_code) {
      auto& context = static_cast<asio::io_context&>(
          self->stream_.get_executor().target<asio::io_context::executor_type>()->context());
      std::make_shared<Client>(context, self->what_)->start();
    });
  }

  BeastClient what_;
  std::vector<std::byte> payload_;
  websocket::stream<Tcp::socket> stream_;
  beast::flat_buffer buffer_;
  std::uint64_t count_ = 0;
};

}  // namespace

void runAsynchronous(const BeastClient& client) {
  asio::io_context context(1);
  for (int i = 0; i < (client.role == "churn" ? kChurnedAtATime : 1); ++i) {
    std::make_shared<Client>(context, client)->start();
  }
  context.run();
}

void runBlocking(const BeastClient& client) {
  asio::io_context context(1);
  websocket::stream<Tcp::socket> stream(context);
  stream.next_layer().connect(
      {asio::ip::make_address("127.0.0.1"), static_cast<unsigned short>(std::stoi(client.port))});
  tune(stream, client.kind == "text");
  stream.handshake("127.0.0.1:" + client.port, "/");
  const auto payload = pattern(client.bytes);
  while (client.role == "send") stream.write(asio::buffer(payload));
  beast::flat_buffer buffer;
  for (std::uint64_t count = 0;; ++count) {
    stream.read(buffer);
    const bool isAsked = client.role == "receive" && buffer.size() == 1;
    if (isAsked) {
      buffer.consume(buffer.size());
      beast::ostream(buffer) << count--;
    }
    stream.text(stream.got_text());
    if (isAsked || client.role == "echo") stream.write(buffer.data());
    buffer.consume(buffer.size());
  }
}

}  // namespace bench
