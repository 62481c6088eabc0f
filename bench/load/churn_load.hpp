#pragma once

#include "options.hpp"
#include "readiness.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace bench {

/// Connections that open, upgrade, have one message echoed and close, `connections` of them at a
/// time. To a raw server: the same bytes, as a message there and back each.
class ChurnLoad {
 public:
  explicit ChurnLoad(const LoadOptions& options);
  ChurnLoad(const ChurnLoad&) = delete;
  ChurnLoad& operator=(const ChurnLoad&) = delete;
  ~ChurnLoad();

  /// @return how many connections came to their end in `window`
  std::uint64_t run(std::chrono::milliseconds window);

 private:
  struct Connection;

  void open(Connection& connection);
  void receive(Connection& connection);
  void advance(Connection& connection);

  LoadOptions options_;
  std::string request_;
  std::string frame_;
  std::string echo_;
  std::string close_;
  std::uint64_t opened_ = 0;
  std::uint64_t ended_ = 0;
  Readiness readiness_;
  std::vector<std::unique_ptr<Connection>> connections_;
};

}  // namespace bench
