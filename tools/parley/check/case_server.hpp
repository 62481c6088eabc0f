#pragma once

#include "case_builder.hpp"
#include "conversation.hpp"
#include "result.hpp"
#include "socket.hpp"

#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace parley::tool::check {

/// Serves the cases to clients that ask for them one by one: /getCaseCount, /getCaseInfo?case=N,
/// /runCase?case=N&agent=NAME, /getCaseStatus?case=N, /updateReports?agent=NAME. Numbers start
/// at 1.
class CaseServer {
 public:
  /// @param onReports the client has asked for the reports; what run() collected starts anew after
  CaseServer(const Cases& cases, Surroundings around, Socket listener, OnResult onResult,
             std::function<void(const Run&)> onReports);

  /// Until stop() is called and the connections that are there have ended; or at once when
  /// `isInterrupted` says so.
  void run(const std::function<bool()>& isInterrupted);
  void stop() noexcept { isStopping_ = true; }
  /// Results that no report has had yet.
  [[nodiscard]] const Run& pending() const noexcept { return run_; }

 private:
  struct Visit {
    Socket socket;
    std::string head;
    Clock::time_point deadline;
  };
  struct Active {
    std::optional<std::size_t> number;  // of a case; none: a service
    std::unique_ptr<Case> service;
    bool isReports = false;
    std::unique_ptr<Conversation> conversation;
  };

  void turn();
  void acceptAll();
  /// False when the visit is over.
  bool greet(Visit& visit, Clock::time_point now);
  void route(Visit& visit, HttpHead head);
  void startCase(Visit& visit, const Request& request, std::string_view query);
  void startService(Visit& visit, const Request& request, std::string text);
  void conclude(const Active& active);
  void reportIfDue();
  void refuse(Visit& visit, const char* status);
  void resetRun();
  [[nodiscard]] std::optional<std::size_t> caseNumber(std::string_view query) const;
  [[nodiscard]] std::string infoOf(std::string_view query) const;
  [[nodiscard]] std::string statusOf(std::string_view query) const;

  const Cases& cases_;
  Surroundings around_;
  Socket listener_;
  OnResult onResult_;
  std::function<void(const Run&)> onReports_;
  Run run_;
  Clock::time_point start_;
  std::list<Visit> visits_;
  std::list<Active> active_;
  std::set<std::string> keys_;
  bool areReportsDue_ = false;
  bool isStopping_ = false;
};

}  // namespace parley::tool::check
