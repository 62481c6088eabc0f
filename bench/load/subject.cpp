#include "subject.hpp"

#include <cstdio>
#include <fstream>
#include <sstream>
#include <string>

#include <time.h>
#include <unistd.h>

namespace bench {
namespace {

std::uint64_t nanoseconds(clockid_t clock) {
  timespec now{};
  if (clock_gettime(clock, &now) != 0) return 0;
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000U +
         static_cast<std::uint64_t>(now.tv_nsec);
}

std::uint64_t userTicks(pid_t process) {
  std::ifstream file("/proc/" + std::to_string(process) + "/stat");
  std::string text;
  std::getline(file, text);
  const std::size_t nameEnd = text.rfind(')');
  if (nameEnd == std::string::npos) return 0;
  std::istringstream fields(text.substr(nameEnd + 1));
  std::string skipped;
  for (int i = 0; i < 11; ++i) fields >> skipped;  // from the state to cmajflt
  std::uint64_t ticks = 0;
  fields >> ticks;
  return ticks;
}

}  // namespace

Usage Subject::usage() const {
  Usage usage;
  clockid_t clock{};
  if (clock_getcpuclockid(process_, &clock) == 0) usage.cpuNanoseconds = nanoseconds(clock);
  const auto ticksPerSecond = static_cast<std::uint64_t>(sysconf(_SC_CLK_TCK));
  usage.userNanoseconds = userTicks(process_) * 1'000'000'000U / ticksPerSecond;
  usage.loadNanoseconds = nanoseconds(CLOCK_PROCESS_CPUTIME_ID);
  usage.wallNanoseconds = nanoseconds(CLOCK_MONOTONIC);
  return usage;
}

std::uint64_t Subject::residentBytes() const {
  std::ifstream file("/proc/" + std::to_string(process_) + "/statm");
  std::uint64_t all = 0;
  std::uint64_t resident = 0;
  file >> all >> resident;
  return resident * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

}  // namespace bench
