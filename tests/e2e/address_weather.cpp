// Connects to a host that has one good address among dead ones, and says how long it took.
//   address_weather CLIENTS GOOD [DEAD...]
// Listens on GOOD itself, then lets CLIENTS connectors at once try DEAD... and GOOD, in this order
// within each family. Each prints "connected ADDRESS MILLISECONDS" or "failed MESSAGE", then a line
// "tried ADDRESS" for each address that came to nothing.

#include "loop/event_loop.hpp"
#include "transport/connector.hpp"
#include "transport/listener.hpp"

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <list>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace parley;
using std::chrono::steady_clock;

class Acceptor final : public transport::AcceptHandler {
  void onAccepted(transport::TransportPtr transport) override {
    accepted_.push_back(std::move(transport));
  }
  void onAcceptPaused(const transport::TransportError&) override {}

  std::vector<transport::TransportPtr> accepted_;
};

/// `left` counts the clients that have no outcome yet; the last one stops the loop.
class Client final : public transport::ConnectListener {
 public:
  Client(loop::EventLoop& loop, const transport::ConnectOptions& options, int& left)
      : loop_(loop),
        left_(left),
        start_(steady_clock::now()),
        connector_(
            transport::connect(loop, transport::TcpTarget{"weather.test", 443}, *this, options)) {}

 private:
  void onConnected(transport::TransportPtr transport, transport::ConnectingSlot) override {
    const auto time = steady_clock::now() - start_;
    std::cout << "connected " << transport->description() << ' '
              << std::chrono::duration_cast<std::chrono::milliseconds>(time).count() << std::endl;
    end();
  }
  void onConnectFailed(const transport::ConnectFailure& failure) override {
    std::cout << "failed " << failure.error.message << std::endl;
    for (const auto& tried : failure.tried) std::cout << "tried " << tried.address << std::endl;
    end();
  }

  void end() {
    connector_.reset();
    if (--left_ == 0) loop_.stop();
  }

  loop::EventLoop& loop_;
  int& left_;
  steady_clock::time_point start_;
  transport::ConnectorPtr connector_;
};

int run(loop::EventLoop& loop, int clientCount, const std::vector<std::string>& hosts) {
  Acceptor acceptor;
  auto listener = transport::listen(loop, transport::TcpAddress{.host = hosts.back()}, acceptor);
  if (!listener) {
    std::cerr << listener.error().message << std::endl;
    return 1;
  }
  transport::ResolveOverride entry{.host = "weather.test", .port = 443};
  for (const std::string& host : hosts) {
    const auto address = transport::SocketAddress::parse(host, (*listener)->port());
    if (!address) return 2;
    entry.addresses.push_back(*address);
  }
  transport::ConnectOptions options;
  options.resolveOverrides.push_back(std::move(entry));
  int left = clientCount;
  std::list<Client> clients;
  for (int i = 0; i < clientCount; ++i) clients.emplace_back(loop, options, left);
  loop.run();
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  std::vector<std::string> hosts(argv + 3, argv + argc);
  hosts.emplace_back(argv[2]);
  loop::EventLoop& loop = loop::EventLoop::create();
  const int status = run(loop, std::atoi(argv[1]), hosts);
  loop.shutDown();
  loop.release();
  return status;
}
