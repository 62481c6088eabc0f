#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace parley::tool {

/// Lines of a descriptor that is no terminal.
class InputLines {
 public:
  enum class Status { More, End };

  explicit InputLines(int fd) noexcept : fd_(fd) {}

  /// Reads once (call it when readable) and hands over each whole line without its "\n"; at the end
  /// of input also a last line without one. A read error is an end.
  Status read(const std::function<void(std::string_view)>& onLine);

 private:
  int fd_;
  std::string pending_;  // the beginning of a line
};

}  // namespace parley::tool
