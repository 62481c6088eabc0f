#include "client_run.hpp"

#include "conversation.hpp"

#include <algorithm>
#include <deque>
#include <limits>
#include <list>
#include <memory>
#include <utility>

#include <poll.h>

namespace parley::tool::check {

namespace {

/// More bytes than this, or a measurement, and a case has the machine for itself.
constexpr std::size_t kLight = std::size_t{128} << 10;

bool runsAlone(const Case& one) noexcept {
  return one.measure == Measure::Rate || one.weight() > kLight;
}

int millisecondsUntil(Clock::time_point time) {
  const auto left = std::chrono::ceil<Milliseconds>(time - Clock::now()).count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, std::numeric_limits<int>::max()));
}

class ClientRun {
 public:
  ClientRun(const Cases& cases, const ClientSettings& settings, const OnResult& onResult)
      : cases_(cases), settings_(settings), onResult_(onResult), results_(cases.size()) {
    for (std::size_t i = 0; i < cases.size(); ++i) {
      (runsAlone(cases[i]) ? heavy_ : light_).push_back(i);
    }
  }

  std::vector<std::optional<Result>> run() {
    while (!light_.empty() || !heavy_.empty() || !active_.empty()) {
      admit();
      turn();
    }
    return std::move(results_);
  }

 private:
  struct Active {
    std::size_t number;
    std::unique_ptr<Conversation> conversation;
  };

  void admit() {
    while (!light_.empty() && active_.size() < settings_.parallel) start(light_);
    if (light_.empty() && active_.empty() && !heavy_.empty()) start(heavy_);
  }

  void start(std::deque<std::size_t>& queue) {
    const std::size_t number = queue.front();
    queue.pop_front();
    auto socket = Socket::connecting(settings_.address);
    if (auto* error = std::get_if<std::string>(&socket)) {
      finish(number, {Verdict::Failed, "can't connect: " + *error, 0, {}});
      return;
    }
    active_.push_back(
        {number, std::make_unique<Conversation>(
                     cases_[number], settings_.around, std::move(std::get<Socket>(socket)),
                     keyNumber(static_cast<std::uint32_t>(number)), Clock::now())});
  }

  void turn() {
    std::vector<pollfd> polled;
    Clock::time_point earliest = Clock::time_point::max();
    for (const Active& one : active_) {
      polled.push_back({one.conversation->fd(), one.conversation->events(), 0});
      earliest = std::min(earliest, one.conversation->deadline());
    }
    if (polled.empty()) return;
    ::poll(polled.data(), polled.size(), millisecondsUntil(earliest));
    std::size_t index = 0;
    for (auto one = active_.begin(); one != active_.end(); ++index) {
      one->conversation->turn(polled[index].revents, Clock::now());
      if (!one->conversation->isDone()) {
        ++one;
        continue;
      }
      finish(one->number, resultOf(*one->conversation));
      one = active_.erase(one);
    }
  }

  void finish(std::size_t number, Result result) {
    results_[number] = std::move(result);
    onResult_(cases_[number], *results_[number]);
  }

  const Cases& cases_;
  const ClientSettings& settings_;
  const OnResult& onResult_;
  std::deque<std::size_t> light_;
  std::deque<std::size_t> heavy_;
  std::list<Active> active_;
  std::vector<std::optional<Result>> results_;
};

/// Why nobody listens there; nothing if somebody does.
std::optional<std::string> faultOf(const Address& address, Milliseconds patience) {
  auto socket = Socket::connecting(address);
  if (auto* error = std::get_if<std::string>(&socket)) return *error;
  pollfd polled{std::get<Socket>(socket).fd(), POLLOUT, 0};
  if (::poll(&polled, 1, static_cast<int>(patience.count())) == 0) return "no answer";
  return std::get<Socket>(socket).connectError();
}

}  // namespace

std::variant<Address, std::string> firstListening(const std::vector<Address>& addresses,
                                                  Milliseconds patience) {
  std::string fault;
  for (const Address& address : addresses) {
    auto latest = faultOf(address, patience);
    if (!latest) return address;
    fault = std::move(*latest);
  }
  return fault;
}

std::vector<std::optional<Result>> runAgainstServer(const Cases& cases,
                                                    const ClientSettings& settings,
                                                    const OnResult& onResult) {
  return ClientRun(cases, settings, onResult).run();
}

}  // namespace parley::tool::check
