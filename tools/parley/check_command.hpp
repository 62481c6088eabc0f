#pragma once

#include "exit_code.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace parley::tool {

struct CheckSettings {
  std::string url;                         ///< of the server to check, or
  std::optional<std::uint16_t> servePort;  ///< where clients to check come to; 0: any free one
  std::string host = "127.0.0.1";          ///< to listen on
  std::vector<std::string> wanted;         ///< globs over case ids; empty: all
  std::vector<std::string> skipped;
  bool list = false;
  bool stay = false;  ///< go on serving when a client has asked for its reports
  std::string jsonPath;
  std::string htmlPath;
  double timeoutSeconds = 5;
  int parallel = 8;
};

/// Runs the conformance cases against a server, or serves them to clients.
[[nodiscard]] ExitCode checkPeer(const CheckSettings& settings);

}  // namespace parley::tool
