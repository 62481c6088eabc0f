// websocketpp under test, both ends. C++17: its headers are not C++20.

#include <algorithm>
#include <cstdio>
#include <set>
#include <string>
#include <string_view>

#include <websocketpp/client.hpp>
#include <websocketpp/concurrency/none.hpp>
#include <websocketpp/config/asio_no_tls.hpp>
#include <websocketpp/config/asio_no_tls_client.hpp>
#include <websocketpp/extensions/permessage_deflate/enabled.hpp>
#include <websocketpp/logger/stub.hpp>
#include <websocketpp/server.hpp>

namespace {

namespace lib = websocketpp;

/// One thread, so no locks.
template <typename Base>
struct Tuned : Base {
  using type = Tuned;
  using concurrency_type = lib::concurrency::none;
  using elog_type = lib::log::stub;
  using alog_type = lib::log::stub;
  static constexpr std::size_t max_message_size = std::size_t{1} << 26;
  struct transport_config : Base::transport_config {
    using concurrency_type = lib::concurrency::none;
    using elog_type = lib::log::stub;
    using alog_type = lib::log::stub;
    static constexpr bool enable_multithreading = false;
  };
  using transport_type = lib::transport::asio::endpoint<transport_config>;
};

struct Deflating : Tuned<lib::config::asio> {
  using type = Deflating;
  struct permessage_deflate_config {};
  using permessage_deflate_type =
      lib::extensions::permessage_deflate::enabled<permessage_deflate_config>;
};

using Client = lib::client<Tuned<lib::config::asio_client>>;
using Handles = std::set<lib::connection_hdl, std::owner_less<lib::connection_hdl>>;

template <typename Server>
void serve(std::string_view mode) {
  Server server;
  Handles all;
  server.init_asio();
  server.set_tcp_post_init_handler([&](lib::connection_hdl handle) {
    server.get_con_from_hdl(handle)->get_raw_socket().set_option(
        lib::lib::asio::ip::tcp::no_delay(true));
  });
  server.set_open_handler([&](lib::connection_hdl handle) { all.insert(handle); });
  server.set_close_handler([&](lib::connection_hdl handle) { all.erase(handle); });
  server.set_message_handler([&](lib::connection_hdl handle, typename Server::message_ptr message) {
    lib::lib::error_code error;
    if (mode != "broadcast") {
      server.send(handle, message->get_payload(), message->get_opcode(), error);
      return;
    }
    for (const auto& each : all) {
      server.send(each, message->get_payload(), message->get_opcode(), error);
    }
  });
  server.set_listen_backlog(4096);
  server.listen("127.0.0.1", "0");
  server.start_accept();
  lib::lib::asio::error_code error;
  std::printf("%u\n", static_cast<unsigned>(server.get_local_endpoint(error).port()));
  std::fflush(stdout);
  server.run();
}

class Subject {
 public:
  Subject(std::string role, std::string port, std::size_t bytes, bool isText)
      : role_(std::move(role)),
        opcode_(isText ? lib::frame::opcode::text : lib::frame::opcode::binary) {
    for (std::size_t i = 0; i < bytes; ++i) payload_ += static_cast<char>('a' + i * 7 % 26);
    client_.init_asio();
    client_.set_tcp_post_init_handler([this](lib::connection_hdl handle) {
      client_.get_con_from_hdl(handle)->get_raw_socket().set_option(
          lib::lib::asio::ip::tcp::no_delay(true));
    });
    client_.set_message_handler(
        [this](lib::connection_hdl handle, Client::message_ptr message) { take(handle, message); });
    client_.set_open_handler([this](lib::connection_hdl handle) {
      if (role_ == "send") sendAhead(handle);
    });
    lib::lib::error_code error;
    client_.connect(client_.get_connection("ws://127.0.0.1:" + port + "/", error));
    client_.run();
  }

 private:
  void take(lib::connection_hdl handle, Client::message_ptr message) {
    lib::lib::error_code error;
    if (role_ == "echo") {
      client_.send(handle, message->get_payload(), message->get_opcode(), error);
    } else if (message->get_payload().size() == 1) {
      client_.send(handle, std::to_string(count_), lib::frame::opcode::text, error);
    } else {
      ++count_;
    }
  }
  /// There is no event for room, so it looks again in every turn. More messages at a time are
  /// slower: what it gathers them in goes with the square of their number.
  void sendAhead(lib::connection_hdl handle) {
    const std::size_t kSendAhead = std::max<std::size_t>(payload_.size(), 4096);
    const auto connection = client_.get_con_from_hdl(handle);
    lib::lib::error_code error;
    while (!error && connection->get_buffered_amount() < kSendAhead) {
      client_.send(handle, payload_, opcode_, error);
    }
    if (!error)
      lib::lib::asio::post(client_.get_io_service(), [this, handle] { sendAhead(handle); });
  }

  std::string role_;
  lib::frame::opcode::value opcode_;
  std::string payload_;
  Client client_;
  std::uint64_t count_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  const auto argument = [&](int index, const char* otherwise) {
    return std::string(argc > index ? argv[index] : otherwise);
  };
  try {
    const std::string role = argument(1, "");
    if (role != "serve") {
      Subject(role, argument(2, "0"), std::stoul(argument(3, "64")), argument(4, "text") == "text");
    } else if (argument(2, "echo") == "deflate") {
      serve<lib::server<Deflating>>("deflate");
    } else {
      serve<lib::server<Tuned<lib::config::asio>>>(argument(2, "echo"));
    }
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
  return 0;
}
