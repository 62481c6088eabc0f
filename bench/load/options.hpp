#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include <sys/types.h>

namespace bench {

/// What the peer of the load speaks: the same bytes go to a raw end, without a handshake.
enum class Protocol : std::uint8_t { WebSocket, Raw };
/// What messages go over: TCP in the clear, or TLS over it.
enum class Security : std::uint8_t { Clear, Tls };
enum class Compression : std::uint8_t { Off, On };
enum class Payload : std::uint8_t { Text, Binary };

/// What the command line of the load says.
struct LoadOptions {
  std::string_view kind{};
  std::uint16_t port = 0;  ///< of the server under test
  pid_t process = 0;       ///< of the end under test; 0: it comes as a line on standard input
  Protocol protocol = Protocol::WebSocket;
  Security security = Security::Clear;
  Compression compression = Compression::Off;
  Payload payload = Payload::Text;
  std::size_t connections = 1;
  std::size_t depth = 1;  ///< messages in flight on each connection
  std::size_t bytes = 64;
  std::chrono::milliseconds warmUp{150};
  std::chrono::milliseconds window{500};
  std::chrono::milliseconds quiet{0};  ///< idle: to wait before the last look at the memory
};

/// Ends the program with the usage text if it makes no sense.
LoadOptions parseOptions(int argc, char** argv);

}  // namespace bench
