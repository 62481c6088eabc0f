#pragma once

#include "bytes/utf8_reference.hpp"

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace parley::tests {

/// The bytes at which some rule of UTF-8 changes its mind.
inline const std::vector<unsigned char>& edgeBytes() {
  static const std::vector<unsigned char> bytes = {0x00, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF,
                                                   0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xEC, 0xED,
                                                   0xEE, 0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xFF};
  return bytes;
}

/// Random texts, always the same ones: runs of one script, then up to two bytes damaged.
class TextGenerator {
 public:
  explicit TextGenerator(unsigned seed) : random_(seed) {}

  std::size_t below(std::size_t limit) { return random_() % limit; }

  std::string valid(std::size_t aboutSize) {
    std::string text;
    while (text.size() < aboutSize) {
      const std::size_t script = below(5);
      const std::size_t run = script == 0 ? below(40) : below(6);
      for (std::size_t i = 0; i < run && text.size() < aboutSize; ++i) text += letter(script);
    }
    return text;
  }

  std::string damaged(std::size_t aboutSize) {
    std::string text = valid(aboutSize);
    for (std::size_t wounds = below(3); wounds > 0 && !text.empty(); --wounds) wound(text);
    return text;
  }

 private:
  std::string letter(std::size_t script) {
    static constexpr std::uint32_t kFirst[] = {0x20, 0x80, 0x800, 0xE000, 0x10000};
    static constexpr std::uint32_t kCount[] = {0x5F, 0x780, 0xD000, 0x2000, 0x100000};
    return Utf8Reference::encode(kFirst[script] +
                                 static_cast<std::uint32_t>(below(kCount[script])));
  }

  void wound(std::string& text) {
    const std::size_t at = below(text.size());
    switch (below(4)) {
      case 0:
        text[at] = static_cast<char>(below(256));
        break;
      case 1:
        text[at] = static_cast<char>(edgeBytes()[below(edgeBytes().size())]);
        break;
      case 2:
        text.erase(at, 1);
        break;
      default:
        text.resize(at);
        break;
    }
  }

  std::mt19937 random_;
};

}  // namespace parley::tests
