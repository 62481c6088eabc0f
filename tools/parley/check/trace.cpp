#include "trace.hpp"

#include "readable_text.hpp"

#include <fmt/core.h>

namespace parley::tool::check {

namespace {

constexpr std::size_t kFirst = 30;
constexpr std::size_t kLast = 15;

}  // namespace

void Trace::add(std::string_view mark, std::string_view line) {
  const auto time = std::chrono::duration_cast<std::chrono::milliseconds>(now_ - start_).count();
  std::string text = fmt::format("{:5} ms {}{}", time, mark, harmless(line));
  if (first_.size() < kFirst) {
    first_.push_back(std::move(text));
    return;
  }
  last_.push_back(std::move(text));
  if (last_.size() <= kLast) return;
  last_.pop_front();
  ++left_;
}

std::vector<std::string> Trace::lines() const {
  std::vector<std::string> all = first_;
  if (left_ > 0) all.push_back(fmt::format("         ({} lines left out)", left_));
  all.insert(all.end(), last_.begin(), last_.end());
  return all;
}

}  // namespace parley::tool::check
