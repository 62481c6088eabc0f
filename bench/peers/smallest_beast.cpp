// The smallest client with Boost.Beast: says hello, prints the answer, closes. It blocks and has no
// TLS, which makes it smaller than what does the same as ours.

#include <iostream>
#include <string>

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/websocket.hpp>

int main(int argc, char** argv) {
  namespace asio = boost::asio;
  const std::string port = argc > 1 ? argv[1] : "9000";
  asio::io_context context;
  asio::ip::tcp::resolver resolver(context);
  boost::beast::websocket::stream<asio::ip::tcp::socket> socket(context);
  asio::connect(socket.next_layer(), resolver.resolve("localhost", port));
  socket.handshake("localhost:" + port, "/");
  socket.write(asio::buffer(std::string("hello")));
  boost::beast::flat_buffer buffer;
  socket.read(buffer);
  std::cout << boost::beast::make_printable(buffer.data()) << '\n';
  socket.close(boost::beast::websocket::close_code::normal);
}
