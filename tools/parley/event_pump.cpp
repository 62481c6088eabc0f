#include "event_pump.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <climits>
#include <csignal>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

namespace parley::tool {

namespace {

int signalPipe[2] = {-1, -1};

/// Only what is async-signal-safe: the number goes through a pipe into the poll loop.
void noteSignal(int signal) {
  const int saved = errno;
  const auto byte = static_cast<unsigned char>(signal);
  // A full pipe already holds enough to wake the loop.
  [[maybe_unused]] const ssize_t written = ::write(signalPipe[1], &byte, 1);
  errno = saved;
}

void openSignalPipe() {
  if (::pipe(signalPipe) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
  for (const int end : signalPipe) {
    ::fcntl(end, F_SETFL, O_NONBLOCK);
    ::fcntl(end, F_SETFD, FD_CLOEXEC);
  }
}

int timeoutOf(const Loop& loop) {
  const auto timeout = loop.timeout();
  if (!timeout) return -1;
  return static_cast<int>(std::clamp<std::chrono::milliseconds::rep>(timeout->count(), 0, INT_MAX));
}

}  // namespace

void EventPump::watch(int fd, std::function<bool()> isWanted, std::function<void()> onReadable) {
  watches_.push_back({fd, std::move(isWanted), std::move(onReadable)});
}

void EventPump::onSignals(const std::vector<int>& signals, std::function<void(int)> onSignal) {
  openSignalPipe();
  watch(
      signalPipe[0], [] { return true; },
      [onSignal = std::move(onSignal)] {
        unsigned char number = 0;
        while (::read(signalPipe[0], &number, 1) == 1) onSignal(number);
      });
  struct sigaction action {};
  action.sa_handler = noteSignal;
  action.sa_flags = SA_RESTART;
  for (const int signal : signals) ::sigaction(signal, &action, nullptr);
}

void EventPump::run() {
  while (!isStopped_) turn();
}

void EventPump::turn() {
  std::vector<pollfd> polled{{loop_.fd(), POLLIN, 0}};
  std::vector<const Watch*> wanted;
  for (const Watch& watch : watches_) {
    if (!watch.isWanted()) continue;
    polled.push_back({watch.fd, POLLIN, 0});
    wanted.push_back(&watch);
  }
  if (::poll(polled.data(), polled.size(), timeoutOf(loop_)) < 0) {
    if (errno == EINTR) return;
    throw std::system_error(errno, std::generic_category(), "poll");
  }
  loop_.poll();
  for (std::size_t i = 0; i < wanted.size() && !isStopped_; ++i) {
    // The loop's turn may have made it unwanted.
    if (polled[i + 1].revents != 0 && wanted[i]->isWanted()) wanted[i]->onReadable();
  }
}

}  // namespace parley::tool
