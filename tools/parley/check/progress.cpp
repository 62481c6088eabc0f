#include "progress.hpp"

#include <cstdio>

#include <fmt/core.h>
#include <unistd.h>

namespace parley::tool::check {

namespace {

constexpr const char* kClearLine = "\r\x1b[K";

}  // namespace

Progress::Progress(std::size_t cases) : cases_(cases), isTerminal_(::isatty(STDOUT_FILENO) != 0) {}

void Progress::note(const Case& one, const Result& result) {
  ++done_;
  if (result.verdict == Verdict::Failed) ++failed_;
  if (isTerminal_) {
    fmt::print("{}{}/{}  {} failed  {:.50}", kClearLine, done_, cases_, failed_, one.id);
  } else if (result.verdict == Verdict::Failed) {
    fmt::print("failed: {}\n", one.id);
  } else {
    return;
  }
  std::fflush(stdout);
}

void Progress::clear() {
  if (isTerminal_) fmt::print("{}", kClearLine);
}

void Progress::restart() noexcept {
  done_ = 0;
  failed_ = 0;
}

}  // namespace parley::tool::check
