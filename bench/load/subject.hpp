#pragma once

#include <cstdint>

#include <sys/types.h>

namespace bench {

/// What a process has used so far.
struct Usage {
  std::uint64_t cpuNanoseconds = 0;   ///< user and system, of all its threads
  std::uint64_t userNanoseconds = 0;  ///< as the kernel divides it: in ticks of 10 ms
  std::uint64_t loadNanoseconds = 0;  ///< CPU of this process, the load
  std::uint64_t wallNanoseconds = 0;
};

/// The process under test.
class Subject {
 public:
  explicit Subject(pid_t process) : process_(process) {}

  [[nodiscard]] Usage usage() const;
  /// Resident memory, bytes.
  [[nodiscard]] std::uint64_t residentBytes() const;

 private:
  pid_t process_;
};

}  // namespace bench
