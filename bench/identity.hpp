#pragma once

#include <string>

namespace bench {

/// A self-signed certificate of P-256 and its key, in a file that goes with this object.
class Identity {
 public:
  Identity();
  Identity(const Identity&) = delete;
  Identity& operator=(const Identity&) = delete;
  ~Identity();

  /// Both, in PEM.
  [[nodiscard]] const std::string& file() const noexcept { return file_; }

 private:
  std::string file_ = "/tmp/parley-bench-XXXXXX";
};

}  // namespace bench
