#include "measured_process.hpp"

#include <cstdio>
#include <cstdlib>

#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

namespace bench {

void pinToCore(int core) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(core, &set);
  sched_setaffinity(0, sizeof set, &set);
}

MeasuredProcess::MeasuredProcess(int core, const std::function<void(int)>& serve) {
  int pipeEnds[2];
  if (pipe(pipeEnds) != 0) std::abort();
  process_ = fork();
  if (process_ < 0) std::abort();
  if (process_ == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    close(pipeEnds[0]);
    pinToCore(core);
    serve(pipeEnds[1]);
    std::_Exit(1);
  }
  close(pipeEnds[1]);
  if (read(pipeEnds[0], &port_, sizeof port_) != sizeof port_) {
    std::fprintf(stderr, "bench_echo: the server did not start\n");
    std::exit(1);
  }
  close(pipeEnds[0]);
}

MeasuredProcess::~MeasuredProcess() {
  kill(process_, SIGKILL);
  waitpid(process_, nullptr, 0);
}

std::uint64_t MeasuredProcess::cpuNanoseconds() const {
  clockid_t clock;
  timespec time{};
  if (clock_getcpuclockid(process_, &clock) != 0 || clock_gettime(clock, &time) != 0) return 0;
  return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000U +
         static_cast<std::uint64_t>(time.tv_nsec);
}

}  // namespace bench
