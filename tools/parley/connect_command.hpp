#pragma once

#include "exit_code.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace parley::tool {

struct ConnectSettings {
  std::string url;
  std::vector<std::string> protocols;
  std::vector<std::string> headers;  ///< "Name: value"
  std::string origin;                ///< none if empty
  std::string unixPath;              ///< instead of the URL's host and port, if not empty
  std::optional<std::string> caFile;
  std::optional<std::string> crlFile;
  std::optional<std::string> certificateFile;
  std::optional<std::string> keyFile;
  std::vector<std::string> pins;
  bool insecure = false;
  std::optional<std::string> proxy;  ///< "" for none; unset: as the environment says
  std::vector<std::string> resolve;  ///< "HOST:PORT:ADDRESS[,ADDRESS...]"
  std::string cookieJar;             ///< a file, if not empty
  int maxRedirects = 0;
  bool binary = false;
  bool verbose = false;
  std::optional<int> closeCode;
  std::string closeReason;
  std::optional<int> pingSeconds;
  int timeoutSeconds = 10;
  int lingerMilliseconds = 500;
};

/// Talks to a server until the connection is closed.
[[nodiscard]] ExitCode connect(const ConnectSettings& settings);

}  // namespace parley::tool
