#include "families.hpp"

#include <fmt/core.h>

namespace parley::tool::check {

namespace {

struct Load {
  std::size_t size;
  std::size_t pipelined;
  std::size_t oneByOne;
};
constexpr Load kLoads[] = {
    {16, 5000, 1000}, {256, 5000, 1000}, {4096, 2000, 500}, {65536, 200, 100}, {1048576, 12, 8}};

Case measured(const Load& load, Opcode opcode, SendMessages::Pace pace) {
  const bool isText = opcode == Opcode::Text;
  const bool isPipelined = pace == SendMessages::Pace::Pipelined;
  const std::size_t count = isPipelined ? load.pipelined : load.oneByOne;
  const Payload payload = isText ? Payload::letters(load.size) : Payload::noise(load.size);
  return CaseBuilder(
             fmt::format("performance.{}.{}.{}", isText ? "text" : "binary",
                         isPipelined ? "stream" : "roundtrip", load.size),
             "none",
             fmt::format("{} messages of {} bytes, {}", count, load.size,
                         isPipelined ? "one after the other" : "each after the echo before"))
      .echo({.opcode = opcode, .payload = payload, .count = count, .pace = pace})
      .best(Verdict::Informational)
      .orElse({.kind = Ending::Kind::Failed, .codes = {1009}}, Verdict::Informational)
      .measure(Measure::Rate)
      .build();
}

}  // namespace

Cases performanceCases() {
  Cases cases;
  for (const Opcode opcode : {Opcode::Text, Opcode::Binary}) {
    for (const Load& load : kLoads) {
      cases.push_back(measured(load, opcode, SendMessages::Pace::Pipelined));
      cases.push_back(measured(load, opcode, SendMessages::Pace::OneByOne));
    }
  }
  return cases;
}

}  // namespace parley::tool::check
