// Boost.Beast as a client of `parley check --serve`. usage: beast_client URL

#include <functional>
#include <iostream>
#include <string>

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/websocket.hpp>

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = beast::websocket;
using asio::ip::tcp;

namespace {

using Stream = websocket::stream<tcp::socket>;
using OnMessage = std::function<void(Stream&, beast::flat_buffer&, beast::error_code&)>;

/// Opens the path, hands over every message, ends when the connection is closed.
void visit(const std::string& host, const std::string& port, const std::string& path,
           const OnMessage& onMessage) {
  asio::io_context context;
  beast::error_code error;
  Stream stream(context);
  asio::connect(stream.next_layer(), tcp::resolver(context).resolve(host, port), error);
  stream.next_layer().set_option(tcp::no_delay(true), error);
  websocket::permessage_deflate deflate;
  deflate.client_enable = true;
  stream.set_option(deflate);
  stream.read_message_max(std::size_t{128} << 20);
  stream.handshake(host + ":" + port, path, error);
  while (!error) {
    beast::flat_buffer message;
    stream.read(message, error);
    if (!error) onMessage(stream, message, error);
  }
}

void echo(Stream& stream, beast::flat_buffer& message, beast::error_code& error) {
  stream.text(stream.got_text());
  stream.write(message.data(), error);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  std::string rest = std::string(argv[1]).substr(5);  // behind ws://
  rest = rest.substr(0, rest.find('/'));
  const std::string host = rest.substr(0, rest.find(':'));
  const std::string port = rest.substr(rest.find(':') + 1);
  int count = 0;
  visit(host, port, "/getCaseCount", [&](Stream&, beast::flat_buffer& message, beast::error_code&) {
    count = std::stoi(beast::buffers_to_string(message.data()));
  });
  for (int number = 1; number <= count; ++number) {
    visit(host, port, "/runCase?case=" + std::to_string(number) + "&agent=Beast", echo);
  }
  visit(host, port, "/updateReports?agent=Beast", echo);
}
