#pragma once

#include <cstdint>
#include <functional>

#include <sys/types.h>

namespace bench {

/// A server in a process of its own, pinned to a core, so that its CPU time is its own. It is
/// stopped by its process id when this object goes.
class MeasuredProcess {
 public:
  /// Forks; the child runs `serve(portPipe)`, which must write its port (two bytes, host order) to
  /// the pipe once it listens.
  MeasuredProcess(int core, const std::function<void(int portPipe)>& serve);
  MeasuredProcess(const MeasuredProcess&) = delete;
  MeasuredProcess& operator=(const MeasuredProcess&) = delete;
  ~MeasuredProcess();

  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  /// User and system time that the process has used, nanoseconds.
  [[nodiscard]] std::uint64_t cpuNanoseconds() const;

 private:
  pid_t process_;
  std::uint16_t port_ = 0;
};

/// Pins the calling process to a core; without effect on a machine that has only one.
void pinToCore(int core);

}  // namespace bench
