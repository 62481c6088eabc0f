// Boost.Beast as an echo server, one thread per connection. Prints its address and serves until it
// is killed.

#include <iostream>
#include <thread>

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/websocket.hpp>

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = beast::websocket;
using asio::ip::tcp;

namespace {

void serve(tcp::socket socket) {
  beast::error_code error;
  socket.set_option(tcp::no_delay(true), error);
  websocket::stream<tcp::socket> stream(std::move(socket));
  websocket::permessage_deflate deflate;
  deflate.server_enable = true;
  stream.set_option(deflate);
  stream.read_message_max(std::size_t{128} << 20);
  stream.accept(error);
  while (!error) {
    beast::flat_buffer message;
    stream.read(message, error);
    if (error) return;
    stream.text(stream.got_text());
    stream.write(message.data(), error);
  }
}

}  // namespace

int main() {
  asio::io_context context;
  tcp::acceptor acceptor(context, {asio::ip::make_address("127.0.0.1"), 0});
  std::cout << "listening on ws://127.0.0.1:" << acceptor.local_endpoint().port() << '/'
            << std::endl;
  for (;;) std::thread(serve, acceptor.accept()).detach();
}
