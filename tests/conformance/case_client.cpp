// Parley's client as the suite wants it: runs all cases of `parley check --serve`, one by one.
// usage: case_client URL

#include <parley/websocket.hpp>

#include <chrono>
#include <iostream>
#include <string>

namespace {

/// Longer than the suite's, so that it is the suite that loses its patience.
constexpr std::chrono::seconds kPatience{60};

parley::Options patientOptions() {
  parley::Options options;
  options.blockedPorts = parley::BlockedPorts::Allow;  // the port is whatever was free
  options.handshakeTimeout = kPatience;
  options.closeTimeout = kPatience;
  options.pingAfter.reset();
  return options;
}

void sendBack(const parley::MessageEvent& event) {
  parley::WebSocket socket = event.target();
  const parley::MessageData& data = event.data();
  if (data.isText()) {
    socket.send(data.text());
  } else {
    socket.send(data.bytes());
  }
}

/// Opens `url`, hands over every message, ends when the connection is closed.
void visit(const std::string& url,
           const std::function<void(const parley::MessageEvent&)>& onMessage) {
  parley::WebSocket socket(url, {}, patientOptions());
  socket.setBinaryType(parley::BinaryType::ArrayBuffer);
  socket.onmessage = onMessage;
  parley::run();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  std::string base = argv[1];
  if (base.ends_with('/')) base.pop_back();
  int count = 0;
  visit(base + "/getCaseCount", [&count](const parley::MessageEvent& event) {
    count = std::stoi(std::string(event.data().text()));
  });
  for (int number = 1; number <= count; ++number) {
    visit(base + "/runCase?case=" + std::to_string(number) + "&agent=parley", sendBack);
  }
  visit(base + "/updateReports?agent=parley", [](const parley::MessageEvent&) {});
  if (count == 0) std::cerr << "case_client: no cases at " << argv[1] << '\n';
  return count == 0 ? 1 : 0;
}
