#pragma once

#include "case.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace parley::tool::check {

/// Writes a case down, and with each step what is due for it.
class CaseBuilder {
 public:
  CaseBuilder(std::string id, std::string section, std::string description);

  /// A frame or bytes that nothing answers to.
  CaseBuilder& send(Frame frame, Chop chop = {});
  CaseBuilder& sendBytes(std::string bytes, Chop chop = {});
  /// Messages that come back.
  CaseBuilder& echo(SendMessages messages);
  CaseBuilder& echo(Opcode opcode, Payload payload, Chop chop = {});
  /// A Ping that is answered.
  CaseBuilder& ping(std::string payload, Chop chop = {});
  /// A Close frame; without a code its body is empty.
  CaseBuilder& close(std::optional<std::uint16_t> code, std::string_view reason = {},
                     Chop chop = {});
  /// What was sent makes the peer send this.
  CaseBuilder& expect(Opcode opcode, Payload payload, std::size_t count = 1);
  CaseBuilder& expectPong(std::string payload);
  /// Waits for all that is due.
  CaseBuilder& await();
  CaseBuilder& probe(Milliseconds time);
  CaseBuilder& endOutput();

  CaseBuilder& fails(std::vector<int> codes);
  /// The same, and to be strict before any step that follows.
  CaseBuilder& failsHere(std::vector<int> codes);
  CaseBuilder& answered(std::vector<int> codes);
  CaseBuilder& ends(Ending ending);
  CaseBuilder& orElse(Ending ending, Verdict verdict);
  /// Whatever the peer does of these two, the standard leaves it open.
  CaseBuilder& open(Ending alternative);
  CaseBuilder& best(Verdict verdict);
  CaseBuilder& opening(Opening opening);
  CaseBuilder& measure(Measure measure);

  [[nodiscard]] Case build() { return std::move(case_); }

 private:
  Case case_;
  std::size_t due_ = 0;
};

using Cases = std::vector<Case>;

}  // namespace parley::tool::check
