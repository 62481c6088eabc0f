#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace parley::fuzz {

/// Makes new inputs of those that are there, the same ones on every machine.
class Mutator {
 public:
  explicit Mutator(std::uint64_t seed) noexcept : state_(seed) {}

  /// One of `seeds`, which are not none, with one to four changes.
  [[nodiscard]] std::string next(const std::vector<std::string>& seeds) {
    std::string input = seeds[below(seeds.size())];
    for (std::size_t changes = 1 + below(4); changes > 0; --changes) change(input, seeds);
    return input;
  }

 private:
  // SplitMix64.
  std::uint64_t random() noexcept {
    state_ += 0x9e37'79b9'7f4a'7c15U;
    std::uint64_t value = state_;
    value = (value ^ (value >> 30U)) * 0xbf58'476d'1ce4'e5b9U;
    value = (value ^ (value >> 27U)) * 0x94d0'49bb'1331'11ebU;
    return value ^ (value >> 31U);
  }
  std::size_t below(std::size_t limit) noexcept {
    return static_cast<std::size_t>(random() % limit);
  }

  void change(std::string& input, const std::vector<std::string>& seeds) {
    const std::size_t at = below(input.size() + 1);
    switch (below(6)) {
      case 0:
        if (at < input.size()) input[at] = static_cast<char>(input[at] ^ 1 << below(8));
        break;
      case 1:
        if (at < input.size()) input[at] = static_cast<char>(random());
        break;
      case 2:
        input.insert(at, 1 + below(3), static_cast<char>(random()));
        break;
      case 3:
        input.erase(at, 1 + below(8));
        break;
      case 4:
        input.insert(at, part(input));
        break;
      default:
        input.insert(at, part(seeds[below(seeds.size())]));
        break;
    }
    input.resize(std::min(input.size(), kMostBytes));
  }

  std::string part(const std::string& of) {
    const std::size_t at = below(of.size() + 1);
    return of.substr(at, 1 + below(40));
  }

  static constexpr std::size_t kMostBytes = 2000;

  std::uint64_t state_;
};

}  // namespace parley::fuzz
