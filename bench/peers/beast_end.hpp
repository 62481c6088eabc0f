#pragma once

#include "../load/frames.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace bench {

struct BeastClient {
  std::string role;
  std::string port;
  std::size_t bytes = 64;
  std::string kind;
};

/// @param identity a file with certificate and key; "": without TLS
void serveBeast(std::string_view mode, const std::string& identity);
void runAsynchronous(const BeastClient& client);
void runBlocking(const BeastClient& client);

}  // namespace bench
