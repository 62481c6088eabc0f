#include "json_messages.hpp"

#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <random>
#include <string_view>

namespace bench {
namespace {

class Writer {
 public:
  explicit Writer(std::uint64_t seed) : random_(seed) {}

  std::string message(std::size_t bytes) {
    if (bytes < 300) return record(bytes);
    std::string text = R"({"cursor":")" + hex(16) + R"(","items":[)";
    while (text.size() + 120 < bytes) text += record(80 + below(180)) + ",";
    return text + R"(],"more":)" + (below(2) != 0 ? "true}" : "false}");
  }

 private:
  std::size_t below(std::size_t sides) { return random_() % sides; }

  std::string hex(std::size_t digits) {
    std::string text;
    while (text.size() < digits) text += "0123456789abcdef"[below(16)];
    return text;
  }

  /// A word of a vocabulary in which some are frequent and most are rare.
  std::string word() {
    static constexpr std::array<std::string_view, 20> kSyllables{
        "re", "con", "ti", "on", "al", "der", "man", "ver", "sta", "lo",
        "pe", "mi",  "ka", "us", "en", "gra", "bel", "qui", "dor", "un"};
    std::size_t number = 0;
    while (number < 3000 && below(7) != 0) number = number * 2 + 1 + below(3);
    std::string text;
    do {
      text += kSyllables[number % kSyllables.size()];
      number /= kSyllables.size();
    } while (number != 0);
    return text;
  }

  std::string number(double least, double most) {
    std::array<char, 32> text{};
    const double share = static_cast<double>(random_() >> 11U) / 9007199254740992.0;
    std::snprintf(text.data(), text.size(), "%.2f", least + (most - least) * share);
    return text.data();
  }

  std::string record(std::size_t bytes) {
    std::string text;
    switch (below(3)) {
      case 0:
        text = R"({"type":"quote","symbol":")" + std::to_string(below(400)) + R"(.X","bid":)" +
               number(1, 900) + R"(,"ask":)" + number(1, 900) + R"(,"volume":)" +
               std::to_string(below(1'000'000)) + R"(,"at":"2026-11-0)" +
               std::to_string(1 + below(9)) + "T1" + std::to_string(below(10)) + R"(:2)" +
               std::to_string(below(10)) + R"(:00Z")";
        break;
      case 1:
        text = R"({"type":"presence","user":{"id":")" + hex(12) + R"(","name":")" + word() +
               R"("},"state":")" + (below(3) != 0 ? "online" : "away") + R"(","device":)" +
               std::to_string(below(9)) + R"(,"idle":)" + std::to_string(below(10'000));
        break;
      default:
        text = R"({"type":"reading","sensor":")" + hex(8) + R"(","celsius":)" + number(-20, 60) +
               R"(,"humidity":)" + number(0, 100) + R"(,"battery":)" + number(2, 4) + R"(,"ok":)" +
               (below(20) != 0 ? "true" : "false");
        break;
    }
    text += R"(,"note":")";
    while (text.size() + 8 < bytes) text += word() + " ";
    return text + R"("})";
  }

  std::mt19937_64 random_;
};

}  // namespace

std::vector<std::string> jsonMessages(std::size_t count, std::size_t bytes) {
  Writer writer(bytes);
  std::vector<std::string> messages;
  messages.reserve(count);
  while (messages.size() < count) messages.push_back(writer.message(bytes));
  return messages;
}

}  // namespace bench
