#include "transport/connector.hpp"

#include "loop/event_loop.hpp"
#include "transport/address_selection.hpp"
#include "transport/attempt_schedule.hpp"
#include "transport/connect_attempt.hpp"
#include "transport/known_addresses.hpp"
#include "transport/name_lookup.hpp"
#include "transport/system_error.hpp"

#include <algorithm>
#include <cerrno>
#include <memory>
#include <optional>
#include <utility>

namespace parley::transport {

namespace {

using protocol::Duration;
using protocol::Time;
using Step = TransportError::Step;

/// Is there no way to the address, or none from here? Then the others tell more.
bool isUnreachable(const TransportError& error) {
  return error.systemError == ENETUNREACH || error.systemError == EHOSTUNREACH ||
         error.systemError == EADDRNOTAVAIL || error.systemError == EAFNOSUPPORT;
}

TransportError timeoutError(const SocketAddress& address, Duration timeout) {
  return {Step::Connect, ETIMEDOUT,
          "connect to " + address.text() + ": no answer within " + std::to_string(timeout.count()) +
              " ms (connectTimeout)",
          "connectTimeout"};
}

AttemptSchedule::Pace paceOf(const ConnectOptions& options) {
  return {options.attemptDelay, options.resolutionDelay, options.maxSimultaneousAttempts};
}

/// Carries out what the AttemptSchedule says: look-ups, attempts and a timer.
class AddressConnector final : public Connector,
                               public loop::Flushable,
                               public LookupOwner,
                               public AttemptOwner {
 public:
  AddressConnector(loop::EventLoop& loop, ConnectTarget target, ConnectListener& listener,
                   ConnectOptions options)
      : loop_(loop),
        listener_(listener),
        target_(std::move(target)),
        options_(std::move(options)),
        untilReleased_(loop),
        schedule_(paceOf(options_), sourceFor) {
    std::visit([this](const auto& its) { begin(its); }, target_);
    isBegun_ = true;
  }

  [[nodiscard]] Duration timeInLine() const override;
  [[nodiscard]] std::vector<TriedAddress> tried() const override;

 private:
  ~AddressConnector() override { stopTimer(); }
  void release() noexcept override { delete this; }
  void onFlush() override;
  void onLookedUp(AddressFamily family, const LookupResult& result) override;
  void onAttemptMoved(ConnectAttempt& attempt) override;

  void begin(const TcpTarget& target);
  void begin(const UnixTarget& target);
  void lookUpBoth(const TcpTarget& target);
  void foundNone(AddressFamily family, LookupError::Kind kind, TransportError error);
  void follow();
  void startAttempts(Time now);
  void expireLookups(Time now);
  void expireAttempts(Time now);
  void measureLine(Time now);
  void armTimer(Time now);
  void stopTimer() noexcept;
  void stop() noexcept;
  void succeed(ConnectAttempt& attempt);
  void fail();
  void fail(TransportError error);
  void tell(ConnectFailure failure);
  [[nodiscard]] NameLookupPtr& lookupOf(AddressFamily family) {
    return lookups_[static_cast<std::size_t>(family)];
  }
  [[nodiscard]] bool isLookingUp() const { return lookups_[0] || lookups_[1]; }
  [[nodiscard]] bool isInLiveLine() const;
  [[nodiscard]] bool hasAttempt(ConnectAttempt::State state) const;
  [[nodiscard]] AttemptSchedule::Attempt placeOf(const ConnectAttempt& attempt) const;

  loop::EventLoop& loop_;
  ConnectListener& listener_;
  ConnectTarget target_;
  ConnectOptions options_;
  loop::KeepAlive untilReleased_;
  AttemptSchedule schedule_;
  NameLookupPtr lookups_[2];
  std::optional<Time> lookupsEnd_;
  std::optional<TransportError> lookupError_;
  std::vector<std::unique_ptr<ConnectAttempt>> attempts_;  // in the order of the schedule
  std::optional<std::uint64_t> timer_;
  std::optional<Time> inLineSince_;
  Duration timeInLine_{0};
  bool isBegun_ = false;  // the constructor is done
  std::optional<ConnectFailure> earlyFailure_;
};

// ---- Resolving ----

void AddressConnector::begin(const TcpTarget& target) {
  const auto known = knownAddresses(target.host, target.port, options_.resolveOverrides);
  if (!known) return lookUpBoth(target);
  std::vector<SocketAddress> ipv6;
  std::vector<SocketAddress> ipv4;
  for (const SocketAddress& address : *known) {
    (address.family() == AF_INET6 ? ipv6 : ipv4).push_back(address);
  }
  schedule_.found(AddressFamily::Ipv6, ipv6, loop_.now());
  schedule_.found(AddressFamily::Ipv4, ipv4, loop_.now());
  follow();
}

void AddressConnector::begin(const UnixTarget& target) {
  const auto address = SocketAddress::unixPath(target.path);
  if (!address) {
    return fail(makeError(Step::Connect, target.path.empty() ? ENOENT : ENAMETOOLONG,
                          "unix:" + target.path));
  }
  // No peer by RFC 6455 section 4.1: that has an IP address.
  options_.connectingLimit = ConnectingLimit::None;
  // As either family: the other one is empty.
  schedule_.found(AddressFamily::Ipv4, {*address}, loop_.now());
  follow();
}

void AddressConnector::lookUpBoth(const TcpTarget& target) {
  // RFC 8305 section 3: the query for IPv6 goes first, the other one right after it.
  for (const AddressFamily family : {AddressFamily::Ipv6, AddressFamily::Ipv4}) {
    lookupOf(family) = lookUp(loop_, family, target.host, target.port, *this);
    if (!lookupOf(family)) {
      return fail({Step::Resolve, 0, "resolve " + target.host + ": not a host name"});
    }
    schedule_.lookUp(family);
  }
  if (options_.resolveTimeout)
    lookupsEnd_ = protocol::later(loop_.updateNow(), *options_.resolveTimeout);
  follow();
}

void AddressConnector::onLookedUp(AddressFamily family, const LookupResult& result) {
  lookupOf(family).reset();
  if (result) {
    schedule_.found(family, *result, loop_.updateNow());
  } else {
    foundNone(family, result.error().kind,
              {Step::Resolve, 0,
               "resolve " + std::get<TcpTarget>(target_).host + ": " + result.error().text});
  }
  follow();
}

void AddressConnector::foundNone(AddressFamily family, LookupError::Kind kind,
                                 TransportError error) {
  schedule_.foundNone(family);
  // That one family has no address says nothing if the other could not be looked up.
  if (!lookupError_ || kind == LookupError::Kind::Unanswered) lookupError_ = std::move(error);
}

void AddressConnector::expireLookups(Time now) {
  if (!lookupsEnd_ || *lookupsEnd_ > now) return;
  for (const AddressFamily family : {AddressFamily::Ipv6, AddressFamily::Ipv4}) {
    if (!lookupOf(family)) continue;
    lookupOf(family).reset();
    foundNone(family, LookupError::Kind::Unanswered,
              {Step::Resolve, 0,
               "resolve " + std::get<TcpTarget>(target_).host + ": no answer within " +
                   std::to_string(options_.resolveTimeout->count()) + " ms (resolveTimeout)",
               "resolveTimeout"});
  }
}

// ---- Racing ----

/// After whatever happened: does what is due, and sees to it that it is called again.
void AddressConnector::follow() {
  const Time now = loop_.updateNow();
  expireLookups(now);
  expireAttempts(now);
  startAttempts(now);
  measureLine(now);
  if (schedule_.isExhausted()) return fail();
  armTimer(now);
}

void AddressConnector::startAttempts(Time now) {
  for (auto due = schedule_.due(); due && *due <= now; due = schedule_.due()) {
    // Someone else is being served at an address of ours: that it takes long to come to us is no
    // sign of a dead address, so it is not overtaken.
    if (isInLiveLine()) return schedule_.restartDelay(now);
    const auto address = schedule_.take(now);
    attempts_.push_back(std::make_unique<ConnectAttempt>(loop_, *address, *this));
    attempts_.back()->begin(options_.connectingLimit);
    if (attempts_.back()->state() == ConnectAttempt::State::Failed) {
      schedule_.failed(attempts_.size() - 1);
    }
  }
}

void AddressConnector::onAttemptMoved(ConnectAttempt& attempt) {
  switch (attempt.state()) {
    case ConnectAttempt::State::New:
    case ConnectAttempt::State::InLine:
      return;
    case ConnectAttempt::State::Running:
      schedule_.restartDelay(loop_.updateNow());
      return follow();
    case ConnectAttempt::State::Connected:
      return succeed(attempt);
    case ConnectAttempt::State::Failed:
      schedule_.failed(placeOf(attempt));
      return follow();
  }
}

void AddressConnector::expireAttempts(Time now) {
  if (!options_.connectTimeout) return;
  for (AttemptSchedule::Attempt i = 0; i < attempts_.size(); ++i) {
    ConnectAttempt& attempt = *attempts_[i];
    if (attempt.state() != ConnectAttempt::State::Running) continue;
    if (attempt.runningSince() + *options_.connectTimeout > now) continue;
    attempt.fail(timeoutError(attempt.address(), *options_.connectTimeout));
    schedule_.failed(i);
  }
}

AttemptSchedule::Attempt AddressConnector::placeOf(const ConnectAttempt& attempt) const {
  const auto found = std::find_if(attempts_.begin(), attempts_.end(),
                                  [&](const auto& each) { return each.get() == &attempt; });
  return static_cast<AttemptSchedule::Attempt>(found - attempts_.begin());
}

bool AddressConnector::hasAttempt(ConnectAttempt::State state) const {
  return std::any_of(attempts_.begin(), attempts_.end(),
                     [&](const auto& attempt) { return attempt->state() == state; });
}

bool AddressConnector::isInLiveLine() const {
  return std::any_of(attempts_.begin(), attempts_.end(),
                     [](const auto& attempt) { return attempt->isInLiveLine(); });
}

// ---- Time ----

void AddressConnector::armTimer(Time now) {
  stopTimer();
  std::optional<Time> next = schedule_.due();
  const auto take = [&](Time at) { next = next ? std::min(*next, at) : at; };
  if (lookupsEnd_ && isLookingUp()) take(*lookupsEnd_);
  for (const auto& attempt : attempts_) {
    if (!options_.connectTimeout || attempt->state() != ConnectAttempt::State::Running) continue;
    take(attempt->runningSince() + *options_.connectTimeout);
  }
  if (!next) return;
  const auto onTimer = [this] {
    timer_.reset();
    follow();
  };
  timer_ = loop_.startTimer(onTimer, *next - now, std::nullopt);
}

void AddressConnector::stopTimer() noexcept {
  if (timer_) loop_.stopTimer(*std::exchange(timer_, std::nullopt));
}

void AddressConnector::measureLine(Time now) {
  using State = ConnectAttempt::State;
  const bool onlyWaits = hasAttempt(State::InLine) && !hasAttempt(State::Running);
  if (onlyWaits == inLineSince_.has_value()) return;
  if (onlyWaits) {
    inLineSince_ = now;
    return;
  }
  timeInLine_ += now - *std::exchange(inLineSince_, std::nullopt);
}

Duration AddressConnector::timeInLine() const {
  return inLineSince_ ? timeInLine_ + (loop_.now() - *inLineSince_) : timeInLine_;
}

// ---- The end ----

/// Nothing may come after the outcome.
void AddressConnector::stop() noexcept {
  stopTimer();
  for (NameLookupPtr& lookup : lookups_) lookup.reset();
}

void AddressConnector::succeed(ConnectAttempt& attempt) {
  TransportPtr transport = attempt.takeTransport();
  ConnectingSlot slot = attempt.takeSlot();
  // RFC 8305 section 5: once one succeeds, all others are given up.
  stop();
  attempts_.clear();
  listener_.onConnected(std::move(transport), std::move(slot));
}

std::vector<TriedAddress> AddressConnector::tried() const {
  std::vector<TriedAddress> all;
  for (const auto& attempt : attempts_) {
    const std::string address = attempt->address().text();
    switch (attempt->state()) {
      case ConnectAttempt::State::New:
      case ConnectAttempt::State::Connected:
        break;
      case ConnectAttempt::State::InLine:
        all.push_back({address,
                       {Step::Connect, ETIMEDOUT,
                        "connect to " + address + ": another connection to it is being opened"}});
        break;
      case ConnectAttempt::State::Running:
        all.push_back({address, makeError(Step::Connect, ETIMEDOUT, address)});
        break;
      case ConnectAttempt::State::Failed:
        all.push_back({address, attempt->error()});
        break;
    }
  }
  return all;
}

void AddressConnector::fail() {
  std::vector<TriedAddress> all = tried();
  if (all.empty()) {
    return fail(lookupError_.value_or(TransportError{
        Step::Resolve, 0, "resolve " + std::get<TcpTarget>(target_).host + ": it has no address"}));
  }
  auto telling = std::find_if(all.rbegin(), all.rend(),
                              [](const TriedAddress& each) { return !isUnreachable(each.error); });
  if (telling == all.rend()) telling = all.rbegin();
  tell({telling->error, telling->address, std::move(all)});
}

void AddressConnector::fail(TransportError error) {
  tell({std::move(error), {}, {}});
}

/// Never from within connect(): what fails in there is told with the loop.
void AddressConnector::tell(ConnectFailure failure) {
  stop();
  if (isBegun_) return listener_.onConnectFailed(failure);
  earlyFailure_ = std::move(failure);
  loop_.requestFlush(*this);
}

void AddressConnector::onFlush() {
  const ConnectFailure failure = *std::move(earlyFailure_);
  listener_.onConnectFailed(failure);
}

}  // namespace

ConnectorPtr connect(loop::EventLoop& loop, ConnectTarget target, ConnectListener& listener,
                     ConnectOptions options) {
  return ConnectorPtr(new AddressConnector(loop, std::move(target), listener, std::move(options)));
}

}  // namespace parley::transport
