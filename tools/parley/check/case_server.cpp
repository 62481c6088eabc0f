#include "case_server.hpp"

#include "report.hpp"

#include <algorithm>
#include <charconv>
#include <utility>
#include <vector>

#include <fmt/core.h>
#include <poll.h>

namespace parley::tool::check {

namespace {

constexpr int kLongestPoll = 200;  // so that an interruption is noticed
constexpr std::size_t kLongestHead = std::size_t{64} << 10;

/// The value of `name` in "a=1&b=2", its percent-encoding undone; "" if it is not there.
std::string parameter(std::string_view query, std::string_view name) {
  for (const std::string_view part : split(query, '&')) {
    if (!part.starts_with(name) || part.substr(name.size(), 1) != "=") continue;
    std::string value;
    for (std::size_t i = name.size() + 1; i < part.size(); ++i) {
      unsigned byte = 0;
      const bool isEncoded =
          part[i] == '%' && i + 2 < part.size() &&
          std::from_chars(part.data() + i + 1, part.data() + i + 3, byte, 16).ptr ==
              part.data() + i + 3;
      value.push_back(isEncoded ? static_cast<char>(byte) : part[i]);
      if (isEncoded) i += 2;
    }
    return value;
  }
  return {};
}

}  // namespace

CaseServer::CaseServer(const Cases& cases, Surroundings around, Socket listener, OnResult onResult,
                       std::function<void(const Run&)> onReports)
    : cases_(cases),
      around_(std::move(around)),
      listener_(std::move(listener)),
      onResult_(std::move(onResult)),
      onReports_(std::move(onReports)) {
  resetRun();
}

void CaseServer::resetRun() {
  run_ = {.role = Role::Server, .peer = "client", .cases = &cases_};
  run_.results.resize(cases_.size());
  start_ = Clock::now();
}

void CaseServer::run(const std::function<bool()>& isInterrupted) {
  while (!isInterrupted() && !(isStopping_ && active_.empty())) turn();
  run_.seconds = std::chrono::duration<double>(Clock::now() - start_).count();
}

void CaseServer::turn() {
  std::vector<pollfd> polled{{listener_.fd(), POLLIN, 0}};
  Clock::time_point earliest = Clock::now() + Milliseconds(kLongestPoll);
  for (const Visit& visit : visits_) {
    polled.push_back({visit.socket.fd(), POLLIN, 0});
    earliest = std::min(earliest, visit.deadline);
  }
  const std::size_t visits = visits_.size();
  for (const Active& active : active_) {
    polled.push_back({active.conversation->fd(), active.conversation->events(), 0});
    earliest = std::min(earliest, active.conversation->deadline());
  }
  const auto wait = std::chrono::ceil<Milliseconds>(earliest - Clock::now()).count();
  if (::poll(polled.data(), polled.size(), static_cast<int>(std::max<std::int64_t>(wait, 0))) < 0)
    return;
  std::size_t index = 1 + visits;
  for (auto active = active_.begin(); active != active_.end(); ++index) {
    active->conversation->turn(polled[index].revents, Clock::now());
    if (active->conversation->isDone()) {
      conclude(*active);
      active = active_.erase(active);
    } else {
      ++active;
    }
  }
  for (auto visit = visits_.begin(); visit != visits_.end();) {
    visit = greet(*visit, Clock::now()) ? std::next(visit) : visits_.erase(visit);
  }
  if (polled[0].revents != 0) acceptAll();
  reportIfDue();
}

void CaseServer::acceptAll() {
  while (auto socket = listener_.accept()) {
    visits_.push_back({std::move(*socket), {}, Clock::now() + around_.patience});
  }
}

bool CaseServer::greet(Visit& visit, Clock::time_point now) {
  const Socket::Read status = visit.socket.read(visit.head);
  if (auto head = takeHead(visit.head)) {
    route(visit, std::move(*head));
    return false;
  }
  const bool isGone = status == Socket::Read::End || status == Socket::Read::Reset;
  return !isGone && now < visit.deadline && visit.head.size() < kLongestHead;
}

void CaseServer::route(Visit& visit, HttpHead head) {
  const std::vector<std::string_view> words = split(head.startLine, ' ');
  const std::string target(words.size() > 1 ? words[1] : "");
  const std::size_t mark = target.find('?');
  const std::string path = target.substr(0, mark);
  const std::string query = mark == target.npos ? "" : target.substr(mark + 1);
  const auto key = head.single("Sec-WebSocket-Key");
  if (!key) return refuse(visit, "426 Upgrade Required");
  const Request request{std::move(head), std::move(visit.head), !keys_.insert(*key).second};
  if (path == "/runCase") return startCase(visit, request, query);
  if (path == "/getCaseCount") {
    return startService(visit, request, std::to_string(cases_.size()));
  }
  if (path == "/getCaseInfo") return startService(visit, request, infoOf(query));
  if (path == "/getCaseStatus") return startService(visit, request, statusOf(query));
  if (path != "/updateReports") return refuse(visit, "404 Not Found");
  if (const std::string agent = parameter(query, "agent"); !agent.empty()) run_.peer = agent;
  startService(visit, request, {});
  active_.back().isReports = true;
}

void CaseServer::refuse(Visit& visit, const char* status) {
  const std::string text = fmt::format(
      "HTTP/1.1 {}\r\nSec-WebSocket-Version: 13\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
      status);
  [[maybe_unused]] const auto taken = visit.socket.write(text);
  visit.socket.endOutput();
}

void CaseServer::startCase(Visit& visit, const Request& request, std::string_view query) {
  const auto number = caseNumber(query);
  if (!number) return refuse(visit, "404 Not Found");
  if (const std::string agent = parameter(query, "agent"); !agent.empty()) run_.peer = agent;
  active_.push_back(
      {number, nullptr, false,
       std::make_unique<Conversation>(cases_[*number], around_, std::move(visit.socket), request,
                                      Clock::now())});
  active_.back().conversation->turn(0, Clock::now());
}

/// A text message, or none, and a Close frame: a case like any other, that nobody judges.
void CaseServer::startService(Visit& visit, const Request& request, std::string text) {
  CaseBuilder builder("service", "", "");
  if (!text.empty()) builder.send({.payload = std::move(text)});
  auto service = std::make_unique<Case>(builder.close(1000).answered({1000}).build());
  auto conversation = std::make_unique<Conversation>(*service, around_, std::move(visit.socket),
                                                     request, Clock::now());
  conversation->turn(0, Clock::now());
  active_.push_back({std::nullopt, std::move(service), false, std::move(conversation)});
}

void CaseServer::conclude(const Active& active) {
  if (active.isReports) areReportsDue_ = true;
  if (!active.number) return;
  auto& result = run_.results[*active.number];
  result = resultOf(*active.conversation);
  onResult_(cases_[*active.number], *result);
}

/// The client may ask for the reports while its last case is still ending.
void CaseServer::reportIfDue() {
  const bool isCaseActive = std::any_of(active_.begin(), active_.end(), [](const Active& active) {
    return active.number.has_value();
  });
  if (!areReportsDue_ || isCaseActive) return;
  areReportsDue_ = false;
  run_.seconds = std::chrono::duration<double>(Clock::now() - start_).count();
  onReports_(run_);
  resetRun();
}

std::optional<std::size_t> CaseServer::caseNumber(std::string_view query) const {
  const std::string text = parameter(query, "case");
  std::size_t number = 0;
  const char* end = text.data() + text.size();
  if (text.empty() || std::from_chars(text.data(), end, number).ptr != end) return std::nullopt;
  if (number < 1 || number > cases_.size()) return std::nullopt;
  return number - 1;
}

std::string CaseServer::infoOf(std::string_view query) const {
  const auto number = caseNumber(query);
  return number ? caseInfo(cases_[*number]) : "{}";
}

std::string CaseServer::statusOf(std::string_view query) const {
  const auto number = caseNumber(query);
  return number ? caseStatus(run_.results[*number]) : "{}";
}

}  // namespace parley::tool::check
