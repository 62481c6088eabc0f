#pragma once

#include "exit_code.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace parley::tool {

struct ServeSettings {
  std::string host = "127.0.0.1";
  std::uint16_t port = 9000;
  std::string unixPath;        ///< instead of host and port, if not empty
  std::string tlsCertificate;  ///< with its chain; TLS if not empty
  std::string tlsKey;
  std::string tlsClientCa;  ///< clients need a certificate of it, if not empty
  bool broadcast = false;
  std::string directory;  ///< served over HTTP, if not empty
  std::vector<std::string> protocols;
  std::vector<std::string> origins;
  bool anyOrigin = false;
};

/// Serves until SIGINT or SIGTERM.
[[nodiscard]] ExitCode serve(const ServeSettings& settings);

}  // namespace parley::tool
