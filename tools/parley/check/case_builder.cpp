#include "case_builder.hpp"

#include <utility>

namespace parley::tool::check {

CaseBuilder::CaseBuilder(std::string id, std::string section, std::string description) {
  case_.id = std::move(id);
  case_.section = std::move(section);
  case_.description = std::move(description);
}

CaseBuilder& CaseBuilder::send(Frame frame, Chop chop) {
  case_.steps.emplace_back(SendFrame{std::move(frame), chop});
  return *this;
}

CaseBuilder& CaseBuilder::sendBytes(std::string bytes, Chop chop) {
  case_.steps.emplace_back(SendBytes{std::move(bytes), chop});
  return *this;
}

CaseBuilder& CaseBuilder::echo(SendMessages messages) {
  expect(messages.opcode, messages.payload, messages.count);
  case_.steps.emplace_back(std::move(messages));
  return *this;
}

CaseBuilder& CaseBuilder::echo(Opcode opcode, Payload payload, Chop chop) {
  return echo({.opcode = opcode, .payload = std::move(payload), .chop = chop});
}

CaseBuilder& CaseBuilder::ping(std::string payload, Chop chop) {
  expectPong(payload);
  return send({.opcode = Opcode::Ping, .payload = std::move(payload)}, chop);
}

CaseBuilder& CaseBuilder::close(std::optional<std::uint16_t> code, std::string_view reason,
                                Chop chop) {
  return send({.opcode = Opcode::Close, .payload = code ? closeBody(*code, reason) : ""}, chop);
}

CaseBuilder& CaseBuilder::expect(Opcode opcode, Payload payload, std::size_t count) {
  case_.expected.messages.push_back({opcode, std::move(payload), count});
  due_ += count;
  return *this;
}

CaseBuilder& CaseBuilder::expectPong(std::string payload) {
  case_.expected.pongs.push_back(std::move(payload));
  return *this;
}

CaseBuilder& CaseBuilder::await() {
  case_.steps.emplace_back(Await{due_, case_.expected.pongs.size()});
  return *this;
}

CaseBuilder& CaseBuilder::probe(Milliseconds time) {
  case_.steps.emplace_back(Probe{time});
  return *this;
}

CaseBuilder& CaseBuilder::endOutput() {
  case_.steps.emplace_back(EndOutput{});
  return *this;
}

CaseBuilder& CaseBuilder::fails(std::vector<int> codes) {
  return ends({.kind = Ending::Kind::Failed, .codes = std::move(codes)});
}

CaseBuilder& CaseBuilder::failsHere(std::vector<int> codes) {
  return ends({.kind = Ending::Kind::Failed,
               .codes = std::move(codes),
               .lastTimelyStep = case_.steps.size() - 1});
}

CaseBuilder& CaseBuilder::answered(std::vector<int> codes) {
  return ends({.kind = Ending::Kind::Answered, .codes = std::move(codes)});
}

CaseBuilder& CaseBuilder::ends(Ending ending) {
  case_.expected.ending = std::move(ending);
  return *this;
}

CaseBuilder& CaseBuilder::orElse(Ending ending, Verdict verdict) {
  case_.expected.alternative = Alternative{std::move(ending), verdict};
  return *this;
}

CaseBuilder& CaseBuilder::open(Ending alternative) {
  return best(Verdict::Informational).orElse(std::move(alternative), Verdict::Informational);
}

CaseBuilder& CaseBuilder::best(Verdict verdict) {
  case_.expected.best = verdict;
  return *this;
}

CaseBuilder& CaseBuilder::opening(Opening opening) {
  case_.opening = std::move(opening);
  return *this;
}

CaseBuilder& CaseBuilder::measure(Measure measure) {
  case_.measure = measure;
  return *this;
}

}  // namespace parley::tool::check
