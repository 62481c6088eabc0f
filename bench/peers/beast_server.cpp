#include "beast_end.hpp"

#include <cstdio>
#include <deque>
#include <memory>
#include <optional>
#include <set>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/ssl.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>

namespace bench {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = beast::websocket;
using boost::beast::error_code;
using Tcp = asio::ip::tcp;
using Shared = std::shared_ptr<const std::string>;

template <typename Stream>
class Session;

struct Shape {
  bool deflates = false;
  bool broadcasts = false;
};

template <typename Stream>
class Session : public std::enable_shared_from_this<Session<Stream>> {
 public:
  using All = std::set<Session*>;

  template <typename... Arguments>
  Session(const Shape& shape, All& all, Arguments&&... arguments)
      : shape_(shape), all_(all), stream_(std::forward<Arguments>(arguments)...) {
    websocket::permessage_deflate deflate;
    deflate.server_enable = shape.deflates;
    stream_.set_option(deflate);
    stream_.read_message_max(std::size_t{1} << 26);
    stream_.auto_fragment(false);
    beast::get_lowest_layer(stream_).set_option(Tcp::no_delay(true));
  }
  ~Session() { all_.erase(this); }

  void start() {
    if constexpr (std::is_same_v<Stream, Tcp::socket>) {
      upgrade();
    } else {
      stream_.next_layer().async_handshake(asio::ssl::stream_base::server,
                                           [self = this->shared_from_this()](error_code error) {
                                             if (!error) self->upgrade();
                                           });
    }
  }
  void send(const Shared& message) {
    waiting_.push_back(message);
    if (waiting_.size() == 1) sendNext();
  }

 private:
  void upgrade() {
    stream_.async_accept([self = this->shared_from_this()](error_code error) {
      if (error) return;
      if (self->shape_.broadcasts) self->all_.insert(self.get());
      self->read();
    });
  }
  void read() {
    stream_.async_read(buffer_, [self = this->shared_from_this()](error_code error, std::size_t) {
      if (error) return;
      self->shape_.broadcasts ? self->broadcast() : self->echo();
    });
  }
  void echo() {
    stream_.text(stream_.got_text());
    stream_.async_write(buffer_.data(),
                        [self = this->shared_from_this()](error_code error, std::size_t) {
                          if (error) return;
                          self->buffer_.consume(self->buffer_.size());
                          self->read();
                        });
  }
  void broadcast() {
    const auto message = std::make_shared<const std::string>(
        static_cast<const char*>(buffer_.data().data()), buffer_.size());
    buffer_.consume(buffer_.size());
    for (Session* session : all_) session->send(message);
    read();
  }
  void sendNext() {
    stream_.text(true);
    stream_.async_write(asio::buffer(*waiting_.front()),
                        [self = this->shared_from_this()](error_code error, std::size_t) {
                          if (error) return;
                          self->waiting_.pop_front();
                          if (!self->waiting_.empty()) self->sendNext();
                        });
  }

  Shape shape_;
  All& all_;
  websocket::stream<Stream> stream_;
  beast::flat_buffer buffer_;
  std::deque<Shared> waiting_;
};

class Acceptor {
 public:
  Acceptor(asio::io_context& context, const Shape& shape, asio::ssl::context* tls)
      : shape_(shape), tls_(tls), acceptor_(context) {
    const Tcp::endpoint anywhere(asio::ip::make_address("127.0.0.1"), 0);
    acceptor_.open(anywhere.protocol());
    acceptor_.bind(anywhere);
    acceptor_.listen(4096);
    std::printf("%u\n", static_cast<unsigned>(acceptor_.local_endpoint().port()));
    std::fflush(stdout);
    next();
  }

 private:
  using PlainSession = Session<Tcp::socket>;
  using TlsSession = Session<beast::ssl_stream<Tcp::socket>>;

  void next() {
    acceptor_.async_accept([this](error_code error, Tcp::socket socket) {
      if (!error && tls_) {
        std::make_shared<TlsSession>(shape_, tlsSessions_, std::move(socket), *tls_)->start();
      } else if (!error) {
        std::make_shared<PlainSession>(shape_, sessions_, std::move(socket))->start();
      }
      next();
    });
  }

  Shape shape_;
  asio::ssl::context* tls_;
  Tcp::acceptor acceptor_;
  PlainSession::All sessions_;
  TlsSession::All tlsSessions_;
};

}  // namespace

void serveBeast(std::string_view mode, const std::string& identity) {
  asio::io_context context(1);
  asio::ssl::context tls(asio::ssl::context::tls_server);
  if (!identity.empty()) {
    tls.use_certificate_chain_file(identity);
    tls.use_private_key_file(identity, asio::ssl::context::pem);
  }
  const Acceptor acceptor(context,
                          {.deflates = mode == "deflate", .broadcasts = mode == "broadcast"},
                          identity.empty() ? nullptr : &tls);
  context.run();
}

}  // namespace bench
