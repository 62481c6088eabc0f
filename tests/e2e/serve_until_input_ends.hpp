#pragma once

#include <parley/server.hpp>

#include <iostream>
#include <thread>

#include <unistd.h>

/// Listens on a free port, says which, and serves until the standard input ends, which it does when
/// the test is gone; then the exit code.
inline int serveUntilInputEnds(parley::Server& server) {
  if (auto failure = server.listen("127.0.0.1", 0)) {
    std::cerr << failure->message << '\n';
    return 1;
  }
  std::cout << server.port() << std::endl;
  std::thread([&loop = parley::Loop::current()] {
    char byte = 0;
    while (read(STDIN_FILENO, &byte, 1) > 0) {
    }
    loop.stop();
  }).detach();
  parley::run();
  return 0;
}
